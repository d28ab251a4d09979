import FlowODE
import Models
import Verdicts

/// The negative controls of claims about small starts: the claim's own, at every scale.
extension TextLimits {
  /// What a statement's folds found, a scale each.
  func evidence(
    of statement: Statement, _ points: [Point], _ findings: (Point) -> [RungFindings]
  ) -> [VanishingEvidence] {
    points.compactMap { point in
      let rungs = findings(point).compactMap { $0.evidence(for: statement) }
      guard let coarse = rungs.first, let fine = rungs.last, rungs.count > 1 else { return nil }
      return VanishingEvidence(
        scale: point.scale, alone: JudgingRule.judge(hypotheses: [], rungs: rungs), coarse: coarse, fine: fine)
    }
  }

  /// What became of a control. One that cannot be run says so, and ends nothing.
  func control(_ mutant: Mutant<Statement>, of item: LimitCase, _ points: [Point]) throws -> ControlReport {
    do {
      switch mutant.change {
      case .idle(let reason): return ControlReport(name: mutant.text, notCounted: reason)
      case .statement(let mutated):
        let found = evidence(of: mutated, points, \.rungs.findings)
        let isFalsified = points.last?.rungs.last?.evidence[mutated.identity]?.isFalsified != false
        return report(mutant, found, isFalsified: isFalsified, ofAnotherFlow: false)
      case .rate(let block, let factor): return try wrongRate(mutant, block, factor, of: item, points)
      case .start: return ControlReport(name: mutant.text, notCounted: "the scales say where the flow starts")
      }
    } catch let refusal as Refusal {
      return ControlReport(name: mutant.text, notCounted: "it could not be run: \(refusal.problem)")
    }
  }

  private func report(
    _ mutant: Mutant<Statement>, _ found: [VanishingEvidence], isFalsified: Bool, ofAnotherFlow: Bool
  ) -> ControlReport {
    let judgement = VanishingRule.judge(hypotheses: [], found)
    let isRejected = ControlRule.isRejected(judgement, ofAnotherFlow: ofAnotherFlow)
    return ControlReport(
      name: mutant.text, judgement: judgement, residual: found.last?.departure, isRejected: isRejected,
      isApplicable: isRejected || isFalsified)
  }

  /// A rate ten times as wrong, by which it is told whether a wrong rate acts at all.
  private static let probeFactor = 10.0
  /// A departure within so many of the claim's own is none of the control's.
  private static let ownFactor = 3.0
  /// A departure that grows by more than this with a rate ten times as wrong is of second order.
  private static let squareGrowth = 30.0

  private func wrongRate(
    _ mutant: Mutant<Statement>, _ block: Int, _ factor: Double, of item: LimitCase, _ points: [Point]
  ) throws -> ControlReport {
    func run(_ point: Point, _ factor: Double) throws -> [RungFindings] {
      let layout = point.refinement.experiment.problem.model.layout
      return try point.refinement.run(
        [item.law], grid: point.grid, blockRates: WrongRate.rates(layout, block: block, factor: factor)
      ).map(\.findings)
    }
    var runs: [[RungFindings]] = []
    for point in points { runs.append(try run(point, factor)) }
    let found = evidence(of: item.law, points) { point in
      runs[points.firstIndex { $0.scale == point.scale } ?? 0]
    }
    var report = report(mutant, found, isFalsified: true, ofAnotherFlow: true)
    guard !report.isRejected, let last = points.last, let residual = found.last?.departure,
      let own = evidence(of: item.law, [last], \.rungs.findings).last?.departure
    else { return report }
    let more = try run(last, 1 + Self.probeFactor * (factor - 1))
    guard let probe = evidence(of: item.law, [last], { _ in more }).last?.departure else { return report }
    let name = last.refinement.experiment.problem.model.layout.blocks[block].name
    if probe <= Self.ownFactor * own {
      report.doNotCount("a rate of \(name) that is wrong by more leaves no trace either")
    } else if probe >= Self.squareGrowth * residual {
      report.doNotCount("a wrong rate of \(name) acts at second order only")
    }
    return report
  }
}

extension [Rung] {
  /// What the rungs found.
  var findings: [RungFindings] { map(\.findings) }
}
