/// What `integrate` has to say: how a flow or a descent ended and where.
public struct IntegrationSection: Sendable {
  /// `gradient flow`, the iteration of a descent, or how the parameters move otherwise.
  public let flow: String
  /// rtol of the flow; nil for a descent.
  public let rtol: Double?
  /// η of a descent; nil for the flow.
  public let learningRate: Double?
  /// The name of the descent's method; nil for the flow.
  public let optimizer: String?
  /// How it ended, in words.
  public package(set) var outcome = ""
  /// What to try where it is incomplete; empty otherwise.
  public package(set) var remedy = ""
  /// Whether the horizon or a stop condition was reached.
  public package(set) var isComplete = true
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
  /// Accepted steps, or iterations of a descent.
  public package(set) var steps = 0
  /// Rejected steps.
  public package(set) var rejected = 0
  /// Gradients evaluated.
  public package(set) var gradients = 0
  /// Jacobians evaluated.
  public package(set) var jacobians = 0
  /// What `auto` chose; nil for any other method.
  public package(set) var choice: String?
  /// The estimated error at the end, if asked for.
  public package(set) var error: FinalErrorReport?
  /// Quantities at the last state, by name; each is a column of series.csv and an array of trajectory.npz, but for those of a baseline.
  public package(set) var final: [String: Double] = [:]
  /// Loss and component norms along the way.
  public package(set) var figures: [Figure] = []

  /// A section about a descent if there is a learning rate, about the flow otherwise.
  ///
  /// - Parameters:
  ///   - optimizer: the descent's method by name; nil for the flow.
  ///   - motion: how the parameters move, if that is not gradient flow.
  package init(rtol: Double?, learningRate: Double?, optimizer: String? = nil, motion: String? = nil) {
    flow = motion ?? "gradient flow"
    self.rtol = rtol
    self.learningRate = learningRate
    self.optimizer = optimizer
  }

  /// Puts the finite ones of these beside the quantities at the end.
  package mutating func add(_ quantities: [String: Double]) {
    for (name, value) in quantities where value.isFinite { final[name] = value }
  }
}

extension IntegrationSection: Encodable {
  public func encode(to encoder: any Encoder) throws {
    let object = ReportObject(encoder)
    try object.put("flow", flow)
    try object.put("rtol", rtol)
    try object.put("learningRate", learningRate)
    try object.put("optimizer", optimizer)
    try object.put("outcome", outcome)
    try object.put("remedy", remedy)
    try object.put("isComplete", isComplete)
    try object.put("finalTime", finalTime)
    try object.put("finalOffset", finalOffset)
    try object.put("finalRemainder", finalRemainder)
    try object.put("restTime", restTime)
    try object.put("finalLoss", finalLoss)
    try object.put("steps", steps)
    try object.put("rejected", rejected)
    try object.put("gradients", gradients)
    try object.put("jacobians", jacobians)
    try object.put("choice", choice)
    if let error { try object.put("error", each: error) }
    try object.put("final", each: final)
    try object.put("figures", each: figures)
  }
}

/// The distance of the final state to that of a second run at a tighter tolerance.
public struct FinalErrorReport: Sendable {
  /// rtol of the second run.
  public let rtol: Double
  /// Name of the second run's method.
  public let method: String
  /// ‖θ − θ̂‖/‖θ̂‖ at the end, θ̂ of the second run; nil if it is not known.
  public let state: Double?
  /// ‖W − Ŵ‖_F/‖Ŵ‖_F for the end-to-end objects; nil if it is not known.
  public let endToEnd: Double?
  /// Why the errors are not known; nil if they are.
  public package(set) var incompleteness: String?

  /// An estimate, or the reason why there is none.
  public init(rtol: Double, method: String, state: Double?, endToEnd: Double?, incompleteness: String?) {
    self.rtol = rtol
    self.method = method
    self.state = state
    self.endToEnd = endToEnd
    self.incompleteness = incompleteness
  }
}

extension FinalErrorReport: Encodable {
  public func encode(to encoder: any Encoder) throws {
    let object = ReportObject(encoder)
    try object.put("rtol", rtol)
    try object.put("method", method)
    try object.put("state", state)
    try object.put("endToEnd", endToEnd)
    try object.put("incompleteness", incompleteness)
  }
}
