import FlowODE
import Models
import Verdicts

/// For each component the integral of its smallest squared norm beside ∫γ or γ(0) t, relative to the component's largest term or the
/// integral's own sensitivity, whichever is larger.
final class UnbalancedGrowthTerms: IntegralTerms {
  /// A wrong δ must move the integral by this part of its size before its rejection is asked for.
  private static let leastShift = 1e-4

  let names: [String]
  let events: [Event]
  var scale: ResidualFold.Scale { .own }
  private let terms: ComponentTerms
  private let integrals: [GrowthIntegral]
  /// The true integrals, where δ is wrong.
  private let truths: [GrowthIntegral]?
  /// γ(0) of each component as the closed form has it; nil where ∫γ is integrated along.
  private let clock: [Double]?
  private let gammas: [Double]
  private let chosen: [Int]
  /// The smallest squared norm of each component at the last save time, and the integral up to there.
  private var base: [Double] = []
  private var upToBase: [Double]
  private var upToTruth: [Double]
  private var largest: [Double]
  private var shift = 0.0
  private var first: [Double] = []
  private var rows: [(component: Int, norm: Double, start: Double, time: Double, exact: Double)] = []
  private var isOver = false

  /// - Parameters:
  ///   - excess: what δ is multiplied by.
  ///   - clock: what γ(0) is multiplied by in γ(0) t; nil for ∫γ.
  ///   - chosen: the components that are looked at.
  init(
    _ components: ComponentSetting, start: [Double], excess: Double, clock: Double?, chosen: [Int],
    events: [Event] = []
  ) {
    self.events = events
    terms = ComponentTerms(components.registry)
    terms.update(start, gradient: nil)
    let count = terms.count
    names = (0..<count).map { "component \($0)" }
    let squares = (0..<count).map { [terms] in Array(terms.component($0).squaredNorms) }
    func make(_ factor: Double) -> [GrowthIntegral] {
      squares.map { squares in
        let least = squares.min() ?? 0
        return GrowthIntegral(excesses: squares.map { factor * ($0 - least) })
      }
    }
    integrals = make(excess)
    truths = excess == 1 ? nil : make(1)
    gammas = (0..<count).map { components.start.component($0).gamma * (clock ?? 1) }
    self.clock = clock.map { [gammas] _ in gammas }
    self.chosen = chosen
    upToBase = [Double](repeating: 0, count: count)
    upToTruth = upToBase
    largest = upToBase
  }

  /// ∫γ of every component.
  var quadratures: [any Quadrature] {
    guard clock == nil else { return [] }
    let integrals = integrals
    let rate = ComponentRate("integral") { r, state in
      integrals[r].density(state.squaredNorms.min() ?? 1)
    } value: { _, state in
      state.gamma
    }
    return [ComponentQuadrature(terms.registry, rates: [rate])]
  }

  func note(_ point: TrajectoryPoint, integrals: UnsafePointer<Double>, into fold: inout ResidualFold) {
    guard !isOver else { return }
    terms.update(point.parameters, gradient: nil)
    if base.isEmpty {
      base = (0..<terms.count).map { terms.component($0).squaredNorms.min() ?? 0 }
      first = (0..<terms.count).map { terms.component($0).norm }
    }
    isOver = clock != nil && point.event == Event.firstKinkName
    for r in chosen where base[r] > 0 {
      let least = terms.component(r).squaredNorms.min() ?? 0
      let left = upToBase[r] + self.integrals[r].value(from: base[r], to: least)
      let right = clock.map { $0[r] * point.time } ?? integrals[r]
      let size = max(abs(left), abs(right), self.integrals[r].density(least))
      fold.note(r, residual: abs(left - right), size: size, change: max(abs(left), abs(right)))
      if let truths, least > 0 {
        largest[r] = max(largest[r], size)
        let truth = upToTruth[r] + truths[r].value(from: base[r], to: least)
        shift = max(shift, abs(left - truth) / largest[r])
        if point.isSave { upToTruth[r] = truth }
      }
      if point.isSave {
        base[r] = least
        upToBase[r] = left
      }
    }
    if clock != nil, point.steps > 0, point.isSave || isOver { keepRows(point.time) }
  }

  /// When each component reached its present norm, by the closed form.
  private func keepRows(_ time: Double) {
    rows = chosen.prefix(GrowthRecorder.shown).compactMap { r in
      guard gammas[r] != 0, base[r] > 0 else { return nil }
      let state = terms.component(r)
      let passed = upToBase[r] + integrals[r].value(from: base[r], to: state.squaredNorms.min() ?? 0)
      return (r, state.norm, first[r], time, passed / gammas[r])
    }
  }

  func complete(_ evidence: inout Evidence) {
    if truths != nil { evidence.isFalsified = shift > Self.leastShift }
    guard !rows.isEmpty else { return }
    evidence.tables = [
      Table(
        "time to the component's last norm before the first kink, beside the closed form",
        columns: ["component", "norm at 0", "norm", "t", "closed form", "off by"],
        rows: rows.map { row in
          [
            .number(Double(row.component)), Cell(row.start), Cell(row.norm), Cell(row.time),
            Cell(row.exact), Cell(abs(row.exact / row.time - 1)),
          ]
        })
    ]
  }
}
