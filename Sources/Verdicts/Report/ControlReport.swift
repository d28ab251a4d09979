/// A negative control's outcome.
public struct ControlReport: Sendable {
  /// What was changed, such as `W2's rate × 1.01`.
  public package(set) var name: String
  /// What the claim's own rule said of it.
  public let verdict: Verdict
  /// The residual of its tightest rung; nil if not finite.
  public let residual: Double?
  /// That rule's sentence.
  public package(set) var reason: String
  /// Whether it came out as it must: violated or vacuous.
  public let isRejected: Bool
  /// False for a control that is true on this run, cannot act on it, or could not be run: nothing follows from its not being rejected.
  public private(set) var isApplicable: Bool
  /// Why it is not counted; nil where it is.
  public package(set) var notCounted: String?
  /// How many rungs of its own it took; nil for a mutated statement, which is judged on the claim's own.
  public let rungs: Int?
  /// The flow time at which these rungs ended, as they had shown enough; nil if that is the horizon.
  public let until: Double?

  /// - Parameter residual: left out of the report where it is not finite.
  public init(
    name: String, judgement: Judgement, residual: Double?, isRejected: Bool, isApplicable: Bool = true,
    notCounted: String? = nil, rungs: Int? = nil, until: Double? = nil
  ) {
    self.name = name
    verdict = judgement.verdict
    self.residual = residual.flatMap { $0.isFinite ? $0 : nil }
    reason = judgement.reason
    self.isRejected = isRejected
    self.isApplicable = isApplicable && (notCounted == nil || isRejected)
    self.notCounted = self.isApplicable ? nil : notCounted ?? Self.isTrue
    self.rungs = rungs
    self.until = until
  }

  /// A control that nothing was asked of, as it could say nothing on this run.
  public init(name: String, notCounted reason: String) {
    self.init(
      name: name, judgement: ControlRule.unasked(reason), residual: nil, isRejected: false, isApplicable: false,
      notCounted: reason)
  }

  /// Takes it off the count, where there is a reason.
  public mutating func doNotCount(_ reason: String?) {
    guard let reason, !isRejected else { return }
    isApplicable = false
    notCounted = reason
  }

  /// Why a mutated statement that its own states do not contradict is not counted.
  static let isTrue = "not false anywhere on this run"

  /// What the rule for controls looks at.
  public var evidence: ControlEvidence {
    ControlEvidence(name: name, verdict: verdict, isRejected: isRejected, isApplicable: isApplicable)
  }
}

extension ControlReport: Encodable {
  public func encode(to encoder: any Encoder) throws {
    let object = ReportObject(encoder)
    try object.put("name", name)
    try object.put("verdict", verdict.rawValue)
    try object.put("residual", residual)
    try object.put("reason", reason)
    try object.put("isRejected", isRejected)
    try object.put("isApplicable", isApplicable)
    try object.put("notCounted", notCounted)
    try object.put("rungs", rungs)
    try object.put("until", until)
  }
}
