/// The extreme eigenvalues of a symmetric operator A that is known by its products with vectors only.
///
/// Lanczos' method with full reorthogonalization (Golub and Van Loan, *Matrix Computations*, 4th edition, 10.1 and 10.3):
/// after k products the eigenvalues of a k × k tridiagonal matrix lie within the spectrum of A, and each is within its
/// residual ‖Ay − θy‖ of an eigenvalue. That this eigenvalue is the extreme one holds with probability one over the start
/// vector, which is seeded; it is an estimate with an error bound, not a certificate.
public struct Lanczos: Sendable, Equatable {
  /// The smallest Ritz value θ₁ ≥ λ_min.
  public let smallest: Double
  /// The largest Ritz value θ_k ≤ λ_max.
  public let largest: Double
  /// Residual of the smallest Ritz pair: some eigenvalue lies in [θ₁ − error, θ₁ + error].
  public let smallestError: Double
  /// Residual of the largest Ritz pair.
  public let largestError: Double
  /// Products with A that were needed.
  public let products: Int
  /// Whether both residuals are at most tolerance × max(|θ₁|, |θ_k|), or an invariant subspace was exhausted.
  public let isConverged: Bool

  /// Products after which the iteration gives up, unless the dimension is smaller.
  public static let mostProducts = 300
  /// Numbers the basis may take: 128 MB.
  static let basisLimit = 1 << 24

  /// Iterates until both extreme residuals are below `tolerance` relative to the spectral radius.
  ///
  /// - Parameters:
  ///   - dimension: n ≥ 1.
  ///   - product: writes A x; both arrays have n entries.
  /// - Throws: ``GSLError`` if n < 1, a product is not finite, or the small eigenproblem fails.
  public init(
    dimension n: Int, tolerance: Double = 1e-5,
    product: (_ x: UnsafePointer<Double>, _ result: UnsafeMutablePointer<Double>) -> Void
  ) throws(GSLError) {
    guard n >= 1 else { throw .invalid("an operator of dimension \(n) has no eigenvalues") }
    let capacity = max(2, min(n, Self.mostProducts, Self.basisLimit / n))
    let basis = UnsafeMutablePointer<Double>.allocate(capacity: (capacity + 1) * n + capacity + 1)
    defer { basis.deallocate() }
    let overlaps = basis + (capacity + 1) * n
    Self.fillUnitVector(basis, n)

    var diagonal: [Double] = []
    var offDiagonal: [Double] = []
    while true {
      let k = diagonal.count
      let next = basis + (k + 1) * n
      product(basis + k * n, next)
      let alpha = BLAS.dot(count: n, basis + k * n, next)
      diagonal.append(alpha)
      // Twice is enough (Kahan, Parlett): what is left is orthogonal to the whole basis to roundoff.
      for _ in 0..<2 {
        BLAS.multiplyVector(m: k + 1, n: n, a: basis, lda: n, x: next, y: overlaps)
        BLAS.multiplyVector(
          m: k + 1, n: n, alpha: -1, a: basis, lda: n, transposeA: true, x: overlaps, beta: 1, y: next)
      }
      let beta = BLAS.norm2(count: n, next)
      guard alpha.isFinite, beta.isFinite else {
        throw .invalid("a product of the operator is NaN or infinite; look at the state it is taken at")
      }
      let count = k + 1
      let scale = zip(diagonal, offDiagonal + [beta]).reduce(0) { max($0, abs($1.0), $1.1) }
      let isExhausted = count == n || beta <= 1e-14 * scale
      if isExhausted || count == capacity || (count >= 8 && count % 4 == 0) {
        let small = try SymmetricEigen(
          Matrix(rows: count, columns: count) { i, j in
            i == j ? diagonal[i] : abs(i - j) == 1 ? offDiagonal[min(i, j)] : 0
          })
        let first = abs(beta * small.vectors[count - 1, 0])
        let last = abs(beta * small.vectors[count - 1, count - 1])
        let size = max(abs(small.values[0]), abs(small.values[count - 1]))
        let isConverged = isExhausted || max(first, last) <= tolerance * size
        if isConverged || count == capacity {
          smallest = small.values[0]
          largest = small.values[count - 1]
          smallestError = isExhausted ? 0 : first
          largestError = isExhausted ? 0 : last
          products = count
          self.isConverged = isConverged
          return
        }
      }
      offDiagonal.append(beta)
      BLAS.scale(count: n, alpha: 1 / beta, next)
    }
  }

  /// A unit vector with normally distributed direction, always the same.
  private static func fillUnitVector(_ vector: UnsafeMutablePointer<Double>, _ n: Int) {
    var stream = RandomStream(seed: 1, name: "lanczos")
    for i in 0..<n { vector[i] = stream.gaussian() }
    let norm = BLAS.norm2(count: n, vector)
    BLAS.scale(count: n, alpha: norm > 0 ? 1 / norm : 1, vector)
  }
}
