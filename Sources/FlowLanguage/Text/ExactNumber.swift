/// A number as it was written and as the fraction it is: 0.05 is exactly 1/20.
public struct ExactNumber: Hashable, Sendable {
  /// Numerator, prime to the denominator.
  public let numerator: Int
  /// Denominator, positive.
  public let denominator: Int
  /// What was written.
  public let text: String

  /// The double nearest to the fraction where numerator and denominator are below 2⁵³.
  public var value: Double { Double(numerator) / Double(denominator) }

  /// The integer, if it is one.
  public var integer: Int? { denominator == 1 ? numerator : nil }

  /// An integer.
  public init(_ integer: Int) {
    numerator = integer
    denominator = 1
    text = "\(integer)"
  }

  /// Reads decimal digits with at most one point and exponent, and a minus sign in front; nil for other texts, and where the
  /// fraction needs integers of more than 64 bits.
  public init?(_ text: String) {
    var rest = text.utf8[...]
    let isNegative = rest.first == UInt8(ascii: "-")
    if isNegative { rest = rest.dropFirst() }
    var mantissa = Digits()
    guard mantissa.take(&rest) > 0 else { return nil }
    var exponent = 0
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      let count = mantissa.take(&rest)
      guard count > 0 else { return nil }
      exponent = -count
    }
    if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
      rest = rest.dropFirst()
      let isSmall = rest.first == UInt8(ascii: "-")
      if isSmall || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
      var digits = Digits()
      guard digits.take(&rest) > 0 else { return nil }
      // Past this every number but 0 is too large or too small.
      let size = digits.overflows ? 1 << 40 : digits.scaled(to: 1 << 40)
      exponent += isSmall ? -size : size
    }
    guard rest.isEmpty, !mantissa.overflows,
      let fraction = Self.fraction(mantissa.value, exponent: exponent + mantissa.zeros)
    else { return nil }
    numerator = isNegative ? -fraction.numerator : fraction.numerator
    denominator = fraction.denominator
    self.text = text
  }

  /// mantissa · 10^exponent in lowest terms: a 2 or 5 that remains in one part has been divided out of the other.
  private static func fraction(_ mantissa: Int, exponent: Int) -> (numerator: Int, denominator: Int)? {
    if mantissa == 0 { return (0, 1) }
    var (numerator, denominator, overflows) = (mantissa, 1, false)
    var exponent = exponent
    while exponent > 0, !overflows {
      (numerator, overflows) = numerator.multipliedReportingOverflow(by: 10)
      exponent -= 1
    }
    while exponent < 0, !overflows {
      let (fives, twos) = (numerator % 5 == 0 ? 5 : 1, numerator % 2 == 0 ? 2 : 1)
      numerator /= fives * twos
      (denominator, overflows) = denominator.multipliedReportingOverflow(by: 10 / (fives * twos))
      exponent += 1
    }
    return overflows ? nil : (numerator, denominator)
  }

  /// Decimal digits as an integer times a power of ten: zeros at the end are counted, not multiplied, so that none of them
  /// makes a number too large.
  private struct Digits {
    var value = 0
    var zeros = 0
    var overflows = false

    /// Takes the digits in front of `rest` and returns their number.
    mutating func take(_ rest: inout Substring.UTF8View) -> Int {
      var count = 0
      while let byte = rest.first, (48...57).contains(byte) {
        rest = rest.dropFirst()
        count += 1
        zeros += 1
        if byte == 48 { continue }
        if value == 0 { zeros = 1 }
        for _ in 0..<min(zeros, 20) { multiply(by: 10) }
        zeros = 0
        let sum = value.addingReportingOverflow(Int(byte) - 48)
        (value, overflows) = (sum.partialValue, overflows || sum.overflow)
      }
      return count
    }

    /// value · 10^zeros, at most `limit`.
    func scaled(to limit: Int) -> Int {
      var result = value
      for _ in 0..<zeros where result > 0 && result < limit { result *= 10 }
      return min(result, limit)
    }

    private mutating func multiply(by factor: Int) {
      let product = value.multipliedReportingOverflow(by: factor)
      (value, overflows) = (product.partialValue, overflows || product.overflow)
    }
  }
}
