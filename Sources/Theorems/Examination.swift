import FlowODE
import Models
import Verdicts

/// Runs an experiment's refinement, judges every claim, and runs the negative controls when asked.
public struct Examination: Sendable {
  /// The experiment and the ladder of tolerances.
  public let refinement: Refinement
  /// What is judged, in the order of the reports.
  public let claims: [StatedClaim]
  /// Whether each claim's negative controls are run and must be flagged.
  public let runsControls: Bool
  /// Whether rungs are run that ``SettlingRule`` expects nothing of, and controls on after they are rejected.
  public let runsAllRungs: Bool

  /// An examination of claims of the catalogue on one experiment; nothing runs before ``run()``.
  public init(
    refinement: Refinement, claims: [any Claim.Type], runsControls: Bool, runsAllRungs: Bool = false
  ) {
    self.init(
      refinement: refinement, stated: claims.map { StatedClaim($0) }, runsControls: runsControls,
      runsAllRungs: runsAllRungs)
  }

  /// An examination of claims on one experiment; nothing runs before ``run()``.
  public init(
    refinement: Refinement, stated claims: [StatedClaim], runsControls: Bool, runsAllRungs: Bool = false
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
    var ladder = try refinement.run(
      cases.flatMap { $0.speaks ? [$0.law] + $0.folded : [] }, grid: grid, recorders: refinement.context.recorders,
      records: refinement.context.records, isWatched: true, until: runsAllRungs || hasKinks ? nil : isSettled)
    func judge() -> [(item: ExaminedClaim, judgement: Judgement)] {
      cases.map { (item: $0, judgement: Self.judge($0.law, setting, ladder)) }
    }
    ladder = try measuringMethodRounding(ladder, judge(), grid: grid)
    let judged = judge()

    // Where the claim says nothing, neither do its controls. Claims whose controls perturb the flow in the same way share its
    // trajectories.
    let speaking = judged.filter { $0.judgement.verdict != .vacuous }.map(\.item.law)
    let perturbed = Self.isUnfinished(ladder) ? [] : try perturbations(cases, speaking: speaking, grid: grid)

    let reports = try judged.map { item, judgement in
      let controls = try (judgement.verdict == .vacuous ? [] : item.mutants).map { mutant in
        try control(mutant, of: item, setting, ladder, perturbed, grid: grid)
      }
      let ladderLength = refinement.tolerances.count
      return ClaimReport(
        item.law, setting: setting, ladder: ladder,
        judgement: ControlRule.weigh(
          judgement, controls: controls.map(\.report.evidence), needsOne: item.claim.card.judgedBy.isInequality),
        controls: controls,
        settled: ladder.count == ladderLength
          ? nil : item.settlement(ladder).map { SettledLadder($0, after: ladder.count, of: ladderLength) })
    }
    return (reports, ladder)
  }

  /// Judges one claim on a ladder over which it was folded.
  @inline(never)
  public static func judge(_ claim: any Claim.Type, on experiment: Experiment, _ ladder: [Rung]) -> Judgement {
    judge(.law(of: claim), ClaimSetting(experiment: experiment), ladder.map(\.findings))
  }

  /// Judges a claim or a false relative of it on a ladder over which it was folded.
  ///
  /// - Parameter dropped: hypotheses that are not asked for.
  @inline(never)
  public static func judge(
    _ statement: Statement, _ setting: ClaimSetting, _ ladder: [Rung], dropping dropped: Set<String> = []
  ) -> Judgement {
    judge(statement, setting, ladder.map(\.findings), dropping: dropped)
  }

  static func judge(
    _ statement: Statement, _ setting: ClaimSetting, _ ladder: [RungFindings], dropping dropped: Set<String> = []
  ) -> Judgement {
    JudgingRule.judge(
      hypotheses: statement.claim.hypotheses(setting, ladder.last?.facts ?? PathFacts(), dropping: dropped),
      rungs: ladder.compactMap { $0.evidence(for: statement) })
  }
}
