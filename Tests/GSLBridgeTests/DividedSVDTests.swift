import GSLBridge
import Testing

/// Decompositions large enough for LAPACK's divide and conquer.
@Suite struct DividedSVDTests {
  private func check(_ matrix: Matrix, _ svd: SVD) {
    let k = min(matrix.rows, matrix.columns)
    #expect(svd.singularValues.count == k)
    #expect(zip(svd.singularValues, svd.singularValues.dropFirst()).allSatisfy { $0 >= $1 })
    let rebuilt = svd.u * Matrix.diagonal(svd.singularValues) * svd.v.transposed
    // Unit: unit roundoffs of the norm, a few per dimension.
    #expect((rebuilt - matrix).maxAbs <= 1e-14 * max(1e-300, svd.singularValues[0]))
    #expect((svd.u.transposed * svd.u - .identity(k)).maxAbs < 1e-13)
    #expect((svd.v.transposed * svd.v - .identity(k)).maxAbs < 1e-13)
  }

  @Test(
    "Factors are orthonormal, rebuild the matrix, and squares are GSL's eigenvalues of AᵀA to 1e-13 of the largest",
    arguments: [(17, 17), (40, 23), (23, 40), (100, 100), (17, 300)])
  func decomposes(_ size: (rows: Int, columns: Int)) throws {
    var numbers = TestNumbers(UInt64(size.rows * 1000 + size.columns))
    let matrix = numbers.matrix(size.rows, size.columns)
    let svd = try SVD(matrix)
    check(matrix, svd)
    let gram = size.rows < size.columns ? matrix * matrix.transposed : matrix.transposed * matrix
    let eigen = try SymmetricEigen(gram).values.reversed()
    let largest = svd.singularValues[0] * svd.singularValues[0]
    for (value, square) in zip(svd.singularValues, eigen) { #expect(abs(value * value - square) < 1e-13 * largest) }
  }

  @Test("Rank-deficient, tiny and huge matrices are decomposed as well")
  func extremes() throws {
    var numbers = TestNumbers(7)
    let low = numbers.matrix(30, 3) * numbers.matrix(3, 25)
    for scale in [1.0, 1e-250, 1e250] {
      let matrix = scale * low
      let svd = try SVD(matrix)
      check(matrix, svd)
      #expect(svd.singularValues[3] <= 1e-14 * svd.singularValues[0])
    }
    let zero = try SVD(.zero(20, 20))
    #expect(zero.singularValues.allSatisfy { $0 == 0 })
    #expect((zero.u.transposed * zero.u - .identity(20)).maxAbs < 1e-14)
  }

  @Test("A prescribed spectrum comes back to 1e-14 of its largest value")
  func prescribed() throws {
    var numbers = TestNumbers(11)
    let values = (0..<20).map { 3 / Double(1 + $0 * $0) }
    let (u, v) = (try SVD(numbers.matrix(25, 20)).u, try SVD(numbers.matrix(22, 20)).u)
    let found = try SVD(u * Matrix.diagonal(values) * v.transposed).singularValues
    for (a, b) in zip(found, values) { #expect(abs(a - b) < 1e-14 * values[0]) }
  }
}
