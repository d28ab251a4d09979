import BigInt

/// A fraction of integers of any length, in lowest terms with a positive denominator.
package struct Fraction: Hashable, Comparable {
  package let numerator: BigInt
  package let denominator: BigInt

  package static let zero = Fraction(0)
  package static let one = Fraction(1)

  package init(_ value: BigInt) { (numerator, denominator) = (value, 1) }
  package init(_ value: Int) { self.init(BigInt(value)) }

  /// Nil where the denominator is 0.
  package init?(_ numerator: BigInt, over denominator: BigInt) {
    if denominator.isZero { return nil }
    self.init(reducing: numerator, denominator)
  }

  /// For a denominator that is not 0.
  private init(reducing numerator: BigInt, _ denominator: BigInt) {
    let divisor = numerator.greatestCommonDivisor(with: denominator)
    let signed = denominator.sign == .minus ? -divisor : divisor
    self.numerator = numerator / signed
    self.denominator = denominator / signed
  }

  private init(lowest numerator: BigInt, _ denominator: BigInt) {
    (self.numerator, self.denominator) = (numerator, denominator)
  }

  package var isZero: Bool { numerator.isZero }
  package var isInteger: Bool { denominator == 1 }
  /// −1, 0 or 1.
  package var sign: Int { numerator.isZero ? 0 : numerator.sign == .minus ? -1 : 1 }
  /// 1/x; nil of 0.
  package var inverse: Fraction? { Fraction(denominator, over: numerator) }
  /// Bits of the longer part.
  package var length: Int { max(numerator.bitWidth, denominator.bitWidth) }

  /// `-3`, `5/7`.
  package var text: String { isInteger ? numerator.description : "\(numerator)/\(denominator)" }

  package static func + (a: Fraction, b: Fraction) -> Fraction {
    if a.isInteger, b.isInteger { return Fraction(a.numerator + b.numerator) }
    return Fraction(reducing: a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator)
  }

  package static func - (a: Fraction, b: Fraction) -> Fraction { a + -b }

  package static prefix func - (a: Fraction) -> Fraction { Fraction(lowest: -a.numerator, a.denominator) }

  package static func * (a: Fraction, b: Fraction) -> Fraction {
    if a.isInteger, b.isInteger { return Fraction(a.numerator * b.numerator) }
    return Fraction(reducing: a.numerator * b.numerator, a.denominator * b.denominator)
  }

  package static func < (a: Fraction, b: Fraction) -> Bool { a.numerator * b.denominator < b.numerator * a.denominator }

  /// Longest text of a fraction.
  package static let textLimit = 10_000

  /// Reads `-12`, `3/4`: digits, at most one `/` and a sign in front.
  package static func parse(_ text: String) throws(Rejection) -> Fraction {
    let bytes = Array(text.utf8)
    guard bytes.count <= textLimit else { throw Rejection("a fraction has more than \(textLimit) characters") }
    let isNegative = bytes.first == UInt8(ascii: "-")
    let parts = bytes.dropFirst(isNegative ? 1 : 0).split(
      separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy { (48...57).contains($0) } }),
      let above = BigInt(String(decoding: parts[0], as: UTF8.self)),
      let below = parts.count == 1 ? 1 : BigInt(String(decoding: parts[1], as: UTF8.self)),
      let value = Fraction(isNegative ? -above : above, over: below)
    else { throw Rejection("'\(shortened(text))' is not a fraction") }
    return value
  }
}
