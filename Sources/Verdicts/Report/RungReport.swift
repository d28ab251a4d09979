/// One rung's row in a claim's evidence table. Numbers that are not finite are nil, with a note that says so.
public struct RungReport: Sendable, Equatable, Encodable {
  public let rtol: Double
  /// Worst residual relative to the largest term.
  public package(set) var drift: Double?
  /// Whether the drift is at the roundoff level.
  public package(set) var isRoundoff = false
  /// Order of decrease from the rung before.
  public package(set) var order: Double?
  public package(set) var steps = 0
  public package(set) var rejected = 0
  public package(set) var gradients = 0
  public package(set) var jacobians = 0
  /// What `auto` chose on this rung; nil for any other method.
  public package(set) var choice: String?
  /// The run's power: largest change of any single term, relative to the largest term.
  public package(set) var power: Double?
  public package(set) var largestTerm: Double?
  public package(set) var budget: Double?
  public package(set) var worstTime = 0.0
  public package(set) var worstLaw = ""
  public package(set) var finalTime = 0.0
  public package(set) var finalLoss: Double?
  public package(set) var outcome = ""
  public package(set) var isComplete = true
  public package(set) var notes: [String] = []
  /// For an inequality: the least slack bound − value, relative to the size of the bound.
  public package(set) var slack: Double?
  /// u_slack there, relative; nil on the first rung.
  public package(set) var slackUncertainty: Double?
  /// For an inequality: the largest value/bound.
  public package(set) var tightness: Double?
  public package(set) var tightestLaw: String?
  public package(set) var tightestTime: Double?

  /// A row of which nothing but the tolerance is known yet.
  package init(rtol: Double) { self.rtol = rtol }

  /// The value if it is finite; otherwise nil, and a note under `what`.
  package mutating func finite(_ value: Double, _ what: String) -> Double? {
    if value.isFinite { return value }
    notes.append("\(what) is \(tableNumber(value))")
    return nil
  }

  /// Takes over what is known of the residual: everything but the cost and the course of the run.
  ///
  /// - Parameter previous: the rung before, for the order and the slack's uncertainty.
  package mutating func take(_ seen: RungEvidence, previous: RungEvidence?) {
    let evidence = seen.evidence
    drift = finite(evidence.residual, "the drift")
    isRoundoff = evidence.residual <= JudgingRule.roundoffLevel(steps: seen.steps)
    order = previous.flatMap { JudgingRule.order($0, seen) }
    power = finite(evidence.power, "the power")
    largestTerm = finite(evidence.largestTerm, "the largest term")
    budget = evidence.budget.flatMap { finite($0, "the error budget") }
    worstTime = evidence.worstTime
    worstLaw = evidence.worstLaw
    guard let margin = evidence.margin else { return }
    let worst = JudgingRule.worstSlack(previous?.evidence.margin, margin, steps: seen.steps)
    slack = worst?.slack
    slackUncertainty = worst.flatMap { $0.uncertainty.isFinite ? $0.uncertainty : nil }
    tightness = margin.tightness
    tightestLaw = margin.tightestLaw
    tightestTime = margin.tightestTime
  }
}
