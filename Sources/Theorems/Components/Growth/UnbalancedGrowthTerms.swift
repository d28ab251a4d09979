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
  private let states: ComponentStates
  private let integrals: [GrowthIntegral]
  /// The true integrals, where δ is wrong.
  private let truths: [GrowthIntegral]?
  /// γ(0) of each component as the closed form has it; nil where ∫γ is integrated along.
  private let clock: [Double]?
  /// ∫γ of each component now.
  private let gammas: Buffer<Double>
  private let chosen: [Int]
  /// The smallest squared norm of each component at the state before, and the integral up to there.
  private var base: [Double] = []
  private var upToBase: [Double]
  private var upToTruth: [Double]
  private var largest: [Double]
  /// The smallest squared norm of each component now.
  private let least: Buffer<Double>
  private var shift = 0.0
  private var first: [Double] = []
  private var rows: [(component: Int, norm: Double, start: Double, time: Double, exact: Double)] = []
  private var isOver = false
  /// Whether directions are still stationary, where γ(0) is taken for γ; nil where γ is integrated along.
  private let directions: DirectionWatch?

  /// - Parameters:
  ///   - excess: what δ is multiplied by.
  ///   - clock: γ(0) of each component as the closed form has it, for γ(0) t; nil for ∫γ.
  ///   - chosen: the components that are looked at.
  init(
    _ states: ComponentStates, start: [Double], excess: Double, clock: [Double]?, chosen: [Int],
    events: [Event] = []
  ) {
    self.events = events
    self.states = states
    let terms = ComponentTerms(states.registry)
    terms.update(start, gradient: nil)
    let count = terms.count
    least = Buffer(count: count)
    names = (0..<count).map { "component \($0)" }
    func make(_ factor: Double) -> [GrowthIntegral] {
      (0..<count).map { r in
        let squares = terms.component(r).squaredNorms
        let least = squares.min() ?? 0
        return GrowthIntegral(excesses: squares.map { factor * ($0 - least) })
      }
    }
    integrals = make(excess)
    truths = excess == 1 ? nil : make(1)
    self.clock = clock
    self.chosen = chosen
    directions = clock == nil ? nil : DirectionWatch(states.registry, start: start, chosen: chosen)
    upToBase = [Double](repeating: 0, count: count)
    upToTruth = upToBase
    largest = upToBase
    gammas = Buffer(count: count)
    if clock == nil { _ = states.rates.place(of: .gamma) }
  }

  /// ∫γ of every component.
  var quadratures: [any Quadrature] {
    clock == nil ? [states.rates] : []
  }

  func note(_ point: TrajectoryPoint, integrals: UnsafePointer<Double>, into fold: inout ResidualFold) {
    guard !isOver else { return }
    states.move(to: point)
    states.rows.writeLeast(into: least.pointer)
    if clock == nil { states.rates.read(.gamma, integrals, into: gammas.pointer) }
    let count = states.count
    if base.isEmpty {
      base = (0..<count).map { least.pointer[$0] }
      first = (0..<count).map { states.rows.norms.pointer[$0] }
    }
    isOver = clock != nil && point.event == Event.firstKinkName
    directions?.update(point.parameters, time: point.time)
    for r in chosen where base[r] > 0 && !(directions?.isOver[r] ?? false) {
      let least = least.pointer[r]
      let left = upToBase[r] + self.integrals[r].value(from: base[r], to: least)
      let right = clock.map { $0[r] * point.time } ?? gammas.pointer[r]
      let size = max(abs(left), abs(right), self.integrals[r].density(least))
      fold.note(r, residual: abs(left - right), size: size, change: max(abs(left), abs(right)))
      if let truths, least > 0, shift <= Self.leastShift {
        largest[r] = max(largest[r], size)
        let truth = upToTruth[r] + truths[r].value(from: base[r], to: least)
        shift = max(shift, abs(left - truth) / largest[r])
        upToTruth[r] = truth
      }
      base[r] = least
      upToBase[r] = left
    }
    if clock != nil, point.steps > 0, point.isSave || isOver { keepRows(point.time) }
  }

  func errors(from integralErrors: UnsafePointer<Double>) -> [Double]? {
    guard clock == nil else { return nil }
    states.rates.read(.gamma, integralErrors, into: gammas.pointer, errors: true)
    return (0..<states.count).map { gammas.pointer[$0] }
  }

  /// When each component reached its present norm, by the closed form.
  private func keepRows(_ time: Double) {
    rows = chosen.prefix(GrowthRecorder.shown).compactMap { r in
      guard let gamma = clock?[r], gamma != 0, base[r] > 0 else { return nil }
      return (r, states.rows.norms.pointer[r], first[r], time, upToBase[r] / gamma)
    }
  }

  func complete(_ evidence: inout Evidence) {
    evidence.inexactness = directions?.inexactness
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
