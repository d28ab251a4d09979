import FlowODE
import Verdicts

/// A negative control's outcome.
public struct ControlReport: Sendable, Equatable, Codable {
  public let name: String
  public let verdict: Verdict
  /// The tightest rung's residual; nil if not finite.
  public let residual: Double?
  public let reason: String
  /// Whether it came out as it must: violated or vacuous.
  public let isRejected: Bool
  /// False for a mutated inequality that happens to be true on this run, and so cannot be expected to be rejected.
  public let isApplicable: Bool

  public init(
    name: String, verdict: Verdict, residual: Double?, reason: String, isRejected: Bool, isApplicable: Bool = true
  ) {
    self.name = name
    self.verdict = verdict
    self.residual = residual
    self.reason = reason
    self.isRejected = isRejected
    self.isApplicable = isApplicable
  }
}

/// One rung's row in a claim's evidence table. Numbers that are not finite are nil, with a note that says so.
public struct RungReport: Sendable, Equatable, Codable {
  public let rtol: Double
  /// Worst residual relative to the largest term.
  public let drift: Double?
  /// Whether the drift is at the roundoff level.
  public let isRoundoff: Bool
  /// Order of decrease from the rung before.
  public let order: Double?
  public let steps: Int
  public let rejected: Int
  public let gradients: Int
  public let jacobians: Int
  /// What `auto` chose on this rung; nil for any other method.
  public let choice: String?
  /// The run's power: largest change of any single term, relative to the largest term.
  public let power: Double?
  public let largestTerm: Double?
  public let budget: Double?
  public let worstTime: Double
  public let worstLaw: String
  public let finalTime: Double
  public let finalLoss: Double?
  public let outcome: String
  public let isComplete: Bool
  public let notes: [String]
  /// For an inequality: the least slack bound − value, relative to the size of the bound.
  public let slack: Double?
  /// u_slack there, relative; nil on the first rung.
  public let slackUncertainty: Double?
  /// For an inequality: the largest value/bound.
  public let tightness: Double?
  public let tightestLaw: String?
  public let tightestTime: Double?
}

/// Everything found out about one claim.
public struct ClaimReport: Sendable, Equatable, Codable {
  public let claim: String
  /// `equality` or `inequality`.
  public let kind: String
  public let statement: String
  public let hypotheses: [Hypothesis]
  public let rungs: [RungReport]
  public let verdict: Verdict
  public let strength: Strength
  public let reason: String
  /// For *holds*: the smallest relative error in the rate of the block that moves the terms most that the run would have exposed.
  public let smallestVisibleRateError: Double?
  public let controls: [ControlReport]
  /// Numbers behind the verdict that are not a row per rung.
  public let tables: [EvidenceTable]

  /// The report of a claim that was judged from something else than one refinement ladder.
  public init(
    claim: String, kind: String, statement: String, hypotheses: [Hypothesis], judgement: Judgement,
    controls: [ControlReport], tables: [EvidenceTable]
  ) {
    self.claim = claim
    self.kind = kind
    self.statement = statement
    self.hypotheses = hypotheses
    rungs = []
    verdict = judgement.verdict
    strength = .observed
    reason = judgement.reason
    smallestVisibleRateError = judgement.smallestVisibleRateError
    self.controls = controls
    self.tables = tables
  }

  init(
    claim: any Claim, setting: ClaimSetting, ladder: [Rung], judgement: Judgement, controls: [ControlReport]
  ) {
    self.claim = claim.identifier
    kind = claim.isInequality ? "inequality" : "equality"
    tables = ladder.last?.evidence[claim.identifier]?.tables ?? []
    statement = claim.statement(setting)
    hypotheses = Examination.hypotheses(claim, setting, ladder)
    verdict = judgement.verdict
    strength = .observed
    reason = judgement.reason
    smallestVisibleRateError = judgement.smallestVisibleRateError
    self.controls = controls
    var rows: [RungReport] = []
    var previous: RungEvidence?
    for rung in ladder {
      guard let seen = rung.evidence(for: claim.identifier) else { continue }
      rows.append(RungReport(rung, seen, previous: previous))
      previous = seen
    }
    rungs = rows
  }
}

extension RungReport {
  init(_ rung: Rung, _ seen: RungEvidence, previous: RungEvidence?) {
    var notes: [String] = []
    func finite(_ value: Double, _ what: String) -> Double? {
      if value.isFinite { return value }
      notes.append("\(what) is \(tableNumber(value))")
      return nil
    }
    let evidence = seen.evidence
    rtol = rung.relativeTolerance
    drift = finite(evidence.residual, "the drift")
    isRoundoff = evidence.residual <= JudgingRule.roundoffLevel(steps: seen.steps)
    order = previous.flatMap { JudgingRule.order($0, seen) }
    steps = rung.trajectory.counts.accepted
    rejected = rung.trajectory.counts.rejected
    gradients = rung.trajectory.counts.evaluations
    jacobians = rung.trajectory.counts.jacobians
    choice = rung.trajectory.choice
    power = finite(evidence.power, "the power")
    largestTerm = finite(evidence.largestTerm, "the largest term")
    budget = evidence.budget.flatMap { finite($0, "the error budget") }
    worstTime = evidence.worstTime
    worstLaw = evidence.worstLaw
    finalTime = rung.trajectory.time
    finalLoss = finite(rung.trajectory.loss, "the final loss")
    outcome = rung.trajectory.outcome.sentence
    isComplete = rung.trajectory.outcome.isComplete
    self.notes = notes
    let summary = evidence.margin.flatMap { margin in
      JudgingRule.worstSlack(previous?.evidence.margin, margin, steps: seen.steps)
    }
    slack = summary?.slack
    slackUncertainty = summary.flatMap { $0.uncertainty.isFinite ? $0.uncertainty : nil }
    tightness = evidence.margin?.tightness
    tightestLaw = evidence.margin?.tightestLaw
    tightestTime = evidence.margin?.tightestTime
  }
}
