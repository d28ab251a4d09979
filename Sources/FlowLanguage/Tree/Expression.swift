/// A formula as it was written. Sums and products have all their parts side by side, so that a long one is not deep.
public struct Expression: Equatable, Sendable {
  /// What it is.
  public let kind: Kind
  /// Where it stands, with the parentheses around it.
  public let span: Span
  /// Where it stands without them.
  let core: Span
  /// Levels below it.
  let height: Int

  /// What a formula may be.
  public indirect enum Kind: Equatable, Sendable {
    /// A number of the text, never negative.
    case number(ExactNumber)
    /// A text between quotes, as `einsum` takes it.
    case text(String)
    /// A name; `loss` is the loss.
    case name(String)
    /// f(x, y, …).
    case call(Name, [Expression])
    /// Σ over indices: `sum(i, j: x)`.
    case indexSum([Name], Expression)
    /// `[a, b; c, d]`: rows of numbers.
    case rows([[Expression]])
    /// x'.
    case transpose(Expression)
    /// x[i, j]; a colon reads a whole axis.
    case entry(Expression, [Subscript])
    /// −x.
    case negative(Expression)
    /// x ^ y, or of every entry x .^ y.
    case power(Expression, isEntrywise: Bool, Expression)
    /// Factors from left to right; at least one follows the first.
    case product(Expression, [Factor])
    /// Terms from left to right; at least one follows the first.
    case sum(Expression, [Addend])
  }

  /// What stands between brackets behind an array, for one axis.
  public enum Subscript: Equatable, Sendable {
    /// `:`, the whole axis.
    case whole
    /// An index, a number or a size.
    case at(Expression)
  }

  /// How a factor is joined to what stands before it.
  public enum Joint: String, Equatable, Sendable, CaseIterable {
    /// Product of matrices, or with a number.
    case times = "*"
    /// Product entry by entry.
    case entrywiseTimes = ".*"
    /// Quotient by a number.
    case over = "/"
    /// Quotient entry by entry.
    case entrywiseOver = "./"
  }

  /// A factor behind the first of a product.
  public struct Factor: Equatable, Sendable {
    /// The sign in front of it.
    public let joint: Joint
    /// Where the sign stands.
    public let jointSpan: Span
    /// The factor.
    public let operand: Expression

    package init(joint: Joint, jointSpan: Span, operand: Expression) {
      self.joint = joint
      self.jointSpan = jointSpan
      self.operand = operand
    }

    public static func == (a: Factor, b: Factor) -> Bool { a.joint == b.joint && a.operand == b.operand }
  }

  /// A term behind the first of a sum.
  public struct Addend: Equatable, Sendable {
    /// Whether a minus stands in front of it.
    public let isSubtracted: Bool
    /// Where the sign stands.
    public let signSpan: Span
    /// The term.
    public let operand: Expression

    package init(isSubtracted: Bool, signSpan: Span, operand: Expression) {
      self.isSubtracted = isSubtracted
      self.signSpan = signSpan
      self.operand = operand
    }

    public static func == (a: Addend, b: Addend) -> Bool { a.isSubtracted == b.isSubtracted && a.operand == b.operand }
  }

  package init(_ kind: Kind, _ span: Span) {
    self.kind = kind
    self.span = span
    core = span
    height = 1 + (kind.parts.map(\.height).max() ?? 0)
  }

  /// The same between parentheses.
  init(_ inner: Expression, between span: Span) {
    kind = inner.kind
    self.span = span
    core = inner.core
    height = inner.height
  }

  public static func == (a: Expression, b: Expression) -> Bool { a.kind == b.kind }
}

extension Expression.Kind {
  /// The formulas it is made of.
  var parts: [Expression] {
    switch self {
    case .number, .text, .name: []
    case .call(_, let arguments): arguments
    case .indexSum(_, let body): [body]
    case .rows(let rows): rows.flatMap { $0 }
    case .transpose(let operand), .negative(let operand): [operand]
    case .entry(let operand, let subscripts):
      [operand] + subscripts.compactMap { if case .at(let index) = $0 { index } else { nil } }
    case .power(let base, _, let exponent): [base, exponent]
    case .product(let first, let factors): [first] + factors.map(\.operand)
    case .sum(let first, let addends): [first] + addends.map(\.operand)
    }
  }
}
