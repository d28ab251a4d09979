import GSLBridge
import Testing

@Suite struct CholeskyTests {
  @Test(
    "L is lower triangular, L Lᵀ is A and A x = b is solved, to 1e-13 of A; what is above the diagonal is not read",
    arguments: [1, 2, 17, 130])
  func factors(n: Int) throws {
    var numbers = TestNumbers(UInt64(n))
    let root = numbers.matrix(n, n)
    let matrix = root.times(transposed: root) + Matrix.identity(n)
    let spoilt = Matrix(rows: n, columns: n) { i, j in j > i ? .nan : matrix[i, j] }
    let cholesky = try #require(Cholesky(spoilt))
    let factor = cholesky.factor
    for i in 0..<n { for j in i + 1..<max(n, i + 1) { #expect(factor[i, j] == 0) } }
    #expect((factor.times(transposed: factor) - matrix).maxAbs < 1e-13 * matrix.maxAbs)
    let x = numbers.array(n)
    let b = matrix * Matrix(rows: n, columns: 1, elements: x)
    let solved = Matrix(rows: n, columns: 1, elements: cholesky.solve(b.elements))
    #expect((matrix * solved - b).maxAbs < 1e-13 * Double(n) * matrix.maxAbs)
  }

  @Test("Indefinite, singular, oblong, empty and infinite matrices have none")
  func none() {
    #expect(Cholesky(.diagonal([1, -1])) == nil)
    #expect(Cholesky(.diagonal([1, 0])) == nil)
    #expect(Cholesky(.zero(2, 3)) == nil)
    #expect(Cholesky(.zero(0, 0)) == nil)
    #expect(Cholesky(.diagonal([1, .nan])) == nil)
    #expect(Cholesky(.diagonal([1, .infinity])) == nil)
    #expect(Cholesky(Matrix(rows: 2, columns: 2, elements: [1, 0, .nan, 1])) == nil)
  }

  @Test("The least eigenvalue is the least of all of them, to 1e-13 of the largest", arguments: [1, 3, 40])
  func least(n: Int) throws {
    var numbers = TestNumbers(UInt64(n))
    let root = numbers.matrix(n, n)
    let matrix = root + root.transposed
    let all = try SymmetricEigen(matrix).values
    let found = try #require(SymmetricEigen.least(of: matrix))
    #expect(abs(found - all[0]) < 1e-13 * max(abs(all[0]), abs(all[n - 1])))
    #expect(SymmetricEigen.least(of: .diagonal([1, .nan])) == nil)
    #expect(SymmetricEigen.least(of: .zero(0, 0)) == nil && SymmetricEigen.least(of: .zero(1, 2)) == nil)
  }
}
