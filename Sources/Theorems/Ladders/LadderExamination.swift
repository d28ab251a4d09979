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
    /// What must not be overlooked about the run that is kept; none where it was not watched.
    public var warnings: [ReportWarning] = []
  }

  /// Runs of a mutant, which several claims may share.
  private typealias Changed = (key: String, ladder: Runs, found: Runs.Found)

  /// - Parameter isWatched: whether the run that is kept is watched for what must not be overlooked about it.
  /// - Throws: ``InterruptedRun``, ``Refusal``, or what a recorder throws.
  public func run(_ context: RunContext = RunContext(), isWatched: Bool = false) throws -> Outcome {
    guard isWatched, let kept = ladder.keptRun else { return try run(context) }
    let watch = WatchedRun()
    var own = context
    own.recorders = {
      let warnings = RunWarnings(kept.experiment, tolerance: kept.tolerance)
      watch.warnings = warnings
      return try context.recorders() + warnings.observers
    }
    own.records.append(watch)
    var outcome = try run(own)
    outcome.warnings = watch.found
    return outcome
  }

  private func run(_ context: RunContext) throws -> Outcome {
    guard ladder.canRun else { return Outcome(reports: claims.map(vacuous), files: [], found: nil) }
    var keys: Set<String> = []
    for claim in claims where runsControls {
      for mutant in claim.mutants { if let key = mutant.key { keys.insert(key) } }
    }
    let passes = 1 + keys.count
    let found: Runs.Found
    do {
      found = try ladder.run(context.pass(0, of: passes).keeping(under: "own"))
    } catch let unfinished as UnfinishedRun {
      return Outcome(reports: claims.map { report($0, of: unfinished) }, files: [], found: nil)
    }
    var changed: [Changed] = []
    var reports: [ClaimReport] = []
    var files: [LadderFile] = []
    for claim in claims {
      let hypotheses = hypotheses(of: claim, ladder, found)
      let finding = claim.judge(ladder, found, hypotheses)
      var controls: [ControlReport] = []
      for mutant in claim.mutants where runsControls {
        let context = context.pass(changed.count + 1, of: passes)
        if let control = try control(mutant, of: claim, found, &changed, context) { controls.append(control) }
      }
      let exhibits = claim.exhibits(ladder, found)
      files += exhibits.files(of: claim.card.name)
      reports.append(
        ClaimReport(
          claim.card.name, kind: claim.reportKind, statement: claim.statement(ladder), hypotheses: hypotheses,
          finding, controls: controls, missedControl: claim.missedControl, exhibits))
    }
    return Outcome(reports: reports, files: files, found: found)
  }

  /// The report of a claim whose unmet hypotheses leave nothing to run.
  private func vacuous(_ claim: any LadderClaim<Runs>.Type) -> ClaimReport {
    let hypotheses = hypotheses(of: claim, ladder, nil)
    return ClaimReport(
      claim: claim.card.name, kind: claim.reportKind, statement: claim.statement(ladder), hypotheses: hypotheses,
      judgement: JudgingRule.judge(hypotheses: hypotheses, rungs: []), controls: [])
  }

  /// The report of a claim whose runs did not get to what it is about.
  private func report(_ claim: any LadderClaim<Runs>.Type, of unfinished: UnfinishedRun) -> ClaimReport {
    let hypotheses = hypotheses(of: claim, ladder, nil)
    return ClaimReport(
      claim: claim.card.name, kind: claim.reportKind, statement: claim.statement(ladder), hypotheses: hypotheses,
      judgement: LadderRule.judge(hypotheses: hypotheses, unfinished: "\(unfinished.sentence); \(unfinished.remedy)"),
      controls: [])
  }

  /// The conditions of a claim, evaluated.
  ///
  /// - Parameter found: nil before the runs.
  private func hypotheses(
    of claim: any LadderClaim<Runs>.Type, _ ladder: Runs, _ found: Runs.Found?
  ) -> [Hypothesis] {
    var hypotheses: [Hypothesis] = []
    for rule in claim.hypotheses { if let hypothesis = rule.evaluate(ladder, found) { hypotheses.append(hypothesis) } }
    return hypotheses
  }

  /// The report of a control; nil where it would not be false. One that cannot be run says so, and ends nothing.
  private func control(
    _ mutant: LadderMutant<Runs>, of claim: any LadderClaim<Runs>.Type, _ found: Runs.Found,
    _ changed: inout [Changed], _ context: RunContext
  ) throws -> ControlReport? {
    let name = mutant.name?(ladder, found) ?? mutant.text
    do {
      if let reason = try mutant.silence?(ladder, found) { return ControlReport(name: name, notCounted: reason) }
      return try finding(mutant, of: claim, found, &changed, context).map { ControlReport(name, $0) }
    } catch let unfinished as UnfinishedRun {
      return ControlReport(name: name, notCounted: "it could not be run to its end: \(unfinished.sentence)")
    } catch let refusal as Refusal {
      return ControlReport(name: name, notCounted: "it could not be run: \(refusal.problem)")
    }
  }

  /// What a control came to; nil where it would not be false.
  private func finding(
    _ mutant: LadderMutant<Runs>, of claim: any LadderClaim<Runs>.Type, _ found: Runs.Found,
    _ changed: inout [Changed], _ context: RunContext
  ) throws -> LadderFinding? {
    switch mutant.change {
    case .finding(let change):
      let scope = "control \(mutant.text) of \(claim.card.name)"
      return try change(ladder, found, context.unwatched.keeping(under: scope))
    case .runs(let key, let dropsHypotheses, let change):
      // Where another claim has had the runs already, this one may still not be false on them.
      guard let other = try change(ladder, found) else { return nil }
      let known = changed.firstIndex { $0.key == key } ?? changed.count
      if known == changed.count {
        changed.append((key, other, try other.run(context.keeping(under: "control \(key)"))))
      }
      let result = changed[known]
      let hypotheses = dropsHypotheses ? [] : hypotheses(of: claim, result.ladder, result.found)
      return claim.judge(result.ladder, result.found, hypotheses)
    }
  }
}

/// What watches the run that is kept. Unchecked: it is made by the thread that begins that run, and asked when all is over.
private final class WatchedRun: RunRecord, @unchecked Sendable {
  var warnings: RunWarnings?
  /// What they found when the run was run; nil in a process that runs it itself.
  private var known: [ReportWarning]?

  var found: [ReportWarning] { known ?? warnings?.found ?? [] }

  func kept(beside path: String) -> [ReportWarning] { found }
  func restore(_ kept: [ReportWarning], beside path: String) { known = kept }
}

extension ControlReport {
  fileprivate init(_ name: String, _ finding: LadderFinding) {
    let verdict = finding.judgement.verdict
    self.init(
      name: name, judgement: finding.judgement, residual: finding.figure,
      isRejected: verdict == .violated || verdict == .vacuous)
  }
}

extension ClaimReport {
  /// The report of a claim that was judged from a ladder.
  fileprivate init(
    _ claim: String, kind: String, statement: String, hypotheses: [Hypothesis], _ finding: LadderFinding,
    controls: [ControlReport], missedControl: String, _ exhibits: LadderExhibits
  ) {
    let judgement = ControlRule.weigh(finding.judgement, controls: controls.map(\.evidence), remedy: missedControl)
    self.init(
      claim: claim, kind: kind, statement: statement, hypotheses: hypotheses, judgement: judgement,
      controls: controls, tables: exhibits.tables, figures: exhibits.figures,
      fit: judgement.verdict == .vacuous ? nil : finding.fit, notes: finding.notes)
  }
}

extension LadderMutant {
  /// What mutants share that change the runs in the same way; nil for those that change the statement.
  fileprivate var key: String? {
    if case .runs(let key, _, _) = change { key } else { nil }
  }
}

/// A ladder with one claim of its own, which is the ladder's type.
public protocol LadderStudy: Ladder, LadderClaim where Runs == Self {}

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
