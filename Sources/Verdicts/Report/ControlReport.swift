/// A negative control's outcome.
public struct ControlReport: Sendable, Equatable, Encodable {
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
  /// False for a mutated inequality that happens to be true on this run, and so cannot be expected to be rejected.
  public let isApplicable: Bool
  /// How many rungs of its own it took; nil for a mutated statement, which is judged on the claim's own.
  public let rungs: Int?
  /// The flow time at which these rungs ended, as they had shown enough; nil if that is the horizon.
  public let until: Double?

  /// - Parameter residual: left out of the report where it is not finite.
  public init(
    name: String, judgement: Judgement, residual: Double?, isRejected: Bool, isApplicable: Bool = true,
    rungs: Int? = nil, until: Double? = nil
  ) {
    self.name = name
    verdict = judgement.verdict
    self.residual = residual.flatMap { $0.isFinite ? $0 : nil }
    reason = judgement.reason
    self.isRejected = isRejected
    self.isApplicable = isApplicable
    self.rungs = rungs
    self.until = until
  }

  /// What the rule for controls looks at.
  public var evidence: ControlEvidence {
    ControlEvidence(name: name, verdict: verdict, isRejected: isRejected, isApplicable: isApplicable)
  }
}
