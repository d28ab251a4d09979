import CertificateChecker
import Verdicts

/// What exact algebra says of one claim of a `.flow` text.
public struct ClaimProof: Sendable {
  /// The claim's label, or its text where it has none.
  public let claim: String
  /// The claim as canonical text.
  public let statement: String
  /// What is said: `inconclusive` where algebra cannot tell.
  public let verdict: Verdict
  /// Which sizes it is said of; nil where nothing is proved.
  public let scope: Certificate.Scope?
  /// What proves or refutes it; nil where nothing is proved.
  public let evidence: ProofEvidence?
  /// The laws that decide a claim about their number; nil of other claims.
  public var laws: LawCount?
  /// One sentence: why, what is missing, or what else could decide.
  public let reason: String

  /// What is proved, or why nothing is.
  public init(
    claim: String, statement: String, verdict: Verdict, scope: Certificate.Scope?, evidence: ProofEvidence?,
    reason: String
  ) {
    self.claim = claim
    self.statement = statement
    self.verdict = verdict
    self.scope = scope
    self.evidence = evidence
    self.reason = reason
  }
}
