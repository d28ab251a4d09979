/// The law of a claim and its false relatives.
public protocol ClaimVariant: CaseIterable, Hashable, Sendable {
  /// What the claim says.
  static var law: Self { get }
}

/// For a claim without false relatives, whose controls change the flow or the start.
public enum NoVariant: ClaimVariant {
  case law
}
