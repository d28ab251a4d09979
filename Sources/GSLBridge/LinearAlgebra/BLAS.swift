internal import CGSL

/// Dense kernels on pointers: row-major, no allocation, straight to the linked BLAS (see ``BLASProvider``).
///
/// Leading dimensions count doubles between the starts of consecutive rows *as stored*, before any transposition.
/// Dimensions and strides must fit in 32 bits, as BLAS demands; arrays read and written must not overlap.
public enum BLAS {
  /// C ← α op(A) op(B) + β C, where op(A) is m × k, op(B) is k × n and C is m × n.
  ///
  /// `a` is stored m × k (k × m when `transposeA`), `b` is stored k × n (n × k when `transposeB`). With β = 0, C is
  /// only written, so it may hold anything before.
  @inline(__always)
  public static func multiply(
    m: Int, n: Int, k: Int, alpha: Double = 1, a: UnsafePointer<Double>, lda: Int, transposeA: Bool = false,
    b: UnsafePointer<Double>, ldb: Int, transposeB: Bool = false, beta: Double = 0, c: UnsafeMutablePointer<Double>,
    ldc: Int
  ) {
    if m == 0 || n == 0 { return }
    cblas_dgemm(
      CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans, CInt(m), CInt(n),
      CInt(k), alpha, a, CInt(max(1, lda)), b, CInt(max(1, ldb)), beta, c, CInt(max(1, ldc)))
  }

  /// y ← α op(A) x + β y, where A is stored m × n; x has n entries and y has m (the other way round when `transposeA`).
  @inline(__always)
  public static func multiplyVector(
    m: Int, n: Int, alpha: Double = 1, a: UnsafePointer<Double>, lda: Int, transposeA: Bool = false,
    x: UnsafePointer<Double>, incx: Int = 1, beta: Double = 0, y: UnsafeMutablePointer<Double>, incy: Int = 1
  ) {
    if m == 0 || n == 0 {
      // BLAS returns at once and leaves y alone, although α op(A) x + β y = β y.
      for i in 0..<(transposeA ? n : m) { y[i * incy] = beta == 0 ? 0 : beta * y[i * incy] }
      return
    }
    cblas_dgemv(
      CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans, CInt(m), CInt(n), alpha, a, CInt(max(1, lda)), x,
      CInt(incx), beta, y, CInt(incy))
  }

  /// Σᵢ xᵢ yᵢ.
  @inline(__always)
  public static func dot(
    count: Int, _ x: UnsafePointer<Double>, incx: Int = 1, _ y: UnsafePointer<Double>, incy: Int = 1
  ) -> Double { cblas_ddot(CInt(count), x, CInt(incx), y, CInt(incy)) }

  /// √Σᵢ xᵢ², without intermediate overflow or underflow.
  @inline(__always)
  public static func norm2(count: Int, _ x: UnsafePointer<Double>, incx: Int = 1) -> Double {
    // The scaled or extended sum costs several times the plain one, which serves where no square that counts leaves the range.
    let square = dot(count: count, x, incx: incx, x, incy: incx)
    if square > 1e-250, square < 1e300 { return square.squareRoot() }
    return cblas_dnrm2(CInt(count), x, CInt(incx))
  }

  /// y ← y + α x.
  @inline(__always)
  public static func axpy(
    count: Int, alpha: Double, _ x: UnsafePointer<Double>, incx: Int = 1, _ y: UnsafeMutablePointer<Double>,
    incy: Int = 1
  ) { cblas_daxpy(CInt(count), alpha, x, CInt(incx), y, CInt(incy)) }

  /// x ← α x.
  @inline(__always)
  public static func scale(count: Int, alpha: Double, _ x: UnsafeMutablePointer<Double>, incx: Int = 1) {
    cblas_dscal(CInt(count), alpha, x, CInt(incx))
  }
}
