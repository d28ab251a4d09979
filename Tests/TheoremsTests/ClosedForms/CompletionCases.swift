import Checkers
import GSLBridge
import Models
import Testing
import Theorems

/// Matrices with some entries observed, and what every solution must satisfy.
enum CompletionCases {
  /// The observed entries of a matrix.
  static func measurements(_ target: Matrix, _ positions: [Int]) throws -> Measurements {
    try Measurements(
      shape: [target.rows, target.columns],
      operators: .entries(indices: positions.flatMap { [Int32($0 / target.columns), Int32($0 % target.columns)] }),
      values: positions.map { target.elements[$0] })
  }

  /// A product of factors with entries uniform in [−1, 1), and `count` observed places.
  static func random(
    _ seed: UInt64, rows: Int, columns: Int, rank: Int, count: Int
  ) throws -> (target: Matrix, measurements: Measurements) {
    var random = TestRandom(seed)
    let u = Matrix(rows: rows, columns: rank, elements: random.numbers(rows * rank))
    let v = Matrix(rows: rank, columns: columns, elements: random.numbers(rank * columns))
    let target = u * v
    let indices = random.entries(count, shape: [rows, columns])
    let positions = (0..<count).map { Int(indices[2 * $0]) * columns + Int(indices[2 * $0 + 1]) }
    return (target, try measurements(target, positions))
  }

  /// Recomputes both bounds: X takes the data, ‖X‖_* is the value, Λ is 0 elsewhere, ‖Λ‖_op ≤ 1 by the eigenvalues of ΛΛᵀ, and
  /// ⟨y, Λ⟩ is the lower bound; the gap is at most `gap` of the value.
  static func check(
    _ solution: MinimumNuclearNorm, _ measurements: Measurements, gap: Double,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    guard case .entries(let indices) = measurements.operators else {
      Issue.record("no entries are observed", sourceLocation: sourceLocation)
      return
    }
    var outside = solution.dual
    var product = 0.0
    for k in 0..<measurements.count {
      let (i, j) = (Int(indices[2 * k]), Int(indices[2 * k + 1]))
      #expect(solution.matrix[i, j] == measurements.values[k], sourceLocation: sourceLocation)
      if outside[i, j] != 0 { product += measurements.values[k] * solution.dual[i, j] }
      outside[i, j] = 0
    }
    #expect(outside.maxAbs == 0, sourceLocation: sourceLocation)
    let unit = Double(measurements.shape[0] + measurements.shape[1]) * .ulpOfOne
    let norm = try SVD.singularValues(of: solution.matrix).reduce(0, +)
    #expect(abs(norm - solution.value) <= 10 * unit * solution.value, sourceLocation: sourceLocation)
    #expect(abs(product - solution.lowerBound) <= 10 * unit * solution.value, sourceLocation: sourceLocation)
    let square = try SymmetricEigen(solution.dual.times(transposed: solution.dual)).values.last ?? 0
    #expect(square <= 1 + unit, "‖Λ‖² = \\(square)", sourceLocation: sourceLocation)
    #expect(solution.lowerBound <= solution.value * (1 + unit), sourceLocation: sourceLocation)
    #expect(solution.gap <= gap * solution.value, "\\(solution.gap / solution.value)", sourceLocation: sourceLocation)
  }
}
