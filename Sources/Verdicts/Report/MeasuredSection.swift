/// What a command measured along a flow without judging anything: tables and figures, and how the flow ended.
public struct MeasuredSection: Sendable {
  /// What was measured, in a few words.
  public let measured: String
  /// rtol of the flow.
  public let rtol: Double
  /// How it ended, in words.
  public package(set) var outcome: String
  /// What to try where it is incomplete; empty otherwise.
  public package(set) var remedy: String
  /// Whether the horizon or a stop condition was reached.
  public let isComplete: Bool
  /// Flow time of the last state.
  public let finalTime: Double
  /// Loss there; nil if it is not finite.
  public let finalLoss: Double?
  /// Accepted steps.
  public let steps: Int
  /// Gradients evaluated.
  public let gradients: Int
  /// What `auto` chose; nil for any other method.
  public let choice: String?
  /// The numbers.
  public let tables: [Table]
  /// The numbers along the way.
  public let figures: [Figure]

  /// Tables and figures of a flow that ended like this.
  package init(
    _ measured: String, rtol: Double, outcome: (sentence: String, remedy: String, isComplete: Bool), finalTime: Double,
    finalLoss: Double?, steps: Int, gradients: Int, choice: String?, tables: [Table], figures: [Figure]
  ) {
    self.measured = measured
    self.rtol = rtol
    (self.outcome, remedy, isComplete) = (outcome.sentence, outcome.remedy, outcome.isComplete)
    self.finalTime = finalTime
    self.finalLoss = finalLoss
    self.steps = steps
    self.gradients = gradients
    self.choice = choice
    self.tables = tables
    self.figures = figures
  }
}

extension MeasuredSection: Encodable {
  public func encode(to encoder: any Encoder) throws {
    let object = ReportObject(encoder)
    try object.put("measured", measured)
    try object.put("rtol", rtol)
    try object.put("outcome", outcome)
    try object.put("remedy", remedy)
    try object.put("isComplete", isComplete)
    try object.put("finalTime", finalTime)
    try object.put("finalLoss", finalLoss)
    try object.put("steps", steps)
    try object.put("gradients", gradients)
    try object.put("choice", choice)
    try object.put("tables", each: tables)
    try object.put("figures", each: figures)
  }
}
