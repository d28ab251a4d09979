import GSLBridge

/// Homogeneous linear equations over the rationals, solved by exact elimination.
struct RationalKernel {
  /// Solved equations by their pivot: x[pivot] = −Σ coefficient · x[column] over the other columns.
  private var solved: [Int: [Int: Rational]] = [:]
  private let order: [Int]

  /// - Parameter order: rank of each unknown; of the unknowns of an equation the one of least rank is solved for.
  init(order: [Int]) { self.order = order }

  /// Solves Σ coefficient · x[column] = 0 together with the equations before it; false if it follows from them.
  ///
  /// - Throws: ``Refusal`` if a fraction outgrows 64 bits.
  @discardableResult @inline(never)
  mutating func add(_ equation: [Int: Rational]) throws(Refusal) -> Bool {
    var row = equation.filter { $0.value != 0 }
    for column in Ordering.ascending(Array(row.keys)) {
      if let known = solved[column], let factor = row[column] { try Self.subtract(factor, known, from: &row) }
    }
    guard let pivot = row.keys.min(by: { order[$0] < order[$1] }), let leading = row[pivot] else { return false }
    let inverse = try Rational(leading.denominator, leading.numerator)
    for column in Ordering.ascending(Array(row.keys)) {
      if let value = row[column] { row[column] = try value * inverse }
    }
    for other in Ordering.ascending(Array(solved.keys)) {
      guard var target = solved[other], let factor = target[pivot] else { continue }
      try Self.subtract(factor, row, from: &target)
      solved[other] = target
    }
    solved[pivot] = row
    return true
  }

  /// x[column] = 0.
  ///
  /// - Throws: ``Refusal`` if a fraction outgrows 64 bits.
  @inline(never)
  mutating func fix(_ column: Int) throws(Refusal) { try add([column: 1]) }

  /// x[column] = factor · x[other].
  ///
  /// - Throws: ``Refusal`` if a fraction outgrows 64 bits.
  @inline(never)
  mutating func tie(_ column: Int, to other: Int, _ factor: Rational) throws(Refusal) {
    try add([column: 1, other: -factor])
  }

  @inline(never)
  static func subtract(
    _ factor: Rational, _ row: [Int: Rational], from target: inout [Int: Rational]
  ) throws(Refusal) {
    for column in Ordering.ascending(Array(row.keys)) {
      guard let value = row[column] else { continue }
      let sum = try (target[column] ?? 0) + -(factor * value)
      target[column] = sum == 0 ? nil : sum
    }
  }

  /// The dimension of the solutions, where the unknowns given have the largest ranks.
  func dimension(over unknowns: [Int]) -> Int { unknowns.count { solved[$0] == nil } }

  /// A basis of the solutions, one for each unknown that no equation is solved for, restricted to the unknowns given.
  ///
  /// The unknowns given must have the largest ranks, so that restricted solutions stay independent.
  func basis(of unknowns: [Int]) -> [[Rational]] {
    unknowns.filter { solved[$0] == nil }.map { free in
      unknowns.map { column in
        if column == free { return 1 }
        return solved[column]?[free].map { -$0 } ?? 0
      }
    }
  }
}

/// The linear span of sparse rational vectors, in echelon form.
struct RationalSpan {
  private var rows: [Int: [Int: Rational]] = [:]

  /// Number of independent vectors so far.
  var rank: Int { rows.count }

  /// Extends the span by a vector, given by its entries that are not 0; false if it lies in it.
  ///
  /// - Throws: ``Refusal`` if a fraction outgrows 64 bits.
  @discardableResult @inline(never)
  mutating func extend(_ vector: [Int: Rational]) throws(Refusal) -> Bool {
    var row = vector.filter { $0.value != 0 }
    while let pivot = row.keys.min(), let leading = row[pivot] {
      guard let known = rows[pivot], let first = known[pivot] else {
        rows[pivot] = row
        return true
      }
      try RationalKernel.subtract(leading * Rational(first.denominator, first.numerator), known, from: &row)
    }
    return false
  }

  /// The same of a dense vector.
  @discardableResult
  mutating func extend(_ vector: [Rational]) throws(Refusal) -> Bool {
    try extend(Dictionary(uniqueKeysWithValues: vector.enumerated().map { ($0.offset, $0.element) }))
  }
}
