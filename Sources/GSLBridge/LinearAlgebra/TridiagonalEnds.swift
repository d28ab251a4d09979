internal import COpenBLAS

/// The eigenvalues of a symmetric tridiagonal matrix with the last components of their unit eigenvectors, which Lanczos' method
/// asks for over and over, and the eigenvectors of the smallest and the largest.
///
/// Values and components by the implicit QL method (Golub and Van Loan, *Matrix Computations*, 4th edition, 8.3) with one row of
/// the rotations' product, some multiple of the order's square; the vectors asked for by LAPACK's inverse iteration (`dstein`).
/// Owns its memory, which serves every order up to a capacity.
struct TridiagonalEnds: ~Copyable {
  /// Places of the smallest and of the largest eigenvalue.
  private(set) var (first, last) = (0, 0)

  private let reals: UnsafeMutablePointer<Double>
  private let integers: UnsafeMutablePointer<CInt>
  private let capacity: Int
  private var order = 0

  /// Room for matrices up to an order of at least 1.
  init(capacity: Int) {
    self.capacity = capacity
    reals = .allocate(capacity: 10 * capacity + 2)
    integers = .allocate(capacity: 2 * capacity + 4)
  }

  deinit {
    reals.deallocate()
    integers.deallocate()
  }

  private var values: UnsafeMutablePointer<Double> { reals }
  private var components: UnsafeMutablePointer<Double> { reals + capacity }
  private var work: UnsafeMutablePointer<Double> { reals + 2 * capacity }

  /// The eigenvalue at a place.
  func value(_ place: Int) -> Double { values[place] }

  /// The last component of the unit eigenvector at a place, to the rounding of 1.
  func lastComponent(_ place: Int) -> Double { components[place] }

  /// Finds all eigenvalues, in no order, and the last components.
  ///
  /// - Returns: false if the iteration did not converge.
  mutating func decompose(
    order n: Int, diagonal: UnsafePointer<Double>, offDiagonal: UnsafePointer<Double>
  ) -> Bool {
    order = n
    let (d, e, z) = (values, work, components)
    var largest = 0.0
    for k in 0..<n { largest = max(largest, abs(diagonal[k]), k + 1 < n ? abs(offDiagonal[k]) : 0) }
    // By a power of two, which is exact, so that no square overflows or underflows.
    let exponent = largest > 0 && largest.isFinite ? max(-1000, min(1000, Int(largest.exponent))) : 0
    let (scale, unscale) = (
      Double(sign: .plus, exponent: -exponent, significand: 1), Double(sign: .plus, exponent: exponent, significand: 1)
    )
    for k in 0..<n {
      (d[k], z[k]) = (scale * diagonal[k], 0)
      e[k] = k + 1 < n ? scale * offDiagonal[k] : 0
    }
    z[n - 1] = 1
    for l in 0..<n where !Self.deflate(l, n, d, e, z) { return false }
    (first, last) = (0, 0)
    for k in 0..<n {
      d[k] *= unscale
      if d[k] < d[first] { first = k }
      if d[k] >= d[last] { last = k }
    }
    return true
  }

  /// Iterates until entry l of the diagonal is an eigenvalue.
  private static func deflate(
    _ l: Int, _ n: Int, _ d: UnsafeMutablePointer<Double>, _ e: UnsafeMutablePointer<Double>,
    _ z: UnsafeMutablePointer<Double>
  ) -> Bool {
    for _ in 0..<60 {
      var m = l
      while m < n - 1, abs(e[m]) > 0.5 * Double.ulpOfOne * (abs(d[m]) + abs(d[m + 1])) { m += 1 }
      if m == l { return true }
      // Wilkinson's shift.
      var g = 0.5 * (d[l + 1] - d[l]) / e[l]
      let root = (g * g + 1).squareRoot()
      g = d[m] - d[l] + e[l] / (g + (g < 0 ? -root : root))
      var (s, c, p) = (1.0, 1.0, 0.0)
      var i = m - 1
      while i >= l {
        let (f, b) = (s * e[i], c * e[i])
        let r = (f * f + g * g).squareRoot()
        e[i + 1] = r
        if r == 0 {
          d[i + 1] -= p
          e[m] = 0
          break
        }
        (s, c) = (f / r, g / r)
        g = d[i + 1] - p
        let t = (d[i] - g) * s + 2 * c * b
        p = s * t
        d[i + 1] = g + p
        g = c * t - b
        let tail = z[i + 1]
        z[i + 1] = s * z[i] + c * tail
        z[i] = c * z[i] - s * tail
        i -= 1
      }
      if i >= l { continue }
      d[l] -= p
      e[l] = g
      e[m] = 0
    }
    return false
  }

  /// Adds the unit eigenvectors of the smallest and the largest eigenvalue of the matrix that was decomposed to a vector.
  ///
  /// - Returns: false if inverse iteration did not converge.
  mutating func addVectors(
    diagonal: UnsafePointer<Double>, offDiagonal: UnsafePointer<Double>, to sum: UnsafeMutablePointer<Double>
  ) -> Bool {
    let count = min(order, 2)
    let (wanted, vectors) = (reals + 10 * capacity, reals + 8 * capacity)
    (wanted[0], wanted[1]) = (values[first], values[last])
    var (n, found, status) = (CInt(order), CInt(count), CInt(0))
    let (ends, indices) = (integers, integers + capacity)
    let (blocks, failures) = (integers + 2 * capacity, integers + 2 * capacity + 2)
    // One block, whether or not the matrix falls apart.
    (ends[0], blocks[0], blocks[1]) = (n, 1, 1)
    dstein_(&n, diagonal, offDiagonal, &found, wanted, blocks, ends, vectors, &n, work, indices, failures, &status)
    guard status == 0 else { return false }
    for k in 0..<count * order { sum[k % order] += vectors[k] }
    return true
  }
}
