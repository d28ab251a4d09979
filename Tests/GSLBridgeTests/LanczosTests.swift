import GSLBridge
import Testing

@Suite("Lanczos")
struct LanczosTests {
  /// Lanczos on a dense matrix.
  private func run(_ matrix: Matrix, tolerance: Double = 1e-10) throws -> Lanczos {
    let n = matrix.rows
    return try Lanczos(dimension: n, tolerance: tolerance) { x, result in
      for i in 0..<n { result[i] = (0..<n).reduce(0) { $0 + matrix[i, $1] * x[$1] } }
    }
  }

  @Test("random symmetric matrices: the extreme eigenvalues of a dense decomposition", arguments: [1, 2, 3, 7, 20, 60])
  func dense(n: Int) throws {
    var stream = RandomStream(seed: UInt64(n), name: "test")
    var matrix = Matrix.zero(n, n)
    for i in 0..<n {
      for j in 0...i {
        let entry = stream.gaussian()
        matrix[i, j] = entry
        matrix[j, i] = entry
      }
    }
    let exact = try SymmetricEigen(matrix).values
    let found = try run(matrix)
    let scale = max(abs(exact[0]), abs(exact[n - 1]))
    #expect(found.isConverged)
    #expect(abs(found.smallest - exact[0]) <= 1e-12 * scale)
    #expect(abs(found.largest - exact[n - 1]) <= 1e-12 * scale)
  }

  @Test("dimension 40,000: the ends of a known spectrum, within the residuals, from a few dozen products")
  func large() throws {
    // Eigenvalues −3, 5 and a band in [0, 1].
    let n = 40_000
    let found = try Lanczos(dimension: n, tolerance: 1e-8) { x, result in
      for i in 0..<n { result[i] = x[i] * (i == 17 ? -3 : i == 39_000 ? 5 : Double(i) / Double(n)) }
    }
    #expect(found.isConverged && found.products < 80)
    #expect(abs(found.smallest + 3) <= found.smallestError + 1e-13)
    #expect(abs(found.largest - 5) <= found.largestError + 1e-13)
    #expect(found.smallestError <= 5e-8 && found.largestError <= 5e-8)
  }

  @Test("multiples of the identity and zero end after one product")
  func invariantSubspaces() throws {
    let identity = try run(2.5 * Matrix.identity(30))
    #expect(identity.products == 1 && identity.isConverged)
    #expect(abs(identity.smallest - 2.5) < 1e-14 && abs(identity.largest - 2.5) < 1e-14)
    let zero = try run(Matrix.zero(5, 5))
    #expect(zero.smallest == 0 && zero.largest == 0 && zero.isConverged)
  }

  @Test("Ritz values stay within the spectrum and say when they have not converged")
  func notConverged() throws {
    // A linear spectrum of 20,000 points converges slowly: 300 products do not reach 1e-13.
    let n = 20_000
    let found = try Lanczos(dimension: n, tolerance: 1e-13) { x, result in
      for i in 0..<n { result[i] = x[i] * Double(i) }
    }
    #expect(!found.isConverged && found.products == Lanczos.mostProducts)
    #expect(found.smallest >= 0 && found.largest <= Double(n - 1))
    #expect(Double(n - 1) - found.largest <= found.largestError)
  }

  @Test("next to an operator: the dense extremes, within the residuals, from fewer products", arguments: [40, 150])
  func neighbour(n: Int) throws {
    var stream = RandomStream(seed: UInt64(n), name: "neighbour")
    func symmetric(_ size: Double) -> Matrix {
      var matrix = Matrix.zero(n, n)
      for i in 0..<n {
        for j in 0...i {
          let entry = size * stream.gaussian()
          matrix[i, j] = entry
          matrix[j, i] = entry
        }
      }
      return matrix
    }
    let matrix = symmetric(1)
    let change = symmetric(1e-3)
    let moved = Matrix(rows: n, columns: n) { matrix[$0, $1] + change[$0, $1] }
    let exact = try SymmetricEigen(moved).values
    let scale = max(abs(exact[0]), abs(exact[n - 1]))
    func solve(_ matrix: Matrix, from ends: [Double]?) throws -> Lanczos {
      try Lanczos(dimension: n, tolerance: 1e-6, from: ends) { x, result in
        for i in 0..<n { result[i] = (0..<n).reduce(0) { $0 + matrix[i, $1] * x[$1] } }
      }
    }
    let former = try solve(matrix, from: nil)
    let (cold, warm) = (try solve(moved, from: nil), try solve(moved, from: former.ends))
    for found in [cold, warm] {
      #expect(found.isConverged && max(found.smallestError, found.largestError) <= 1e-6 * scale)
      #expect(abs(found.smallest - exact[0]) <= found.smallestError + 1e-13 * scale)
      #expect(abs(found.largest - exact[n - 1]) <= found.largestError + 1e-13 * scale)
    }
    #expect(warm.products < cold.products)
  }

  @Test("extreme eigenvectors that are new are found from a start that has no part of them")
  func newExtremes() throws {
    let n = 400
    var ends = [Double](repeating: 0, count: n)
    (ends[0], ends[1]) = (0.6, 0.8)
    let found = try Lanczos(dimension: n, from: ends) { x, result in
      for i in 0..<n {
        result[i] = x[i] * (i == 0 ? -1 : i == 1 ? 2 : i == 150 ? -3 : i == 151 ? 5 : Double(i) / Double(n))
      }
    }
    #expect(found.isConverged)
    #expect(abs(found.smallest + 3) <= found.smallestError + 1e-13)
    #expect(abs(found.largest - 5) <= found.largestError + 1e-13)
  }

  @Test("sizes from 1e-160 to 1e160: the eigenvalues scale", arguments: [-160, -20, 20, 160])
  func sizes(exponent: Int) throws {
    let size = Double(sign: .plus, exponent: Int(Double(exponent) * 3.32), significand: 1)
    let n = 60
    func solve(_ size: Double) throws -> Lanczos {
      try Lanczos(dimension: n, tolerance: 1e-12) { x, result in
        for i in 0..<n {
          result[i] = size * (Double(i - 20) * x[i] + (i > 0 ? 3 * x[i - 1] : 0) + (i + 1 < n ? 3 * x[i + 1] : 0))
        }
      }
    }
    let (unit, scaled) = (try solve(1), try solve(size))
    #expect(abs(scaled.smallest / size - unit.smallest) <= 1e-11 * unit.largest)
    #expect(abs(scaled.largest / size - unit.largest) <= 1e-11 * unit.largest)
  }

  @Test("a product that is not finite and an empty dimension are refused")
  func refusals() {
    #expect(throws: GSLError.self) { try Lanczos(dimension: 0) { _, _ in } }
    #expect(throws: GSLError.self) {
      try Lanczos(dimension: 3) { _, result in result.update(repeating: .nan, count: 3) }
    }
  }
}
