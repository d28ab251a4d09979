/// A list of conservation laws of a text, how many of them are independent, and how many exist at most: the file of schema
/// `flowcheck.laws-certificate/1`.
///
/// **State.** N numbers: the entries of all parameters, in the order of the text and the last axis running fastest; under momentum
/// behind them their velocities in the same order; behind those, if ``clock`` is set, the time. All sizes have numbers, from the text or
/// ``sizes``. A point gives the state and the constants by name (`W1[2,3]`, `v_W1[2,3]`, `y[1]`, `lambda`); what it does not name is 0,
/// and so is the time.
///
/// **Laws** are conserved by exact expansion: for every loss where the text says `loss any`, for all inputs and data. Their number is
/// the rank mod ``Independence/prime`` of their gradients in the state at ``Independence/point``. The rank mod p at a point is at most
/// the rank over the rationals there, and this at most the rank almost everywhere: so many laws are independent, whatever the prime and
/// the point are. The gradient of a quotient n/d is d ∇n − n ∇d with d ≠ 0 mod p. A law `decays Q rate r` is the conserved number
/// e^(rt) Q, whose gradient at the time 0 is (∇Q, r Q).
///
/// **Bound.** Every law is constant along the fields of ``Bound/columns`` and their Lie brackets, so that there are at most N less the
/// rank of their values, almost everywhere; the rank mod p at a point is at most that rank. A bad prime or point makes the bound weak,
/// never false.
///
/// **Columns.** A field X[s] with the seed s is the right side of the flow, for one data point, with these numbers mod p in place of the
/// free symbols, drawn one after the other as `next() % p` from SplitMix64 started at the state s: first one for every grad(f)[k], in
/// the order of the model's entries (none where a loss is stated); then one for every entry of every input that has no file, and if
/// ``forAllData`` is set of every `data` without a value, in the order of the text. Other data and constants are those of the point. The component of the time is 1. A column with the seeds a = ``Column/field``
/// and b = ``Column/along`` and the depth k is (ad X[b])^k X[a] at the point, with ad X V = DV·X − DX·V (Jacobians D): a bracket, k
/// times nested; of depth 0 it is X[a], and ``Column/along`` is missing. The order and signs of columns do not matter.
///
/// SplitMix64: state += 0x9E3779B97F4A7C15; z = state; z = (z ⊕ z≫30)·0xBF58476D1CE4E5B9; z = (z ⊕ z≫27)·0x94D049BB133111EB;
/// next = z ⊕ z≫31, all mod 2⁶⁴.
public struct LawCertificate: Codable, Equatable, Sendable {
  /// Name and version of the layout.
  public static let schema = "flowcheck.laws-certificate/1"

  /// Name and version of the layout.
  public var schema = LawCertificate.schema
  /// The program that wrote it.
  public var program: String
  /// What messages call the text.
  public var name: String
  /// The `.flow` text.
  public var source: String
  /// Values given to sizes that the text leaves open.
  public var sizes: [String: Int]
  /// The claim about laws that is decided, as the language writes it without the word `claim`: `laws degree 2 count 4`; nil of a list
  /// that answers no claim.
  public var claim: String?
  /// `holds` or `violated`, of the claim; nil where there is none.
  public var verdict: String?
  /// Whether laws may depend on time.
  public var clock: Bool
  /// Whether data without a value may be any: then no law depends on them, and the bound is one of such laws.
  public var forAllData: Bool
  /// What is conserved.
  public var laws: [Law]
  /// How many independent laws the list holds.
  public var count: Int
  /// Why so many are independent; nil of an empty list.
  public var independence: Independence?
  /// How many laws exist at most, and why; nil where nothing is said.
  public var bound: Bound?
  /// Whether the list is said to be complete: as many as exist at most.
  public var complete: Bool

  /// What is conserved.
  public struct Law: Codable, Equatable, Sendable {
    /// How it is written.
    public enum Form: String, Codable, Sendable {
      /// A polynomial: `u[1]^2 - v[1]^2`.
      case polynomial
      /// A claim of the language, without the word `claim`: `conserved U'*U - V'*V` (a law for every entry) or `decays Q rate r`
      /// with a rate that does not move, a law that depends on time.
      case claim
    }
    /// How ``text`` is read.
    public var form: Form
    /// The polynomial or the claim.
    public var text: String

    /// A law.
    public init(_ form: Form, _ text: String) { (self.form, self.text) = (form, text) }
  }

  /// Where the gradients of the laws are compared.
  public struct Independence: Codable, Equatable, Sendable {
    /// A prime between 2³⁰ and 2⁶².
    public var prime: Int
    /// Integers by variable.
    public var point: [String: Int]
    /// The rank mod p of the gradients: ``LawCertificate/count``.
    public var rank: Int
    /// The rank of the laws' gradients at a point.
    public init(prime: Int, point: [String: Int], rank: Int) {
      (self.prime, self.point, self.rank) = (prime, point, rank)
    }
  }

  /// Where the fields are compared.
  public struct Bound: Codable, Equatable, Sendable {
    /// A prime between 2³⁰ and 2⁶².
    public var prime: Int
    /// Integers by variable.
    public var point: [String: Int]
    /// Fields and brackets.
    public var columns: [Column]
    /// The rank mod p of the columns.
    public var rank: Int
    /// N less the rank.
    public var bound: Int
    /// The rank of columns at a point, and what follows.
    public init(prime: Int, point: [String: Int], columns: [Column], rank: Int, bound: Int) {
      (self.prime, self.point, self.columns, self.rank, self.bound) = (prime, point, columns, rank, bound)
    }
  }

  /// A field or a nested bracket.
  public struct Column: Codable, Equatable, Sendable {
    /// The seed of the field that is bracketed, not negative.
    public var field: Int
    /// The seed of the field that it is bracketed with, not negative; nil for the depth 0.
    public var along: Int?
    /// How often: 0 to ``LawCertificate/depthLimit``.
    public var depth: Int
    /// A field, or a bracket `depth` times nested.
    public init(field: Int, along: Int? = nil, depth: Int = 0) {
      (self.field, self.along, self.depth) = (field, along, depth)
    }
  }

  /// Deepest bracket of a column.
  public static let depthLimit = 12

  /// A list of laws, with why they are independent and why there are no more.
  public init(
    program: String, name: String, source: String, sizes: [String: Int], claim: String? = nil, verdict: String? = nil,
    clock: Bool = false, forAllData: Bool = false, laws: [Law], count: Int, independence: Independence?, bound: Bound?,
    complete: Bool
  ) {
    (self.program, self.name, self.source, self.sizes) = (program, name, source, sizes)
    (self.claim, self.verdict, self.clock, self.laws) = (claim, verdict, clock, laws)
    self.forAllData = forAllData
    (self.count, self.independence, self.bound, self.complete) = (count, independence, bound, complete)
  }
}
