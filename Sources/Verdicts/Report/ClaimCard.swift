/// A claim stated once: `list`, `explain` and the documents print this.
public final class ClaimCard: Sendable {
  /// The claim's name on the command line and in reports.
  public let name: String
  /// One line.
  public let summary: String
  /// The statement, formula by formula.
  public let formulas: [Formula]
  /// Where it is stated or derived.
  public let sources: [Source]
  /// The kind of rule that decides.
  public let judgedBy: JudgedBy
  /// What the residual, the slack or the interval is, in a sentence.
  public let residual: String
  /// A command line that shows it.
  public let example: String

  /// Everything that is printed of the claim; what it tests stands in its laws.
  @inline(never)
  public init(
    name: String, summary: String, formulas: [Formula], sources: [Source], judgedBy: JudgedBy, residual: String,
    example: String
  ) {
    self.name = name
    self.summary = summary
    self.formulas = formulas
    self.sources = sources
    self.judgedBy = judgedBy
    self.residual = residual
    self.example = example
  }

  /// A formula and what it is about: a model family, a case such as `N ≥ 3`, or everything the claim covers.
  public struct Formula: Sendable, ExpressibleByStringLiteral {
    /// Nil for everything.
    public let scope: String?
    /// The formula as it is printed.
    public let text: String

    /// A formula and what it is about; nil for everything.
    public init(_ scope: String?, _ text: String) {
      self.scope = scope
      self.text = text
    }

    /// A formula for everything the claim covers.
    public init(stringLiteral text: String) { self.init(nil, text) }
  }

  /// The sources in one line.
  public var sourceText: String { sources.map(\.text).joined(separator: "; ") }
}

/// What decides about a claim.
public enum JudgedBy: String, Sendable, Codable, CaseIterable {
  /// Σ terms is constant: the largest change of the sum, against the tolerance.
  case conservation
  /// A change equals an integral taken along with the flow: the largest departure, against the tolerance.
  case integral
  /// value ≤ bound at every checked time: the slack, against its uncertainty.
  case bound
  /// A power, fitted with an interval.
  case exponent
  /// Two ways to one number: what lies between them, against rounding and the solver's error.
  case agreement
  /// The order in a ladder of learning rates.
  case order
  /// A limit along a ladder, such as that of the start's scale.
  case limit
  /// Exact algebra.
  case proof
  /// Rigorous bounds along one trajectory.
  case enclosure

  /// Whether mutated statements must be rejected on the same data before the claim can hold.
  public var isInequality: Bool { self == .bound }
}
