import FlowODE
import Models
import Verdicts

/// Runs a ladder, judges the claims about it, and runs their negative controls when asked.
public struct LadderExamination<Runs: Ladder>: Sendable {
  /// The runs.
  public let ladder: Runs
  /// What is judged from them.
  public let claims: [any LadderClaim<Runs>.Type]
  /// Whether each claim's negative controls are run and must be flagged.
  public let runsControls: Bool

  /// The claims about a ladder.
  public init(_ ladder: Runs, claims: [any LadderClaim<Runs>.Type], runsControls: Bool) {
    self.ladder = ladder
    self.claims = claims
    self.runsControls = runsControls
  }

  /// What a ladder leaves behind.
  public struct Outcome {
    /// One report per claim.
    public let reports: [ClaimReport]
    /// Tables of numbers for files.
    public let files: [LadderFile]
    /// What the claims' runs found; nil where there was nothing to run.
    public let found: Runs.Found?
  }

  /// Runs of a mutant, which several claims may share.
  private typealias Changed = (ladder: Runs, found: Runs.Found)

  /// - Throws: ``InterruptedRun``, ``Refusal``, or what a recorder throws.
  public func run(_ context: RunContext = RunContext()) throws -> Outcome {
    guard ladder.canRun else { return Outcome(reports: claims.map(vacuous), files: [], found: nil) }
    let keys = runsControls ? claims.flatMap { $0.mutants.compactMap(\.key) } : []
    let passes = 1 + Set(keys).count
    let found = try ladder.run(context.pass(0, of: passes))
    var changed: [String: Changed] = [:]
    var reports: [ClaimReport] = []
    var files: [LadderFile] = []
    for claim in claims {
      let hypotheses = claim.hypotheses.compactMap { $0.evaluate(ladder, found) }
      let finding = claim.judge(ladder, found, hypotheses)
      let controls = try (runsControls ? claim.mutants : []).compactMap { mutant in
        try control(mutant, of: claim, found, &changed, context.pass(changed.count + 1, of: passes))
      }
      let judgement = ControlRule.weigh(
        finding.judgement, controls: controls.map(\.evidence), remedy: claim.missedControl)
      let exhibits = claim.exhibits(ladder, found)
      files += exhibits.files.map { LadderFile(claim: claim.card.name, name: $0.name, table: $0.table) }
      reports.append(
        ClaimReport(
          claim: claim.card.name, kind: claim.reportKind, statement: claim.statement(ladder), hypotheses: hypotheses,
          judgement: judgement, controls: controls, tables: exhibits.tables, figures: exhibits.figures,
          fit: judgement.verdict == .vacuous ? nil : finding.fit, notes: finding.notes))
    }
    return Outcome(reports: reports, files: files, found: found)
  }

  /// The report of a claim whose unmet hypotheses leave nothing to run.
  private func vacuous(_ claim: any LadderClaim<Runs>.Type) -> ClaimReport {
    let hypotheses = claim.hypotheses.compactMap { $0.evaluate(ladder, nil) }
    return ClaimReport(
      claim: claim.card.name, kind: claim.reportKind, statement: claim.statement(ladder), hypotheses: hypotheses,
      judgement: JudgingRule.judge(hypotheses: hypotheses, rungs: []), controls: [])
  }

  /// The report of a control; nil where it would not be false.
  private func control(
    _ mutant: LadderMutant<Runs>, of claim: any LadderClaim<Runs>.Type, _ found: Runs.Found,
    _ changed: inout [String: Changed], _ context: RunContext
  ) throws -> ControlReport? {
    let finding: LadderFinding
    switch mutant.change {
    case .finding(let change):
      guard let judged = try change(ladder, found, context.unwatched) else { return nil }
      finding = judged
    case .runs(let key, let dropsHypotheses, let change):
      // Where another claim has had the runs already, this one may still not be false on them.
      guard let other = try change(ladder, found) else { return nil }
      let result = try changed[key] ?? (other, other.run(context))
      changed[key] = result
      let hypotheses = dropsHypotheses ? [] : claim.hypotheses.compactMap { $0.evaluate(result.ladder, result.found) }
      finding = claim.judge(result.ladder, result.found, hypotheses)
    }
    let verdict = finding.judgement.verdict
    return ControlReport(
      name: mutant.name?(ladder, found) ?? mutant.text, judgement: finding.judgement, residual: finding.figure,
      isRejected: verdict == .violated || verdict == .vacuous)
  }
}

extension LadderMutant {
  /// What mutants share that change the runs in the same way; nil for those that change the statement.
  fileprivate var key: String? {
    if case .runs(let key, _, _) = change { key } else { nil }
  }
}

extension LadderClaim where Runs == Self, Self: Ladder {
  /// The report of a ladder with one claim of its own.
  ///
  /// - Throws: ``InterruptedRun``, ``Refusal``, or what a recorder throws.
  public func report(runsControls: Bool = false, _ context: RunContext = RunContext()) throws -> ClaimReport {
    try examination(runsControls: runsControls).run(context).reports[0]
  }

  /// The examination of a ladder with one claim of its own.
  public func examination(runsControls: Bool) -> LadderExamination<Self> {
    LadderExamination(self, claims: [Self.self], runsControls: runsControls)
  }
}
