import Verdicts

/// A statement that runs can contradict, whatever runs it takes: what the catalogue holds, `list`, `explain` and documents print,
/// and `run` examines by name.
public protocol CatalogedClaim: Sendable {
  /// What `list`, `explain`, reports and documents print.
  static var card: ClaimCard { get }
  /// The card beside the texts of the hypotheses and the controls that run.
  static var page: ClaimPage { get }
  /// Which runs judge it.
  static var kind: ClaimKind { get }
}

/// Which runs judge a claim.
public enum ClaimKind: Sendable, CaseIterable {
  /// One experiment, once per tolerance: ``Claim``.
  case trajectory
  /// Related experiments, such as those at scales α → 0: ``LadderClaim``.
  case ladder
  /// Descents at learning rates η → 0 beside their flow: ``LadderClaim`` of a ``Comparison``.
  case comparison
}
