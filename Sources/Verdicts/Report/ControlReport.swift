/// A negative control's outcome.
public struct ControlReport: Sendable, Equatable, Encodable {
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
