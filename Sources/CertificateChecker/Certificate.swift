/// What was proved or refuted of one claim, and what is needed to check it again without the prover: the file of schema
/// `flowcheck.certificate/1`.
///
/// The text of the model stands in it whole, so that the checker reads the claim from the text and nothing from the prover. Polynomials are
/// texts: `3/2*u[1]^2*v[2] - grad(f)[1,2]`, variables named as in the text, entries counted from 1, `grad(f)[i]` the derivative of the
/// loss in entry i of the model f, `v_W[i,j]` the velocity under momentum.
public struct Certificate: Codable, Equatable, Sendable {
  /// Name and version of the layout.
  public static let schema = "flowcheck.certificate/1"

  /// Name and version of the layout.
  public var schema = Certificate.schema
  /// The program that wrote it.
  public var program: String
  /// What messages call the text.
  public var name: String
  /// The `.flow` text.
  public var source: String
  /// Values given to sizes that the text leaves open.
  public var sizes: [String: Int]
  /// The claim as the language writes it, without the word `claim` and without a label: `conserved U'*U - V'*V`.
  public var claim: String
  /// `holds` or `violated`.
  public var verdict: String
  /// Whether it is said for all sizes that the text leaves open, or for the given ones.
  public var scope: Scope
  /// What is to be checked.
  public var evidence: ProofEvidence

  /// Which sizes something is said of.
  public enum Scope: String, Codable, Sendable {
    /// Every value of the sizes without one.
    case all
    /// The values that the text or ``Certificate/sizes`` gives.
    case given
  }

  /// What was proved or refuted, with the evidence.
  public init(
    program: String, name: String, source: String, sizes: [String: Int], claim: String, verdict: String, scope: Scope,
    evidence: ProofEvidence
  ) {
    self.program = program
    self.name = name
    self.source = source
    self.sizes = sizes
    self.claim = claim
    self.verdict = verdict
    self.scope = scope
    self.evidence = evidence
  }
}

/// The part of a certificate that the prover found: its kind and, by kind, the polynomials or numbers that it needs.
public struct ProofEvidence: Codable, Equatable, Sendable {
  /// What is checked.
  public enum Kind: String, Codable, Sendable, CaseIterable {
    /// The derivative along the flow, or left − right, is the zero polynomial in the variables and, where functions are no polynomials, in
    /// their values, by what is known of these.
    case identity
    /// q' = k q with the polynomial `cofactors[0]` for k.
    case cofactor
    /// q' = k q + Σ cᵢ eᵢ with `cofactors` k, c₁, … and eᵢ = 0 the claim's `given` equations, in their order.
    case cofactorModulo
    /// v' = M v with the `entries` v and the matrix `cofactors`, row-major: v = 0 is kept; q is one of them.
    case vectorCofactor
    /// q = `conserved` + Σ cᵢ sᵢ² with `conserved` conserved and positive at the start, cᵢ > 0.
    case conservedPlusSquare
    /// q' = −Σ cᵢ sᵢ² with cᵢ ≥ 0.
    case squares
    /// q' = −k q − Σ cᵢ sᵢ² with k = `cofactors[0]`, itself `conserved` plus squares (Grönwall).
    case squaresPlusIdeal
    /// q = Σ cofactors[i] · eᵢ with eᵢ = 0 the claim's `given` equations.
    case ideal
    /// q = numerator / denominator; numerator' · denominator = numerator · denominator'.
    case rationalLaw
    /// At `witness` q = 0 and q' < 0: the boundary is left (Nagumo).
    case boundaryPoint
    /// At `witness` the derivative, or left − right, has the value `witness.value`, which is not what the claim says.
    case witness
    /// As `witness`, with matrices of small sizes in place of the sizes that the text leaves open.
    case matrices
  }

  /// A coefficient, a fraction as text, and the polynomial that is squared.
  public struct Square: Codable, Equatable, Sendable {
    /// A positive fraction.
    public var coefficient: String
    /// The polynomial that is squared.
    public var root: String

    /// coefficient · root².
    public init(coefficient: String, root: String) { (self.coefficient, self.root) = (coefficient, root) }
  }

  /// An exact point at which a claim fails.
  public struct Witness: Codable, Equatable, Sendable {
    /// Fractions as texts by variable, such as `W1[1,2]` or `grad(W)[1,1]`; variables that are not named are 0.
    public var values: [String: String]
    /// Sizes at which it stands, of those that the text leaves open.
    public var sizes: [String: Int]
    /// Which entry of the claim's value fails, from 1; empty for a number.
    public var entry: [Int]
    /// The value there, a fraction as text.
    public var value: String

    /// A point, with the value there.
    public init(values: [String: String], sizes: [String: Int] = [:], entry: [Int] = [], value: String) {
      (self.values, self.sizes, self.entry, self.value) = (values, sizes, entry, value)
    }
  }

  /// What is checked.
  public var kind: Kind
  /// Polynomials as texts.
  public var cofactors: [String]?
  /// Polynomials as texts.
  public var entries: [String]?
  /// A polynomial as text.
  public var conserved: String?
  /// Terms of a sum of squares.
  public var squares: [Square]?
  /// Where the claim fails.
  public var witness: Witness?

  /// Evidence of a kind, with what the kind needs.
  public init(
    _ kind: Kind, cofactors: [String]? = nil, entries: [String]? = nil, conserved: String? = nil,
    squares: [Square]? = nil, witness: Witness? = nil
  ) {
    self.kind = kind
    (self.cofactors, self.entries, self.conserved) = (cofactors, entries, conserved)
    (self.squares, self.witness) = (squares, witness)
  }
}
