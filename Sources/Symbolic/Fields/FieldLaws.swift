/// The laws of a polynomial field x' = X(x): first integrals that are polynomials or quotients of polynomials, the polynomials whose zero
/// sets it keeps, and what is proved not to exist.
public struct FieldLaws: Equatable, Sendable {
  /// A first integral: X·∇P = 0, Q X·∇P = P X·∇Q of P/Q, or X·∇P + Σ λ K = 0 of P + Σ λ log|p| where X·∇p = K p, expanded exactly.
  public struct Law: Equatable, Sendable {
    /// P, P/Q or P + Σ λ log|p|; variables are positions in ``FieldLaws/names``.
    public let quantity: ConservedQuantity
    /// The formula in the syntax of `.flow` files.
    public let text: String
    /// The larger of the degrees of P and Q, or P and p, in the states.
    public let degree: Int
    /// Whether it is independent of those before it: their gradients are so at a point modulo a prime, and therefore at almost all points.
    public let isIndependent: Bool
    /// What it is.
    public var kind: Kind {
      if !quantity.logarithms.isEmpty { return .logarithmic }
      return quantity.denominator == nil ? .polynomial : .rational
    }

    /// What a law may be.
    public enum Kind: String, Equatable, Sendable, Codable {
      /// P.
      case polynomial
      /// P/Q.
      case rational
      /// P + Σ λ log|p|, where no p is 0.
      case logarithmic
    }
  }

  /// A Darboux polynomial: X·∇p = K p, so that p > 0, p = 0 and p < 0 stay as they are.
  public struct Darboux: Equatable, Sendable {
    /// p, irreducible over the rational numbers.
    public let polynomial: LawPolynomial
    /// K.
    public let cofactor: LawPolynomial
    /// p in the syntax of `.flow` files.
    public let text: String
    /// K in the syntax of `.flow` files.
    public let cofactorText: String
    /// Degree of p in the states.
    public let degree: Int
  }

  /// What was looked for among polynomials or quotients up to a degree.
  public struct Scope: Equatable, Sendable {
    /// The degree; 0 where nothing was looked for.
    public let degree: Int
    /// Whether it is proved that there is nothing else.
    public let isExhaustive: Bool
  }

  /// What the field is, in a phrase.
  public let name: String
  /// Names of the constants, then of the states.
  public let names: [String]
  /// Number of states.
  public let stateCount: Int
  /// Whether X = 0.
  public let isStill: Bool
  /// The laws, those that depend on others among them.
  public let laws: [Law]
  /// The Darboux polynomials that were found, no laws among them.
  public let darboux: [Darboux]
  /// Polynomial laws: exhaustive where every one up to the degree is a polynomial in ``laws``.
  public let polynomials: Scope
  /// Quotients of polynomials: exhaustive where every one up to the degree depends on ``laws``.
  public let quotients: Scope
  /// Darboux polynomials: exhaustive where every irreducible one up to the degree is in ``darboux``.
  public let invariantSets: Scope
  /// Candidates modulo the prime that could not be proved; never counted.
  public let unproved: Int

  /// Names of the constants: laws hold for all of their values.
  public var constants: [String] { Array(names.dropLast(stateCount)) }
  /// Number of independent laws that are proved.
  public var independentCount: Int { laws.count { $0.isIndependent } }
  /// The most independent laws that there can be: n − 1 of a field that moves anything, as X is in the kernel of their gradients.
  public var bound: Int { isStill ? stateCount : stateCount - 1 }
  /// Whether no law can exist that does not depend on these.
  public var isComplete: Bool { independentCount == bound }
}
