import CMath

extension ExponentFit {
  /// The exponent of y = c xᵖ fitted to positive samples, c being fitted as well: r = ln y − ln c − p ln x, J = dr/dp with the best c.
  ///
  /// - Returns: nil if x varies by less than ``leastRange``, or the samples are too few or not finite.
  package init?(power y: [Double], of x: [Double], rivals: [Double]) {
    guard x.count == y.count, x.count >= 3, let low = x.min(), let high = x.max(), low > 0,
      high / low >= Self.leastRange
    else { return nil }
    let (u, v) = (x.map { log($0) }, y.map { log($0) })
    guard v.allSatisfy(\.isFinite) else { return nil }
    let count = Double(x.count)
    let (meanU, meanV) = (u.reduce(0, +) / count, v.reduce(0, +) / count)
    let slopes = u.map { $0 - meanU }
    let square = slopes.reduce(0) { $0 + $1 * $1 }
    let exponent = zip(slopes, v).reduce(0) { $0 + $1.0 * ($1.1 - meanV) } / square
    func residuals(_ p: Double) -> [Double] { zip(slopes, v).map { $1 - meanV - p * $0 } }
    func rms(_ values: [Double]) -> Double { (values.reduce(0) { $0 + $1 * $1 } / count).squareRoot() }
    let left = residuals(exponent)
    let worst = left.reduce(0) { max($0, abs($1)) }
    self.init(
      exponent: exponent, misfitWidth: worst * slopes.reduce(0) { $0 + abs($1) } / square, worstResidual: worst,
      rms: rms(left), sensitivity: (square / count).squareRoot(), dynamicRange: high / low, components: 1,
      rivals: rivals.map { Rival(exponent: $0, rms: rms(residuals($0))) })
  }
}
