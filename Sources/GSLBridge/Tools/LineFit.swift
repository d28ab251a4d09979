internal import CGSL

/// The least-squares line y = intercept + slope · x through points with errors of equal, unknown variance in y.
public struct LineFit: Sendable, Equatable {
  /// The line's value at x = 0.
  public let intercept: Double
  /// The line's slope.
  public let slope: Double
  /// Standard error of the intercept.
  public let interceptStandardError: Double
  /// Standard error of the slope, s / √Σ(xᵢ − x̄)².
  public let slopeStandardError: Double
  /// The 95 % confidence interval of the slope, from Student's t with n − 2 degrees of freedom.
  public let slopeInterval95: ClosedRange<Double>
  /// s = √(Σ rᵢ² / (n − 2)), the residuals' standard deviation.
  public let residualStandardDeviation: Double

  /// Fits the line to at least three points.
  ///
  /// - Throws: ``GSLError`` if the numbers of coordinates differ, there are fewer than three points (two leave no
  ///   measure of the error), a coordinate is not finite, all x are equal, or the sums overflow.
  public init(x: [Double], y: [Double]) throws(GSLError) {
    GSLRuntime.ready
    guard x.count == y.count else {
      throw .invalid("a line cannot be fitted to \(x.count) abscissas and \(y.count) ordinates")
    }
    let n = x.count
    guard n >= 3, let first = x.first else {
      throw .invalid("a line with standard errors needs at least 3 points, not \(n)")
    }
    guard x.allSatisfy(\.isFinite), y.allSatisfy(\.isFinite) else {
      throw .invalid("a line cannot be fitted to points with NaN or infinite coordinates; leave them out first")
    }
    guard x.contains(where: { $0 != first }) else {
      throw .invalid("all \(n) points lie at x = \(first), so the line has no slope; vary x")
    }
    var (c0, c1, cov00, cov01, cov11, squares) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    let status = gsl_fit_linear(x, 1, y, 1, n, &c0, &c1, &cov00, &cov01, &cov11, &squares)
    try GSLError.check(status, "the line through \(n) points could not be fitted")
    guard c0.isFinite, c1.isFinite, cov00.isFinite, cov11.isFinite, squares.isFinite else {
      throw .invalid("the sums of a line fit over \(n) points overflow or x hardly varies; rescale the coordinates")
    }
    let halfWidth = gsl_cdf_tdist_Pinv(0.975, Double(n - 2)) * cov11.squareRoot()
    intercept = c0
    slope = c1
    interceptStandardError = cov00.squareRoot()
    slopeStandardError = cov11.squareRoot()
    slopeInterval95 = (c1 - halfWidth)...(c1 + halfWidth)
    residualStandardDeviation = (squares / Double(n - 2)).squareRoot()
  }
}
