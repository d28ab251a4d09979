import CMath
import FlowODE
import Models
import Verdicts

extension RankOneStudy {
  /// Runs the study and its refutation and judges them.
  ///
  /// - Throws: ``InterruptedRun``, ``Refusal``.
  public func report(runsControls: Bool) throws -> ScaleOutcome {
    let leader = try LeadingComponent(experiment, start: experiment.start)
    let hypotheses = leader.hypotheses(experiment, start: experiment.start)
    let stages = runsControls ? 4 : 2
    let coarse = try points(start: experiment.start, leader: leader, tolerance: tolerances[0], stage: (0, stages))
    let fine = try points(
      start: experiment.start, leader: leader, tolerance: tolerances[1], stage: (1, stages),
      recorders: context.recorders)
    var judgement = RankOneRule.judge(
      hypotheses: hypotheses, order: leader.order, guarantee: guarantee(leader, fine), refinement: refinement,
      coarse.map(\.evidence), fine.map(\.evidence))
    var controls: [ControlReport] = []
    if runsControls {
      let start = try twinned(leader)
      let twin = try LeadingComponent(experiment, start: start, leader: leader.leader)
      let coarse = try points(start: start, leader: twin, tolerance: tolerances[0], stage: (2, stages))
      let fine = try points(start: start, leader: twin, tolerance: tolerances[1], stage: (3, stages))
      let judged = RankOneRule.judge(
        hypotheses: [], order: leader.order, guarantee: 0, refinement: refinement, coarse.map(\.evidence),
        fine.map(\.evidence))
      controls.append(
        ControlReport(
          name: Self.twins, judgement: judged, residual: fine.last?.fromStart,
          isRejected: judged.verdict == .violated))
      judgement = ControlRule.weigh(judgement, controls: controls.map(\.evidence))
    }
    let kappa = try RankOneReference(experiment).limit(
      of: ComponentRegistry(experiment.problem.model).map {
        RankOneReference.extract(leader.leader, of: $0, from: experiment.start)
      } ?? [], norm: Self.escapeNorm(experiment), isCancelled: context.isCancelled)?.kappa
    let report = ClaimReport(
      claim: Self.card.name, kind: "limit",
      statement: Self.statement(experiment, order: leader.order, largestNorm: largestNorm), hypotheses: hypotheses,
      judgement: judgement, controls: controls,
      tables: [Self.table(fine, leader: leader, kappa: kappa)],
      figures: [Self.plot(fine, order: leader.order)])
    return ScaleOutcome(
      report: report, tables: [("series.csv", Self.series(fine)), ("distances.csv", Self.paths(fine))])
  }

  /// By how much the last rung's tolerance is tighter.
  private var refinement: Double { tolerances[0] / tolerances[1] }

  /// What the proof allows the other components at the smallest α, magnified by the growth since ‖W‖ = ρ: while the gradient is
  /// constant, s_r ≤ α a_r (1 − q_r)^{−1/(N−2)} with q_r = (a_r/a_1)^{N−2} ‖∇L(0)‖/γ_1 < 1.
  private func guarantee(_ leader: LeadingComponent, _ points: [Point]) -> Double {
    guard let last = points.last, let size = leader.gradientNorm else { return .infinity }
    let n = Double(leader.order)
    var total = 0.0
    for r in leader.norms.indices where r != leader.leader {
      let q = pow(leader.norms[r] / leader.norms[leader.leader], n - 2) * size / leader.gammas[leader.leader]
      guard q < 1 else { return .infinity }
      total += pow(last.alpha * leader.norms[r] * pow(1 - q, -1 / (n - 2)), n)
    }
    return total * max(1, pow(last.largestNorm / Self.escapeNorm(experiment), 2))
  }

  /// The start with the next component made a copy of the leader: two equal leaders.
  func twinned(_ leader: LeadingComponent) throws(Refusal) -> [Double] {
    guard let registry = ComponentRegistry(experiment.problem.model), registry.components.count >= 2 else {
      throw Refusal("one component has no twin", remedy: "use problem.components 2 or more")
    }
    let other = leader.leader == 0 ? 1 : 0
    var start = experiment.start
    for (from, to) in zip(registry.components[leader.leader], registry.components[other]) {
      for i in 0..<from.count { start[to.offset + i * to.stride] = start[from.offset + i * from.stride] }
    }
    return start
  }
}

extension RankOneStudy.Point {
  fileprivate var evidence: RankOneEvidence {
    RankOneEvidence(alpha: alpha, reseeded: reseeded, fromStart: fromStart, largestNorm: largestNorm)
  }
}
