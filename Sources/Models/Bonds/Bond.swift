/// Terms of θ of which some sums are constant along gradient flow of *every* differentiable loss: a ``Law`` of a program with
/// the places of its terms.
///
/// The usual cases: the Gram matrices of two neighbouring layers, whose difference is constant (Arora, Cohen, Hazan 2018,
/// Theorem 1; Du, Hu, Lee 2018, Theorem 2.2), and the squared norms of the vectors of a component, any two of which differ by
/// a constant (Razin, Maman, Cohen 2021, Lemma 1).
public struct Bond: Sendable, Equatable {
  /// What a term is.
  public enum Quantity: Sendable, Equatable {
    /// Σ M Mᵀ over some matrices of as many rows: k² numbers.
    case gram([MatrixView])
    /// ‖w‖².
    case squaredNorm(VectorView)
    /// The sums of the entries of some vectors.
    case totals([VectorView])

    /// Numbers of the term.
    public var size: Int {
      switch self {
      case .gram(let parts): (parts.first?.rows ?? 0) * (parts.first?.rows ?? 0)
      case .squaredNorm: 1
      case .totals(let vectors): vectors.count
      }
    }
  }

  /// A term.
  public struct Term: Sendable, Equatable {
    /// The term as a formula, such as `W2ᵀW2` or `‖A1[:,0]‖²`.
    public let name: String
    /// What it is.
    public let quantity: Quantity

    /// A quantity with its formula.
    public init(name: String, quantity: Quantity) {
      self.name = name
      self.quantity = quantity
    }
  }

  /// A constant sum of terms: positions in ``Bond/terms`` with coefficients.
  public struct Sum: Sendable, Equatable {
    /// The summands.
    public let summands: [Summand]

    /// A term and what it is multiplied by.
    public struct Summand: Sendable, Equatable {
      /// Position in ``Bond/terms``.
      public let term: Int
      /// The number in front.
      public let coefficient: Double

      /// coefficient · term.
      public init(term: Int, coefficient: Double) {
        self.term = term
        self.coefficient = coefficient
      }
    }

    /// Whether coefficients of both signs occur, so that the law ties sizes to each other.
    public var isTwoSided: Bool { summands.contains { $0.coefficient > 0 } && summands.contains { $0.coefficient < 0 } }
  }

  /// The terms.
  public let terms: [Term]
  /// What is constant.
  public let laws: [Sum]
  /// Whether the laws are all differences of two terms of the bond: the terms may trade size freely.
  public let isDifferences: Bool

  /// Terms any two of which differ by a constant.
  public init(differencesOf terms: [Term]) { self.init(terms, differences: Self.differences(terms.count)) }

  /// The same with all differences of so many terms, which bonds of one thread share.
  init(_ terms: [Term], differences: [Sum]) {
    self.terms = terms
    isDifferences = true
    laws = differences
  }

  /// All differences of so many terms.
  static func differences(_ count: Int) -> [Sum] {
    (0..<count).flatMap { a in
      (0..<a).map { b in
        Sum(summands: [.init(term: a, coefficient: 1), .init(term: b, coefficient: -1)])
      }
    }
  }

  /// Terms with rows of coefficients.
  public init(_ terms: [Term], laws rows: [[Double]]) {
    self.terms = terms
    isDifferences = false
    laws = rows.map { row in
      Sum(summands: row.enumerated().filter { $0.element != 0 }.map { .init(term: $0.offset, coefficient: $0.element) })
    }
  }

  /// Whether the terms are squares of parameters, so that one step of descent changes a law by the square of its step times the
  /// law's value at the gradient; sums of entries are linear.
  public var isQuadratic: Bool {
    terms.allSatisfy { term in
      if case .totals = term.quantity { false } else { true }
    }
  }

  /// Whether the terms are Gram matrices.
  public var isGram: Bool {
    terms.allSatisfy { term in
      if case .gram = term.quantity { true } else { false }
    }
  }
}
