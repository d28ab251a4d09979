import CMath
import GSLBridge
import Testing

@Suite struct StepPolynomialTests {
  /// ∫₀¹ e^{−x(1−s)} sⁱ ds as a series of positive terms: e^{−x} Σ xᵏ/(k!(i+k+1)) for x ≥ 0, Σ |x|ᵏ i!/(i+k+1)! for x < 0.
  static func series(_ i: Int, _ x: Double) -> Double {
    var sum = 0.0
    if x >= 0 {
      var term = exp(-x)
      for k in 0..<2000 {
        sum += term / Double(i + k + 1)
        term *= x / Double(k + 1)
      }
    } else {
      var term = 1 / Double(i + 1)
      for k in 0..<2000 {
        sum += term
        term *= -x / Double(i + k + 2)
      }
    }
    return sum
  }

  /// Unit: 2⁻⁵² of the value.
  @Test(arguments: [
    0, 1e-300, 1e-9, 0.01, 0.3, 1, 1.5, 2, 3.7, 5, 7.99, 8, 9.5, 10, 11, 12, 30, 100, 500, -1e-9, -0.3, -1, -4.5, -9,
    -10, -11.5, -40, -300,
  ])
  func momentsMatchTheirSeries(_ x: Double) {
    var moments = [Double](repeating: .nan, count: StepPolynomials.momentCount)
    let last = StepPolynomials.momentCount - 1
    moments.withUnsafeMutableBufferPointer { StepPolynomials.moments(x, last: last, into: $0.baseAddress!) }
    for i in 0...last {
      let expected = Self.series(i, x)
      // The series itself loses about √|x| units to exp(−x) and its sum.
      #expect(abs(moments[i] - expected) <= (64 + 4 * abs(x)) * 0x1p-52 * expected, "M\(i)(\(x))")
    }
  }

  /// For large x the moments tend to 1/x − i/x² + …, where the series above would overflow.
  @Test(arguments: [1e4, 1e6, 1e12]) func momentsOfStiffModes(_ x: Double) {
    var moments = [Double](repeating: .nan, count: 10)
    moments.withUnsafeMutableBufferPointer { StepPolynomials.moments(x, last: 9, into: $0.baseAddress!) }
    for i in 0..<10 {
      let j = Double(i)
      let expected = 1 / x * (1 - j / x * (1 - (j - 1) / x * (1 - (j - 2) / x)))
      #expect(abs(moments[i] - expected) <= 1e-11 * expected)
    }
  }
}
