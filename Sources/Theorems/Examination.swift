import FlowODE
import Models
import Verdicts

/// Runs an experiment's refinement, judges every claim, and runs the negative controls when asked.
public struct Examination: Sendable {
  /// The experiment and the ladder of tolerances.
  public let refinement: Refinement
  /// What is judged, in the order of the reports.
  public let claims: [any Claim.Type]
  /// Whether each claim's negative controls are run and must be flagged.
  public let runsControls: Bool

  /// An examination of claims on one experiment; nothing runs before ``run()``.
  public init(refinement: Refinement, claims: [any Claim.Type], runsControls: Bool) {
    self.refinement = refinement
    self.claims = claims
    self.runsControls = runsControls
  }

  /// One claim in the examined setting.
  private struct Case {
    let claim: any Claim.Type
    let law: Statement
    /// The controls to run: all of them when asked; otherwise those that an inequality cannot hold without. A claim without a
    /// law here has none.
    let mutants: [Mutant<Statement>]

    init(_ claim: any Claim.Type, _ setting: ClaimSetting, runsControls: Bool) {
      self.claim = claim
      law = .law(of: claim)
      guard law.laws(setting) != nil else {
        mutants = []
        return
      }
      mutants = Statement.mutants(of: claim, setting).filter { mutant in
        if runsControls { return true }
        if case .statement = mutant.change { return claim.card.judgedBy.isInequality }
        return false
      }
    }
  }

  /// The recorders of the refinement's context observe the tightest rung of the claims' own ladder.
  ///
  /// - Returns: one report per claim, and the ladder behind them.
  /// - Throws: ``InterruptedRun``, ``Refusal``, or what a recorder throws.
  public func run() throws -> (reports: [ClaimReport], ladder: [Rung]) {
    let experiment = refinement.experiment
    let setting = ClaimSetting(experiment: experiment)
    let grid = try experiment.grid(tightest: refinement.tolerances[refinement.tolerances.count - 1])
    let cases = claims.map { Case($0, setting, runsControls: runsControls) }

    // A control that only changes the statement is folded over the claims' own trajectories.
    var folded = cases.map(\.law)
    for mutant in cases.flatMap(\.mutants) {
      if case .statement(let mutated) = mutant.change { folded.append(mutated) }
    }
    let ladder = try refinement.run(folded, grid: grid, recorders: refinement.context.recorders)

    // Claims whose controls perturb the flow in the same way share its trajectories.
    var perturbed: [(rates: [Double], statements: [Statement], ladder: [Rung])] = []
    for item in cases {
      for mutant in item.mutants {
        guard let rates = blockRates(mutant) else { continue }
        if let k = perturbed.firstIndex(where: { $0.rates == rates }) {
          perturbed[k].statements.append(item.law)
        } else {
          perturbed.append((rates, [item.law], []))
        }
      }
    }
    for k in perturbed.indices {
      perturbed[k].ladder = try refinement.run(perturbed[k].statements, grid: grid, blockRates: perturbed[k].rates)
    }

    let reports = try cases.map { item in
      let judgement = Self.judge(item.claim, on: experiment, ladder)
      // Where the claim says nothing, neither do its controls.
      let controls = try (judgement.verdict == .vacuous ? [] : item.mutants).map { mutant in
        switch mutant.change {
        case .statement(let mutated):
          return report(mutant, Self.judge(mutated, setting, ladder), ladder.last?.evidence[mutated.identity])
        case .rate:
          let rates = blockRates(mutant)
          let ladder = perturbed.first { $0.rates == rates }?.ladder ?? []
          return report(mutant, Self.judge(item.law, setting, ladder), ladder.last?.evidence(of: item.claim))
        case .start(let start, let dropped):
          let other = try refinement.replacing(
            experiment: experiment.replacing(start: start, startSummary: mutant.text))
          let ladder = try other.run([item.law], grid: grid)
          let setting = ClaimSetting(experiment: other.experiment)
          return report(
            mutant, Self.judge(item.law, setting, ladder, dropping: dropped), ladder.last?.evidence(of: item.claim))
        }
      }
      return ClaimReport(
        item.law, setting: setting, ladder: ladder,
        judgement: ControlRule.weigh(
          judgement, controls: controls.map(\.evidence), needsOne: item.claim.card.judgedBy.isInequality),
        controls: controls)
    }
    return (reports, ladder)
  }

  /// Judges one claim on a ladder over which it was folded.
  public static func judge(_ claim: any Claim.Type, on experiment: Experiment, _ ladder: [Rung]) -> Judgement {
    judge(.law(of: claim), ClaimSetting(experiment: experiment), ladder)
  }

  /// Judges a claim or a false relative of it on a ladder over which it was folded.
  ///
  /// - Parameter dropped: hypotheses that are not asked for.
  public static func judge(
    _ statement: Statement, _ setting: ClaimSetting, _ ladder: [Rung], dropping dropped: Set<String> = []
  ) -> Judgement {
    JudgingRule.judge(
      hypotheses: statement.claim.hypotheses(setting, ladder.last?.facts ?? PathFacts(), dropping: dropped),
      rungs: ladder.compactMap { $0.evidence(for: statement) })
  }

  /// The rates of all parameter blocks; nil for a mutant that leaves the flow as it is.
  private func blockRates(_ mutant: Mutant<Statement>) -> [Double]? {
    guard case .rate(let block, let factor) = mutant.change else { return nil }
    return WrongRate.rates(refinement.experiment.problem.model.layout, block: block, factor: factor)
  }

  private func report(_ mutant: Mutant<Statement>, _ judgement: Judgement, _ evidence: Evidence?) -> ControlReport {
    var isRejected = judgement.verdict == .violated
    var hasSay = evidence?.isFalsified != false
    switch mutant.change {
    case .statement: break
    case .rate: isRejected = isRejected || judgement.verdict == .vacuous
    case .start:
      isRejected = isRejected || judgement.verdict == .vacuous
      // Where nothing grows enough for a fit, another start has nothing to show.
      if let evidence, evidence.claimedExponent != nil { hasSay = evidence.fit != nil }
    }
    return ControlReport(
      name: mutant.text, judgement: judgement, residual: evidence?.residual, isRejected: isRejected,
      isApplicable: isRejected || hasSay)
  }
}
