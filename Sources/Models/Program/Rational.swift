/// A fraction of 64-bit integers in lowest terms: the coefficients of a ``Program``, which must be exact in every reading.
///
/// 0.1 is 1/10 modulo a prime and in a ball, and only there; the double nearest to it is kept beside it.
public struct Rational: Hashable, Sendable, ExpressibleByIntegerLiteral, CustomStringConvertible {
  /// Numerator, prime to the denominator.
  public let numerator: Int
  /// Denominator, positive.
  public let denominator: Int
  /// numerator / denominator, rounded.
  public let value: Double

  private init(reduced numerator: Int, _ denominator: Int) {
    self.numerator = numerator
    self.denominator = denominator
    value = Double(numerator) / Double(denominator)
  }

  /// An integer.
  public init(_ integer: Int) { self.init(reduced: integer, 1) }
  public init(integerLiteral value: Int) { self.init(value) }

  /// numerator / denominator in lowest terms.
  ///
  /// - Throws: ``Refusal`` if the denominator is zero or a part does not fit 64 bits.
  @inline(never)
  public init(_ numerator: Int, _ denominator: Int) throws(Refusal) {
    guard denominator != 0 else {
      throw Refusal("the coefficient \(numerator)/0 has no value", remedy: "give a nonzero denominator")
    }
    guard numerator != .min, denominator != .min else { throw Self.overflow }
    let divisor = Self.divisor(numerator, denominator)
    let sign = denominator < 0 ? -1 : 1
    self.init(reduced: sign * numerator / divisor, sign * denominator / divisor)
  }

  /// The fraction that a decimal number of at most 15 digits is, such as 0.1; nil for another text.
  public init?(decimal text: String) {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let digits = parts.joined()
    guard parts.count <= 2, (1...15).contains(digits.utf8.count), digits.utf8.allSatisfy({ (48...57).contains($0) }),
      let numerator = Int(digits)
    else { return nil }
    var denominator = 1
    for _ in 0..<(parts.count == 2 ? parts[1].utf8.count : 0) { denominator *= 10 }
    guard let value = try? Rational(numerator, denominator) else { return nil }
    self = value
  }

  private static var overflow: Refusal {
    @inline(never) get {
      Refusal("a coefficient needs more than 64 bits", remedy: "use coefficients with smaller denominators")
    }
  }

  /// Greatest common divisor, at least 1; both are above the least integer.
  private static func divisor(_ a: Int, _ b: Int) -> Int {
    var (a, b) = (abs(a), abs(b))
    while b != 0 { (a, b) = (b, a % b) }
    return max(a, 1)
  }

  /// The product.
  ///
  /// - Throws: ``Refusal`` if it does not fit 64 bits.
  @inline(never)
  public static func * (a: Rational, b: Rational) throws(Refusal) -> Rational {
    // Crosswise first, so that only a result that does not fit overflows.
    let first = try Rational(a.numerator, b.denominator)
    let second = try Rational(b.numerator, a.denominator)
    let (numerator, above) = first.numerator.multipliedReportingOverflow(by: second.numerator)
    let (denominator, below) = first.denominator.multipliedReportingOverflow(by: second.denominator)
    guard !above, !below else { throw overflow }
    return try Rational(numerator, denominator)
  }

  /// The sum.
  ///
  /// - Throws: ``Refusal`` if it does not fit 64 bits.
  @inline(never)
  public static func + (a: Rational, b: Rational) throws(Refusal) -> Rational {
    let divisor = Self.divisor(a.denominator, b.denominator)
    let (left, l) = a.numerator.multipliedReportingOverflow(by: b.denominator / divisor)
    let (right, r) = b.numerator.multipliedReportingOverflow(by: a.denominator / divisor)
    let (numerator, above) = left.addingReportingOverflow(right)
    let (denominator, below) = a.denominator.multipliedReportingOverflow(by: b.denominator / divisor)
    guard !l, !r, !above, !below else { throw overflow }
    return try Rational(numerator, denominator)
  }

  /// The negative.
  public static prefix func - (a: Rational) -> Rational { Rational(reduced: -a.numerator, a.denominator) }

  public var description: String { denominator == 1 ? "\(numerator)" : "\(numerator)/\(denominator)" }
}
