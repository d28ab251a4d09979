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
  /// The summands of all laws, law after law, and where those of each law begin.
  private let summands: [(index: Int, sign: Double)]
  private let starts: [Int]
  /// The laws where each is the difference of two terms that are numbers, and every term is in one; nil where some is not.
  private let differences: [Difference]?

  /// The law that says that one number less another is constant.
  struct Difference: Sendable {
    let first: Int32
    let second: Int32
  }

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
    summands = laws.flatMap(\.terms)
    var start = 0
    starts =
      [0]
      + laws.map { law in
        start += law.terms.count
        return start
      }
    differences = Self.differences(laws, sizes)
  }

  private static func differences(_ laws: [TermSum], _ sizes: [Int]) -> [Difference]? {
    guard sizes.count <= Int(Int32.max), sizes.allSatisfy({ $0 == 1 }),
      laws.allSatisfy({ $0.terms.count == 2 && $0.terms[0].sign == 1 && $0.terms[1].sign == -1 }),
      Set(laws.flatMap { $0.terms.map(\.index) }).count == sizes.count
    else { return nil }
    return laws.map { Difference(first: Int32($0.terms[0].index), second: Int32($0.terms[1].index)) }
  }

  /// Numbers that all terms have together.
  public var count: Int { sizes.reduce(0, +) }

  /// Enters the present state's terms into a fold over these laws.
  public mutating func note(_ terms: UnsafePointer<Double>, into fold: inout ResidualFold) {
    if initial.isEmpty { initial = Array(UnsafeBufferPointer(start: terms, count: count)) }
    initial.withUnsafeBufferPointer { initial in
      guard let initial = initial.baseAddress else { return }
      if let differences, fold.note(differences, of: terms, since: initial, count: sizes.count) { return }
      measure(terms, initial)
      for l in laws.indices {
        var (size, change) = (0.0, 0.0)
        for (index, _) in summands[starts[l]..<starts[l + 1]] {
          (size, change) = (max(size, norms[index]), max(change, changes[index]))
        }
        fold.note(l, residual: departure(of: l, terms, since: initial), size: size, change: change)
      }
    }
  }

  /// The norm of every term, and of its change.
  private mutating func measure(_ terms: UnsafePointer<Double>, _ initial: UnsafePointer<Double>) {
    for t in sizes.indices {
      let (offset, size) = (offsets[t], sizes[t])
      if size == 1 {
        (norms[t], changes[t]) = (abs(terms[offset]), abs(terms[offset] - initial[offset]))
        continue
      }
      var (squared, moved) = (0.0, 0.0)
      for i in offset..<(offset + size) {
        squared += terms[i] * terms[i]
        moved += (terms[i] - initial[i]) * (terms[i] - initial[i])
      }
      norms[t] = squared.squareRoot()
      changes[t] = moved.squareRoot()
    }
  }

  /// The largest norm that a law's sum has, of terms that are themselves changes.
  public func largest(_ changes: UnsafePointer<Double>) -> Double {
    if let differences {
      var largest = 0.0
      for law in differences { largest = max(largest, abs(changes[Int(law.first)] - changes[Int(law.second)])) }
      return largest
    }
    return laws.indices.reduce(0) { max($0, departure(of: $1, changes, since: nil)) }
  }

  private func departure(
    of law: Int, _ terms: UnsafePointer<Double>, since initial: UnsafePointer<Double>?
  ) -> Double {
    let summands = summands[starts[law]..<starts[law + 1]]
    guard let first = summands.first else { return 0 }
    let size = sizes[first.index]
    var squared = 0.0
    for i in 0..<size {
      var sum = 0.0
      for (index, sign) in summands {
        let position = offsets[index] + i
        sum += sign * (initial.map { terms[position] - $0[position] } ?? terms[position])
      }
      if size == 1 { return abs(sum) }
      squared += sum * sum
    }
    return squared.squareRoot()
  }
}
