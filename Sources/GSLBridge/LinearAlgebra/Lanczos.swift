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

  /// The unit vector along the sum of the two extreme Ritz vectors: what an operator close to this one may start from.
  public let ends: [Double]

  /// Products after which the iteration gives up, unless the dimension is smaller.
  public static let mostProducts = 300
  /// Numbers the basis may take: 128 MB.
  static let basisLimit = 1 << 24

  /// Iterates until both extreme residuals are below `tolerance` relative to the spectral radius.
  ///
  /// Next to an operator whose spectrum is known, as at the next of some points close to each other, the iteration may start
  /// from ``ends`` of that one: it then needs as many products as the operators differ. A part of the seeded start vector always
  /// goes in, so that an extreme eigenvector that is new is not missed.
  ///
  /// - Parameters:
  ///   - dimension: n ≥ 1.
  ///   - former: ``ends`` of an operator close to this one, of the same dimension; nil or empty where there is none.
  ///   - product: writes A x; both arrays have n entries.
  /// - Throws: ``GSLError`` if n < 1, a product is not finite, or the small eigenproblem fails.
  public init(
    dimension n: Int, tolerance: Double = 1e-5, from former: [Double]? = nil,
    product: (_ x: UnsafePointer<Double>, _ result: UnsafeMutablePointer<Double>) -> Void
  ) throws(GSLError) {
    guard n >= 1 else { throw .invalid("an operator of dimension \(n) has no eigenvalues") }
    let capacity = max(2, min(n, Self.mostProducts, Self.basisLimit / n))
    let basis = UnsafeMutablePointer<Double>.allocate(capacity: (capacity + 1) * n + 3 * (capacity + 1))
    defer { basis.deallocate() }
    let overlaps = basis + (capacity + 1) * n
    let (diagonal, offDiagonal) = (overlaps + capacity + 1, overlaps + 2 * (capacity + 1))
    var small = TridiagonalEnds(capacity: capacity)
    Self.fill(basis, n, from: former)

    var scale = 0.0
    var nextCheck = 8
    for k in 0..<capacity {
      let next = basis + (k + 1) * n
      product(basis + k * n, next)
      let alpha = BLAS.dot(count: n, basis + k * n, next)
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
      (diagonal[k], offDiagonal[k]) = (alpha, beta)
      scale = max(scale, abs(alpha), beta)
      let count = k + 1
      let isExhausted = count == n || beta <= 1e-14 * scale
      if isExhausted || count == capacity || count >= nextCheck {
        // A check costs the square of the order.
        nextCheck = count + max(2, count / 8)
        guard small.decompose(order: count, diagonal: diagonal, offDiagonal: offDiagonal) else {
          throw Self.failure(count)
        }
        let (least, most) = (small.value(small.first), small.value(small.last))
        let first = abs(beta * small.lastComponent(small.first))
        let last = abs(beta * small.lastComponent(small.last))
        let isConverged = isExhausted || max(first, last) <= tolerance * max(abs(least), abs(most))
        if isConverged || count == capacity {
          smallest = least
          largest = most
          smallestError = isExhausted ? 0 : first
          largestError = isExhausted ? 0 : last
          products = count
          self.isConverged = isConverged
          overlaps.update(repeating: 0, count: count)
          guard small.addVectors(diagonal: diagonal, offDiagonal: offDiagonal, to: overlaps) else {
            throw Self.failure(count)
          }
          ends = Self.combination(of: basis, count, n, weights: overlaps)
          return
        }
      }
      BLAS.scale(count: n, alpha: 1 / beta, next)
    }
    throw Self.failure(capacity)
  }

  private static func failure(_ count: Int) -> GSLError {
    .invalid("the extreme eigenvalues of a tridiagonal matrix of order \(count) could not be computed")
  }

  /// The part of the seeded vector in a start that is not new.
  private static let seededPart = 1e-3

  /// A unit vector with normally distributed direction, always the same; from a former operator's ends, those with a part of it.
  private static func fill(_ vector: UnsafeMutablePointer<Double>, _ n: Int, from former: [Double]?) {
    var stream = RandomStream(seed: 1, name: "lanczos")
    for i in 0..<n { vector[i] = stream.gaussian() }
    normalize(vector, n)
    guard let former, former.count == n else { return }
    for i in 0..<n { vector[i] = former[i] + seededPart * vector[i] }
    normalize(vector, n)
  }

  private static func normalize(_ vector: UnsafeMutablePointer<Double>, _ n: Int) {
    let norm = BLAS.norm2(count: n, vector)
    BLAS.scale(count: n, alpha: norm > 0 ? 1 / norm : 1, vector)
  }

  /// The unit vector along a combination of the basis.
  private static func combination(
    of basis: UnsafePointer<Double>, _ count: Int, _ n: Int, weights: UnsafePointer<Double>
  ) -> [Double] {
    [Double](unsafeUninitializedCapacity: n) { sum, filled in
      filled = n
      guard let sum = sum.baseAddress else { return }
      BLAS.multiplyVector(m: count, n: n, a: basis, lda: n, transposeA: true, x: weights, y: sum)
      normalize(sum, n)
    }
  }
}
