import CMath
import GSLBridge
import Testing

/// Deterministic numbers in [−1, 1), from a linear congruence: independent of the generators under test.
struct TestNumbers {
  private var state: UInt64
  init(_ seed: UInt64) { state = seed &* 2_862_933_555_777_941_757 &+ 3_037_000_493 }
  mutating func next() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(Int64(bitPattern: state) >> 11) * 0x1p-52
  }
  mutating func array(_ count: Int) -> [Double] { (0..<count).map { _ in next() } }
  mutating func matrix(_ rows: Int, _ columns: Int) -> Matrix {
    Matrix(rows: rows, columns: columns, elements: array(rows * columns))
  }
}

/// The product A B by plain loops.
func naiveProduct(_ a: Matrix, _ b: Matrix) -> Matrix {
  Matrix(rows: a.rows, columns: b.columns) { i, j in
    var sum = 0.0
    for l in 0..<a.columns { sum += a[i, l] * b[l, j] }
    return sum
  }
}

@Suite struct LinearAlgebraTests {
  @Test func denseProductsComeFromAFastLibrary() throws {
    let library = try #require(BLASProvider.dgemmLibrary)
    #if os(Linux)
      #expect(library.contains("openblas"))
    #else
      #expect(library.contains("openblas") || library.contains("Accelerate") || library.contains("BLAS"))
    #endif
    #expect(BLASProvider.coreName?.isEmpty == false)
    #expect(BLASProvider.threads >= 1)
  }

  /// Error unit: absolute; entries and factors are at most 1, sums have at most 40 terms.
  @Test(arguments: [(1, 1, 1), (1, 5, 3), (4, 1, 7), (6, 5, 1), (3, 4, 5), (17, 13, 40)])
  func productsAgreeWithPlainLoops(_ size: (m: Int, n: Int, k: Int)) {
    let (m, n, k) = size
    var numbers = TestNumbers(UInt64(100 * m + 10 * n + k))
    let (a, b, c) = (numbers.matrix(m, k), numbers.matrix(k, n), numbers.matrix(m, n))
    let product = naiveProduct(a, b)
    #expect((a * b - product).maxAbs < 1e-14)
    for transposeA in [false, true] {
      for transposeB in [false, true] {
        for (alpha, beta) in [(1.0, 0.0), (-0.5, 1.0), (2.0, 0.25)] {
          // Rows are stored with room to spare, filled with NaN that must neither be read nor written.
          let (left, lda) = Self.padded(transposeA ? a.transposed : a)
          let (right, ldb) = Self.padded(transposeB ? b.transposed : b)
          var (out, ldc) = Self.padded(beta == 0 ? Matrix(rows: m, columns: n) { _, _ in .nan } : c)
          BLAS.multiply(
            m: m, n: n, k: k, alpha: alpha, a: left, lda: lda, transposeA: transposeA, b: right, ldb: ldb,
            transposeB: transposeB, beta: beta, c: &out, ldc: ldc)
          let result = Matrix(rows: m, columns: n) { i, j in out[i * ldc + j] }
          let expected = alpha * product + (beta == 0 ? .zero(m, n) : beta * c)
          #expect((result - expected).maxAbs < 1e-14)
          #expect(out.indices.allSatisfy { $0 % ldc < n || out[$0].isNaN })
        }
      }
    }
  }

  static func padded(_ matrix: Matrix) -> ([Double], Int) {
    let width = matrix.columns + 2
    var out = [Double](repeating: .nan, count: matrix.rows * width)
    for i in 0..<matrix.rows { for j in 0..<matrix.columns { out[i * width + j] = matrix[i, j] } }
    return (out, width)
  }

  @Test(arguments: [(1, 1), (1, 6), (5, 1), (4, 7)]) func vectorProducts(_ size: (m: Int, n: Int)) {
    let (m, n) = size
    var numbers = TestNumbers(7)
    let a = numbers.matrix(m, n)
    for transpose in [false, true] {
      let (rows, columns) = transpose ? (n, m) : (m, n)
      let x = numbers.array(columns)
      let y = numbers.array(rows)
      var out = y
      BLAS.multiplyVector(m: m, n: n, alpha: 2, a: a.elements, lda: n, transposeA: transpose, x: x, beta: -1, y: &out)
      for i in 0..<rows {
        var sum = 0.0
        for j in 0..<columns { sum += (transpose ? a[j, i] : a[i, j]) * x[j] }
        #expect(abs(out[i] - (2 * sum - y[i])) < 1e-14)
      }
    }
    var empty = [3.0, 4.0]
    BLAS.multiplyVector(m: 2, n: 0, a: [1.0], lda: 0, x: [1.0], beta: 2, y: &empty)
    #expect(empty == [6, 8])
  }

  @Test func vectorKernels() {
    let x = [3.0, -4.0, 12.0]
    var y = [1.0, 2.0, -1.0]
    #expect(BLAS.dot(count: 3, x, y) == -17)
    #expect(BLAS.norm2(count: 3, x) == 13)
    BLAS.axpy(count: 3, alpha: 2, x, &y)
    #expect(y == [7, -6, 23])
    BLAS.scale(count: 3, alpha: -1, &y)
    #expect(y == [-7, 6, -23])
  }

  @Test func matrixBasics() {
    let a = Matrix(rows: 2, columns: 3, elements: [1, 2, 3, 4, 5, -6])
    #expect(a[1, 2] == -6 && a.transposed[2, 1] == -6 && a.transposed.rows == 3)
    #expect(a.maxAbs == 6 && a.trace == 6)
    #expect(abs(a.frobeniusNorm - 91.0.squareRoot()) < 1e-14)
    #expect(Matrix.identity(2) * a == a && a * Matrix.identity(3) == a)
    #expect((a + a) == 2 * a && (a - a) == .zero(2, 3))
    #expect(Matrix(rows: 1, columns: 2, elements: [1, .nan]).maxAbs.isNaN)
    #expect((Matrix.zero(2, 0) * Matrix.zero(0, 3)) == .zero(2, 3))
    #expect(Matrix(rows: 1, columns: 2, elements: [3e200, 4e200]).frobeniusNorm / 5e200 - 1 < 1e-15)
  }
}

@Suite struct DecompositionTests {
  static func isOrthonormal(_ matrix: Matrix) -> Bool {
    (naiveProduct(matrix.transposed, matrix) - .identity(matrix.columns)).maxAbs < 1e-13
  }

  /// Error unit: relative to σ₁.
  static func check(_ a: Matrix) throws {
    let svd = try SVD(a)
    let k = min(a.rows, a.columns)
    #expect(svd.u.rows == a.rows && svd.u.columns == k && svd.v.rows == a.columns && svd.v.columns == k)
    #expect(svd.singularValues.count == k)
    #expect(zip(svd.singularValues, svd.singularValues.dropFirst()).allSatisfy { $0 >= $1 })
    #expect(svd.singularValues.allSatisfy { $0 >= 0 })
    #expect(isOrthonormal(svd.u) && isOrthonormal(svd.v))
    let rebuilt = naiveProduct(naiveProduct(svd.u, .diagonal(svd.singularValues)), svd.v.transposed)
    #expect((rebuilt - a).maxAbs <= 2e-14 * svd.singularValues[0])
    #expect(try SVD.singularValues(of: a) == svd.singularValues)
  }

  /// Σ over the first row of ± its entries times their minors.
  private func cofactorExpansion(_ m: Matrix) -> Double {
    if m.rows == 0 { return 1 }
    var sum = 0.0
    for c in 0..<m.columns {
      let minor = Matrix(rows: m.rows - 1, columns: m.columns - 1) { m[$0 + 1, $1 < c ? $1 : $1 + 1] }
      sum += (c % 2 == 0 ? 1 : -1) * m[0, c] * cofactorExpansion(minor)
    }
    return sum
  }

  /// Error unit: the sum has n! terms of size at most 1, and elimination's factors are at most 1.
  @Test(arguments: 0..<7) func determinants(_ n: Int) {
    var numbers = TestNumbers(UInt64(n) + 40)
    for _ in 0..<20 {
      var m = numbers.matrix(n, n)
      let exact = cofactorExpansion(m)
      #expect(abs(m.determinant - exact) <= 1e3 * 0x1p-52)
      #expect(m.determinantSign == (exact > 0 ? 1 : -1))
      guard n >= 2 else { continue }
      let exchanged = Matrix(rows: n, columns: n) { m[$0 == 0 ? 1 : $0 == 1 ? 0 : $0, $1] }
      #expect(exchanged.determinant == -m.determinant && exchanged.determinantSign == -m.determinantSign)
      for j in 0..<n { m[0, j] = m[1, j] }
      #expect(m.determinant == 0 && m.determinantSign == 0)
    }
  }

  @Test func signsOfDeterminantsThatUnderflow() {
    let m = Matrix.diagonal([1e-200, -1e-200, 1e-200])
    #expect(m.determinant == 0 && m.determinantSign == -1)
    #expect(Matrix.diagonal([.nan, 1]).determinantSign == 0 && Matrix.diagonal([.nan, 1]).determinant.isNaN)
  }

  @Test(arguments: [(1, 1), (1, 4), (4, 1), (3, 5), (5, 3), (6, 6), (30, 20)])
  func singularValuesOfGeneralMatrices(_ size: (m: Int, n: Int)) throws {
    var numbers = TestNumbers(UInt64(size.m * 31 + size.n))
    try Self.check(numbers.matrix(size.m, size.n))
    // Scales at which squares overflow or underflow.
    try Self.check(1e-200 * numbers.matrix(size.m, size.n))
    try Self.check(1e200 * numbers.matrix(size.m, size.n))
  }

  @Test(arguments: [(1, 1), (3, 1), (1, 3), (4, 2), (2, 4), (3, 3)]) func zeroMatrix(_ size: (m: Int, n: Int)) throws {
    let zero = Matrix.zero(size.m, size.n)
    try Self.check(zero)
    #expect(try SVD(zero).singularValues.allSatisfy { $0 == 0 })
  }

  @Test func deficientAndKnownMatrices() throws {
    var numbers = TestNumbers(3)
    let low = naiveProduct(numbers.matrix(6, 2), numbers.matrix(2, 5))
    try Self.check(low)
    let values = try SVD.singularValues(of: low)
    #expect(values[1] > 0.1 && values[2] < 1e-14)
    let withZeroColumn = Matrix(rows: 4, columns: 3) { i, j in j == 1 ? 0 : Double(i + j) }
    try Self.check(withZeroColumn)
    // [[3, 0], [4, 5]] has σ² = 45 and 5.
    let known = try SVD.singularValues(of: Matrix(rows: 2, columns: 2, elements: [3, 0, 4, 5]))
    #expect(abs(known[0] - 45.0.squareRoot()) < 1e-14 && abs(known[1] - 5.0.squareRoot()) < 1e-14)
    #expect(try SVD.singularValues(of: Matrix(rows: 1, columns: 1, elements: [-7])) == [7])
  }

  @Test func matricesWithoutDecompositionAreRefused() {
    for bad in [Matrix.zero(0, 3), .zero(3, 0), Matrix(rows: 1, columns: 2, elements: [1, .nan])] {
      #expect(throws: GSLError.self) { _ = try SVD(bad) }
      #expect(throws: GSLError.self) { _ = try SymmetricEigen(bad) }
    }
    #expect(throws: GSLError.self) { _ = try SymmetricEigen(.zero(2, 3)) }
  }

  /// The second difference matrix of size n has eigenvalues 2 − 2 cos(iπ/(n+1)).
  @Test(arguments: [1, 2, 7, 25]) func symmetricEigenvalues(_ n: Int) throws {
    let a = Matrix(rows: n, columns: n) { i, j in i == j ? 2 : (abs(i - j) == 1 ? -1 : 0) }
    let eigen = try SymmetricEigen(a)
    for i in 0..<n {
      #expect(abs(eigen.values[i] - (2 - 2 * cos(Double(i + 1) * Double.pi / Double(n + 1)))) < 1e-13)
    }
    #expect(Self.isOrthonormal(eigen.vectors))
    let rebuilt = naiveProduct(naiveProduct(eigen.vectors, .diagonal(eigen.values)), eigen.vectors.transposed)
    #expect((rebuilt - a).maxAbs < 1e-13)
  }

  @Test func onlyTheSymmetricPartCounts() throws {
    let eigen = try SymmetricEigen(Matrix(rows: 2, columns: 2, elements: [1, 5, 1, 1]))
    #expect(abs(eigen.values[0] + 2) < 1e-14 && abs(eigen.values[1] - 4) < 1e-14)
  }
}
