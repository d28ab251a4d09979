/// A conserved quantity as a signed sum of terms, which other laws may share.
public struct TermSum: Sendable {
  /// Such as `W2ᵀW2 − W1 W1ᵀ`.
  public let name: String
  /// Which terms enter, and with which sign.
  public let terms: [(index: Int, sign: Double)]

  /// A law that is the signed sum of the terms with these numbers.
  public init(_ name: String, _ terms: [(index: Int, sign: Double)]) {
    self.name = name
    self.terms = terms
  }
}

/// The conserved sums over one set of terms, ready to be folded: a law's residual is the norm of the change of its sum since
/// the start, its size its largest term, its change that of the term that changed most.
///
/// Terms stand one after the other: a term of size k is k numbers, whose norm is Frobenius'.
public struct TermSums: Sendable {
  /// The sums that are conserved.
  public let laws: [TermSum]
  private let offsets: [Int]
  private let sizes: [Int]
  private var initial: [Double] = []
  private var norms: [Double]
  private var changes: [Double]

  /// - Parameter sizes: the numbers each term has.
  public init(_ laws: [TermSum], sizes: [Int]) {
    self.laws = laws
    self.sizes = sizes
    var offset = 0
    offsets = sizes.map { size in
      defer { offset += size }
      return offset
    }
    norms = [Double](repeating: 0, count: sizes.count)
    changes = norms
  }

  /// Numbers that all terms have together.
  public var count: Int { sizes.reduce(0, +) }

  /// Enters the present state's terms into a fold over these laws.
  public mutating func note(_ terms: UnsafePointer<Double>, into fold: inout ResidualFold) {
    if initial.isEmpty { initial = Array(UnsafeBufferPointer(start: terms, count: count)) }
    for t in sizes.indices {
      let offset = offsets[t]
      var (squared, moved) = (0.0, 0.0)
      for i in offset..<(offset + sizes[t]) {
        squared += terms[i] * terms[i]
        moved += (terms[i] - initial[i]) * (terms[i] - initial[i])
      }
      norms[t] = squared.squareRoot()
      changes[t] = moved.squareRoot()
    }
    initial.withUnsafeBufferPointer { initial in
      for (l, law) in laws.enumerated() {
        var (size, change) = (0.0, 0.0)
        for (index, _) in law.terms { (size, change) = (max(size, norms[index]), max(change, changes[index])) }
        fold.note(l, residual: departure(of: law, terms, since: initial.baseAddress), size: size, change: change)
      }
    }
  }

  /// The largest norm that a law's sum has, of terms that are themselves changes.
  public func largest(_ changes: UnsafePointer<Double>) -> Double {
    laws.reduce(0) { max($0, departure(of: $1, changes, since: nil)) }
  }

  private func departure(
    of law: TermSum, _ terms: UnsafePointer<Double>, since initial: UnsafePointer<Double>?
  ) -> Double {
    guard let first = law.terms.first else { return 0 }
    var squared = 0.0
    for i in 0..<sizes[first.index] {
      var sum = 0.0
      for (index, sign) in law.terms {
        let position = offsets[index] + i
        sum += sign * (initial.map { terms[position] - $0[position] } ?? terms[position])
      }
      squared += sum * sum
    }
    return squared.squareRoot()
  }
}
