import FlowODE
import Verdicts

/// One claim in an examined setting, with what is folded together with it.
struct ExaminedClaim: Sendable {
  let claim: StatedClaim
  let law: Statement
  /// The controls to run: all of them when asked; otherwise those that an inequality cannot hold without. A claim without a
  /// law here has none.
  let mutants: [Mutant<Statement>]
  private let start: [Hypothesis]
  private let hypotheses: [Hypothesis]

  init(_ claim: StatedClaim, _ setting: ClaimSetting, runsControls: Bool) {
    self.claim = claim
    law = claim.law
    start = claim.hypotheses(setting, PathFacts(), decided: [.start])
    hypotheses = claim.hypotheses(setting, PathFacts())
    // A mutant is made for settings that meet the claim's hypotheses.
    guard start.allSatisfy(\.isMet), law.laws(setting) != nil else {
      mutants = []
      return
    }
    mutants = claim.mutants(setting).filter { mutant in
      if runsControls { return true }
      if case .statement = mutant.change { return claim.card.judgedBy.isInequality }
      return false
    }
  }

  /// Whether the claim says anything: the start meets what it can be asked. What says nothing is not integrated, so that it can stand in
  /// nobody's way.
  var speaks: Bool { start.allSatisfy(\.isMet) }

  /// The false relatives that are folded over the claim's own trajectories.
  var folded: [Statement] {
    guard speaks else { return [] }
    return mutants.compactMap { mutant in
      if case .statement(let mutated) = mutant.change { return mutated }
      return nil
    }
  }

  /// What settles the claim together with the controls that are folded on it; nil if further rungs are to be run.
  ///
  /// The rungs are those of a loss without kinks, so that nothing seen along the path speaks against a hypothesis. A mutant must be
  /// violated for good, or not be false on the last two rungs; a bound that holds needs one that is violated.
  @inline(never)
  func settlement(_ rungs: [Rung]) -> Settlement? {
    guard speaks else { return .vacuous }
    func settlement(of statement: Statement) -> Settlement? {
      SettlingRule.settle(
        start: start, hypotheses: hypotheses, rungs: rungs.compactMap { $0.evidence(for: statement) })
    }
    guard let own = settlement(of: law), own != .vacuous else { return settlement(of: law) }
    let rejected = folded.filter { settlement(of: $0)?.verdict == .violated }
    let isSilent = { (statement: Statement) in
      rungs.suffix(JudgingRule.leastRungs).allSatisfy { $0.evidence[statement.identity]?.isFalsified == false }
    }
    guard folded.allSatisfy({ mutant in rejected.contains { $0.identity == mutant.identity } || isSilent(mutant) }),
      !(own.verdict == .holds && claim.card.judgedBy.isInequality && rejected.isEmpty)
    else { return nil }
    return own
  }
}
