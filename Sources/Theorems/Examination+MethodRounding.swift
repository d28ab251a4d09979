import FlowODE
import Models
import Verdicts

extension Examination {
  /// The ladder with what rounding makes of residuals in the method, measured where a word hangs on it.
  ///
  /// Where an equality is *inconclusive* although its residual is one that the solver may leave, the tightest rung is run again from
  /// two starts that differ from its own in the last bit. What changes of the residual then is rounding; a departure of the claim's
  /// own is the same on all three.
  ///
  /// - Parameter judged: the claims and their words so far.
  func measuringMethodRounding(
    _ ladder: [Rung], _ judged: [(item: ExaminedClaim, judgement: Judgement)], grid: SaveGrid
  ) throws -> [Rung] {
    guard let last = ladder.last, ladder.count == refinement.tolerances.count else { return ladder }
    let doubtful = judged.map(\.item.law).filter { law in
      guard let seen = last.evidence(for: law) else { return false }
      return JudgingRule.mayBeMethodRounding(seen)
    }
    .filter { law in
      judged.contains { $0.item.law.identity == law.identity && $0.judgement.verdict == .inconclusive }
    }
    guard !doubtful.isEmpty else { return ladder }
    var residuals: [Statement.Identity: [Double]] = [:]
    for sign in [1.0, -1] {
      let nearby = try refinement.replacing(experiment: refinement.experiment.nudged(sign))
      let rung = try nearby.runRung(ladder.count - 1, doubtful, grid: grid, blockRates: nil)
      // A run that does not get to its end says nothing of rounding.
      guard rung.trajectory.outcome.isComplete else { return ladder }
      let findings = rung.findings
      for law in doubtful { residuals[law.identity, default: []] += [findings.evidence(of: law)?.residual ?? .nan] }
    }
    var rungs = ladder
    for law in doubtful {
      rungs[ladder.count - 1].note(methodRoundingOf: law, besides: residuals[law.identity] ?? [])
    }
    return rungs
  }
}

extension Experiment {
  /// The same experiment from a start whose entries are larger or smaller by the last bit, by turns that do not repeat.
  fileprivate func nudged(_ sign: Double) throws(Refusal) -> Experiment {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    let near = start.map { entry in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return entry * (1 + (state >> 63 == 0 ? sign : -sign) * .ulpOfOne)
    }
    return try replacing(start: near)
  }
}
