/// A formula whose names are resolved and whose shape is known.
///
/// Its value is an array over, in this order, the data points (if ``isBatched``), the free indices ``indices``, and the axes of
/// ``shape``: ``CheckedFile/axes(of:)`` lists them. Every operation keeps to the last axes and is repeated over the others.
public struct Term: Hashable, Sendable {
  /// What it is.
  public let kind: Kind
  /// Its own axes, by position.
  public let shape: Shape
  /// The indices of sums and left sides around it that it depends on, ascending: positions in ``CheckedFile/indices``.
  public let indices: [Int]
  /// Whether it has a value for every data point.
  public let isBatched: Bool
  /// Where it stands.
  public let span: Span

  /// What a formula may be; declarations are positions in ``CheckedFile/declarations``.
  public indirect enum Kind: Hashable, Sendable {
    /// A number.
    case number(ExactNumber)
    /// A size as a number.
    case size(Size)
    /// Something declared.
    case declared(Int)
    /// The velocity of a parameter.
    case velocity(of: Int)
    /// The loss.
    case loss
    /// A function of its arguments.
    case call(FunctionName, [Term])
    /// The product of arrays by labels, one an axis, numbered by first appearance; summed over those the result has not.
    case einsum([Term], labels: [[Int]], result: [Int])
    /// The identity matrix.
    case identity
    /// The derivative along the flow.
    case derivative(Term)
    /// The derivative of the loss in something declared.
    case gradient(of: Int)
    /// Σ over indices, positions in ``CheckedFile/indices``.
    case indexSum([Int], Term)
    /// Numbers in rows; one row or one column is a vector.
    case rows([[Term]])
    /// Matrices, vectors, rows and numbers beside and below each other; one row or one column is a row or a vector.
    case blocks([[Term]])
    /// x'.
    case transpose(Term)
    /// Entries of an array, one place an axis.
    case entry(Term, [Place])
    /// −x.
    case negative(Term)
    /// x ^ y or x .^ y.
    case power(Term, isEntrywise: Bool, Term)
    /// Factors from left to right.
    case product(Term, [Factor])
    /// Terms from left to right.
    case sum(Term, [Addend])
  }

  /// What is read of an axis.
  public enum Place: Hashable, Sendable {
    /// All of it.
    case whole
    /// A place, from 1 on.
    case at(Int)
    /// The last place of an axis of that open size.
    case last(String)
    /// The place an index names: a position in ``CheckedFile/indices``.
    case index(Int)
    /// The place that a sum of multiples of indices names; it is within the axis for all of their values.
    case sum(IndexSum)

    /// The indices it depends on.
    public var indices: [Int] {
      switch self {
      case .whole, .at, .last: []
      case .index(let index): [index]
      case .sum(let sum): sum.parts.map(\.index)
      }
    }
  }

  /// Σ factor · index + offset, counted from 1 like the indices themselves.
  public struct IndexSum: Hashable, Sendable {
    /// The multiples, by ascending index; at least one, none with the factor 0.
    public let parts: [Part]
    /// What is added to them.
    public let offset: Int

    /// A multiple of an index.
    public struct Part: Hashable, Sendable {
      /// A position in ``CheckedFile/indices``.
      public let index: Int
      /// How often it is taken.
      public let factor: Int
    }
  }

  /// How a factor is joined to the product of those before it.
  public enum Joint: Hashable, Sendable {
    /// One of both is a number.
    case scaled
    /// Σ over the last axis of what stands before and the first axis of the factor.
    case matrix
    /// A vector times a row: every entry with every entry.
    case outer
    /// Entry by entry.
    case entrywise
    /// Divided by a number.
    case quotient
    /// Divided entry by entry.
    case entrywiseQuotient
  }

  /// A factor behind the first.
  public struct Factor: Hashable, Sendable {
    /// How it is joined.
    public let joint: Joint
    /// The factor.
    public let operand: Term
    /// The shape of the product up to it.
    public let shape: Shape
  }

  /// A term behind the first of a sum.
  public struct Addend: Hashable, Sendable {
    /// Whether it is subtracted.
    public let isSubtracted: Bool
    /// The term.
    public let operand: Term
  }
}

extension Term.Kind {
  /// The formulas it is made of.
  public var parts: [Term] {
    switch self {
    case .number, .size, .declared, .velocity, .loss, .identity, .gradient: []
    case .call(_, let arguments), .einsum(let arguments, _, _): arguments
    case .derivative(let operand), .indexSum(_, let operand), .transpose(let operand), .entry(let operand, _),
      .negative(let operand):
      [operand]
    case .rows(let rows), .blocks(let rows): rows.flatMap { $0 }
    case .power(let base, _, let exponent): [base, exponent]
    case .product(let first, let factors): [first] + factors.map(\.operand)
    case .sum(let first, let addends): [first] + addends.map(\.operand)
    }
  }
}
