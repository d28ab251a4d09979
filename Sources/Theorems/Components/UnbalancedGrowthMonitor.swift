import FlowODE
import Models
import Verdicts

/// Folds ``UnbalancedGrowth`` over the states: for each component the integral of its smallest squared norm beside ∫γ or γ(0) t,
/// relative to the component's largest term or the integral's own sensitivity, whichever is larger.
final class UnbalancedGrowthMonitor: ClaimMonitor {
  /// A wrong δ must move the integral by this part of its size before its rejection is asked for.
  private static let leastShift = 1e-4

  private let terms: ComponentTerms
  private let integrals: [GrowthIntegral]
  /// Where ∫γ of the components begins; nil for γ(0) t.
  private let offset: Int?
  private let gammas: [Double]
  private let chosen: [Int]
  /// The true integrals, where those of a mutant are folded.
  private let truths: [GrowthIntegral]?
  /// The smallest squared norm of each component at the last save time, and the integral up to there.
  private var base: [Double] = []
  private var upToBase: [Double]
  private var upToTruth: [Double]
  private var shift = 0.0
  private var first: [Double] = []
  private var worst: [Double]
  private var worstTime: [Double]
  private var largest: [Double]
  private var change: [Double]
  private var rows: [(component: Int, norm: Double, start: Double, time: Double, exact: Double)] = []
  private var path: [DriftPoint] = []
  private var isOver = false

  init(
    registry: ComponentRegistry, integrals: [GrowthIntegral], offset: Int?, gammas: [Double], chosen: [Int],
    truths: [GrowthIntegral]?
  ) {
    terms = ComponentTerms(registry)
    self.integrals = integrals
    self.offset = offset
    self.gammas = gammas
    self.chosen = chosen
    self.truths = truths
    worst = [Double](repeating: 0, count: terms.count)
    worstTime = worst
    upToBase = worst
    upToTruth = worst
    largest = worst
    change = worst
  }

  func observe(_ point: TrajectoryPoint) {
    guard !isOver else { return }
    terms.update(point.parameters, gradient: nil)
    if base.isEmpty {
      base = (0..<terms.count).map { terms.component($0).squaredNorms.min() ?? 0 }
      first = (0..<terms.count).map { terms.component($0).norm }
    }
    isOver = offset == nil && point.event == Event.firstKinkName
    var here = 0.0
    for r in chosen where base[r] > 0 {
      let state = terms.component(r)
      let least = state.squaredNorms.min() ?? 0
      let left = upToBase[r] + integrals[r].value(from: base[r], to: least)
      let right = offset.map { point.quadratures[$0 + r] } ?? gammas[r] * point.time
      largest[r] = max(largest[r], abs(left), abs(right), integrals[r].density(least))
      change[r] = max(change[r], abs(left), abs(right))
      let residual = abs(left - right)
      if residual > worst[r] || residual.isNaN {
        worst[r] = residual
        worstTime[r] = point.time
      }
      if largest[r] > 0 { here = max(here, residual / largest[r]) }
      if let truths, least > 0 {
        let truth = upToTruth[r] + truths[r].value(from: base[r], to: least)
        shift = max(shift, abs(left - truth) / largest[r])
        if point.isSave { upToTruth[r] = truth }
      }
      if point.isSave {
        base[r] = least
        upToBase[r] = left
      }
    }
    if point.isSave { path.append(DriftPoint(time: point.time, residual: here)) }
    if offset == nil, point.steps > 0, point.isSave || isOver { keepRows(point.time) }
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

  var evidence: Evidence {
    var (residual, power, at) = (0.0, 0.0, chosen.first ?? 0)
    for r in chosen where largest[r] > 0 {
      if worst[r] / largest[r] > residual || worst[r].isNaN {
        residual = worst[r] / largest[r]
        at = r
        if residual.isNaN { break }
      }
      power = max(power, change[r] / largest[r])
    }
    var evidence = Evidence(
      residual: residual, power: power, largestTerm: largest.max() ?? 0, worstTime: worstTime[at],
      worstLaw: "component \(at)", path: path)
    if truths != nil { evidence.isFalsified = shift > Self.leastShift }
    if !rows.isEmpty {
      var table = EvidenceTable(
        "time to the component's last norm before the first kink, beside the closed form",
        columns: ["component", "norm at 0", "norm", "t", "closed form", "off by"])
      for row in rows {
        table.rows.append([
          .number(Double(row.component)), EvidenceCell(row.start), EvidenceCell(row.norm), EvidenceCell(row.time),
          EvidenceCell(row.exact), EvidenceCell(abs(row.exact / row.time - 1)),
        ])
      }
      evidence.tables = [table]
    }
    return evidence
  }
}
