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
  /// Whether rungs are run that ``SettlingRule`` expects nothing of, and controls on after they are rejected.
  public let runsAllRungs: Bool

  /// An examination of claims on one experiment; nothing runs before ``run()``.
  public init(
    refinement: Refinement, claims: [any Claim.Type], runsControls: Bool, runsAllRungs: Bool = false
  ) {
    self.refinement = refinement
    self.claims = claims
    self.runsControls = runsControls
    self.runsAllRungs = runsAllRungs
  }

  /// The recorders of the refinement's context observe the tightest rung of the claims' own ladder, and nothing where the ladder ends
  /// before it: ask for all rungs where they matter.
  ///
  /// Losses with kinks have all rungs run: on the tightest their passages are located, and what was seen of them decides about
  /// hypotheses.
  ///
  /// - Returns: one report per claim, and the ladder behind them.
  /// - Throws: ``InterruptedRun``, ``Refusal``, or what a recorder throws.
  public func run() throws -> (reports: [ClaimReport], ladder: [Rung]) {
    let experiment = refinement.experiment
    let setting = ClaimSetting(experiment: experiment)
    let grid = try experiment.grid(tightest: refinement.tolerances[refinement.tolerances.count - 1])
    let cases = claims.map { ExaminedClaim($0, setting, runsControls: runsControls) }

    // A control that only changes the statement is folded over the claims' own trajectories.
    let hasKinks = experiment.loss.nonsmoothness != nil || experiment.kinks != nil
    let isSettled: @Sendable ([Rung]) -> Bool = { rungs in cases.allSatisfy { $0.settlement(rungs) != nil } }
    let ladder = try refinement.run(
      cases.flatMap { [$0.law] + $0.folded }, grid: grid, recorders: refinement.context.recorders,
      until: runsAllRungs || hasKinks ? nil : isSettled)
    let judged = cases.map { (item: $0, judgement: Self.judge($0.claim, on: experiment, ladder)) }

    // Where the claim says nothing, neither do its controls. Claims whose controls perturb the flow in the same way share its
    // trajectories.
    var perturbed: [(rates: [Double], statements: [Statement], run: ControlRun)] = []
    for item in cases {
      for mutant in item.mutants {
        guard let rates = blockRates(mutant) else { continue }
        if let k = perturbed.firstIndex(where: { $0.rates == rates }) {
          perturbed[k].statements.append(item.law)
        } else {
          perturbed.append((rates, [item.law], ControlRun()))
        }
      }
    }
    let speaking = judged.filter { $0.judgement.verdict != .vacuous }.map(\.item.law)
    for k in perturbed.indices {
      let (rates, statements, _) = perturbed[k]
      let asked = statements.filter { statement in speaking.contains { $0.identity == statement.identity } }
      guard !asked.isEmpty else { continue }
      perturbed[k].run = try reject(statements, asked: asked, by: refinement, grid: grid, blockRates: rates)
    }

    let reports = try judged.map { item, judgement in
      let controls = try (judgement.verdict == .vacuous ? [] : item.mutants).map { mutant in
        switch mutant.change {
        case .statement(let mutated):
          return report(
            mutant, Self.judge(mutated, setting, ladder.map(\.findings)), ladder.last?.evidence[mutated.identity])
        case .rate:
          let rates = blockRates(mutant)
          let run = perturbed.first { $0.rates == rates }?.run ?? ControlRun()
          return report(
            mutant, Self.judge(item.law, setting, run.ladder), run.ladder.last?.evidence(of: item.claim), run)
        case .start(let start, let dropped):
          let other = try refinement.replacing(
            experiment: experiment.replacing(start: start, startSummary: mutant.text))
          let run = try reject([item.law], asked: [item.law], by: other, grid: grid, dropping: dropped)
          let setting = ClaimSetting(experiment: other.experiment)
          return report(
            mutant, Self.judge(item.law, setting, run.ladder, dropping: dropped),
            run.ladder.last?.evidence(of: item.claim), run)
        }
      }
      let ladderLength = refinement.tolerances.count
      return ClaimReport(
        item.law, setting: setting, ladder: ladder,
        judgement: ControlRule.weigh(
          judgement, controls: controls.map(\.evidence), needsOne: item.claim.card.judgedBy.isInequality),
        controls: controls,
        settled: ladder.count == ladderLength
          ? nil : item.settlement(ladder).map { SettledLadder($0, after: ladder.count, of: ladderLength) })
    }
    return (reports, ladder)
  }

  /// Runs a flow, or the flow from a start, on which some statements must be rejected: no further than that takes unless all rungs
  /// are asked for.
  private func reject(
    _ statements: [Statement], asked: [Statement], by refinement: Refinement, grid: SaveGrid,
    blockRates: [Double]? = nil, dropping dropped: Set<String> = []
  ) throws -> ControlRun {
    guard !runsAllRungs else {
      return ControlRun(ladder: try refinement.run(statements, grid: grid, blockRates: blockRates).map(\.findings))
    }
    let experiment = refinement.experiment
    let (ladder, time) = try refinement.reject(statements, asked: asked, grid: grid, blockRates: blockRates) { rungs in
      let setting = ClaimSetting(experiment: experiment)
      return asked.allSatisfy {
        ControlRule.isRejected(Self.judge($0, setting, rungs, dropping: dropped), ofAnotherFlow: true)
      }
    }
    return ControlRun(ladder: ladder, until: time)
  }

  /// What was run for a control, and to when if that is not the horizon.
  private struct ControlRun {
    var ladder: [RungFindings] = []
    var until: Double?
  }

  /// Judges one claim on a ladder over which it was folded.
  public static func judge(_ claim: any Claim.Type, on experiment: Experiment, _ ladder: [Rung]) -> Judgement {
    judge(.law(of: claim), ClaimSetting(experiment: experiment), ladder.map(\.findings))
  }

  /// Judges a claim or a false relative of it on a ladder over which it was folded.
  ///
  /// - Parameter dropped: hypotheses that are not asked for.
  public static func judge(
    _ statement: Statement, _ setting: ClaimSetting, _ ladder: [Rung], dropping dropped: Set<String> = []
  ) -> Judgement {
    judge(statement, setting, ladder.map(\.findings), dropping: dropped)
  }

  private static func judge(
    _ statement: Statement, _ setting: ClaimSetting, _ ladder: [RungFindings], dropping dropped: Set<String> = []
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

  /// - Parameter run: what was run for the control; nil where it was folded over the claim's own rungs.
  private func report(
    _ mutant: Mutant<Statement>, _ judgement: Judgement, _ evidence: Evidence?, _ run: ControlRun? = nil
  ) -> ControlReport {
    let isRejected = ControlRule.isRejected(judgement, ofAnotherFlow: run != nil)
    var hasSay = evidence?.isFalsified != false
    // Where nothing grows enough for a fit, another start has nothing to show.
    if case .start = mutant.change, let evidence, evidence.claimedExponent != nil { hasSay = evidence.fit != nil }
    return ControlReport(
      name: mutant.text, judgement: judgement, residual: evidence?.residual, isRejected: isRejected,
      isApplicable: isRejected || hasSay, rungs: run?.ladder.count, until: run?.until)
  }
}
