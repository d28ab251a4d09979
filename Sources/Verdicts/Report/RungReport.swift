/// One rung's row in a claim's evidence table. Numbers that are not finite are nil, with a note that says so.
public struct RungReport: Sendable {
  /// The rung's relative tolerance.
  public let rtol: Double
  /// Worst residual relative to the largest term.
  public package(set) var drift: Double?
  /// Whether the drift is at the roundoff level.
  public package(set) var isRoundoff = false
  /// Order of decrease from the rung before.
  public package(set) var order: Double?
  /// Accepted steps.
  public package(set) var steps = 0
  /// Rejected steps.
  public package(set) var rejected = 0
  /// Gradients evaluated.
  public package(set) var gradients = 0
  /// States at which rates were evaluated along the continuation, each of which costs claims about singular values a decomposition;
  /// nil where there were no such rates.
  public package(set) var pathEvaluations: Int?
  /// Jacobians evaluated.
  public package(set) var jacobians = 0
  /// What `auto` chose on this rung; nil for any other method.
  public package(set) var choice: String?
  /// The run's power: largest change of any single term, relative to the largest term.
  public package(set) var power: Double?
  /// The claim's largest single term along the run, in its own units: what drift, power and budget are relative to.
  public package(set) var largestTerm: Double?
  /// Bound on the drift that the integrator's local errors explain; nil for claims without one.
  public package(set) var budget: Double?
  /// Flow time of the drift.
  public package(set) var worstTime = 0.0
  /// The law whose residual it is.
  public package(set) var worstLaw = ""
  /// Flow time of the last state.
  public package(set) var finalTime = 0.0
  /// The part of it at which the clock was started anew; nil if it never was.
  public package(set) var finalOffset: Double?
  /// The part of it since then; nil if it never was.
  public package(set) var finalRemainder: Double?
  /// When the flow came to rest, as far as double precision can tell; nil if it did not.
  public package(set) var restTime: Double?
  /// Loss there; nil if it is not finite.
  public package(set) var finalLoss: Double?
  /// How the run ended, in words.
  public package(set) var outcome = ""
  /// Whether the horizon or a stop condition was reached.
  public package(set) var isComplete = true
  /// What a reader must know besides, such as which number is not finite.
  public package(set) var notes: [String] = []
  /// For an inequality: the least slack bound − value, relative to the size of the bound.
  public package(set) var slack: Double?
  /// u_slack there, relative; nil on the first rung.
  public package(set) var slackUncertainty: Double?
  /// For an inequality: the largest value/bound.
  public package(set) var tightness: Double?
  /// The law that comes closest to its bound; nil for an equality.
  public package(set) var tightestLaw: String?
  /// Flow time at which it does.
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

extension RungReport: Encodable {
  public func encode(to encoder: any Encoder) throws {
    let object = ReportObject(encoder)
    try object.put("rtol", rtol)
    try object.put("drift", drift)
    try object.put("isRoundoff", isRoundoff)
    try object.put("order", order)
    try object.put("steps", steps)
    try object.put("rejected", rejected)
    try object.put("gradients", gradients)
    try object.put("jacobians", jacobians)
    try object.put("pathEvaluations", pathEvaluations)
    try object.put("choice", choice)
    try object.put("power", power)
    try object.put("largestTerm", largestTerm)
    try object.put("budget", budget)
    try object.put("worstTime", worstTime)
    try object.put("worstLaw", worstLaw)
    try object.put("finalTime", finalTime)
    try object.put("finalOffset", finalOffset)
    try object.put("finalRemainder", finalRemainder)
    try object.put("restTime", restTime)
    try object.put("finalLoss", finalLoss)
    try object.put("outcome", outcome)
    try object.put("isComplete", isComplete)
    try object.put("notes", each: notes)
    try object.put("slack", slack)
    try object.put("slackUncertainty", slackUncertainty)
    try object.put("tightness", tightness)
    try object.put("tightestLaw", tightestLaw)
    try object.put("tightestTime", tightestTime)
  }
}
