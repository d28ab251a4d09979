import CFLINT
import Models

/// The integers modulo a prime below 2⁶².
public struct PrimeField: Sendable, Equatable {
  /// The prime.
  public let prime: UInt64

  /// 2⁶¹ − 1.
  public static let mersenne = PrimeField(trusted: (1 << 61) - 1)

  private init(trusted prime: UInt64) { self.prime = prime }

  /// - Throws: ``Refusal`` for a number that is no prime, is 2, or is not below 2⁶².
  public init(_ prime: UInt64) throws(Refusal) {
    guard prime > 2, prime < 1 << 62, cflint_is_prime(prime) != 0 else {
      throw Refusal("the modulus is \(prime)", remedy: "give an odd prime below 2⁶², such as 2305843009213693951")
    }
    self.prime = prime
  }

  /// a + b.
  public func add(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let sum = a &+ b
    return sum >= prime ? sum &- prime : sum
  }

  /// −a.
  public func negative(_ a: UInt64) -> UInt64 { a == 0 ? 0 : prime &- a }

  /// a − b.
  public func subtract(_ a: UInt64, _ b: UInt64) -> UInt64 { add(a, negative(b)) }

  /// a b.
  public func multiply(_ a: UInt64, _ b: UInt64) -> UInt64 { cflint_multiply(a, b, prime) }

  /// aⁿ.
  public func power(_ a: UInt64, _ exponent: UInt64) -> UInt64 {
    var (result, base, rest): (UInt64, UInt64, UInt64) = (1, a, exponent)
    while rest > 0 {
      if rest & 1 == 1 { result = multiply(result, base) }
      base = multiply(base, base)
      rest >>= 1
    }
    return result
  }

  /// 1 / a, nil for 0.
  public func inverse(_ a: UInt64) -> UInt64? { a == 0 ? nil : power(a, prime - 2) }

  /// Π values[number]^power, of numbers that are not 0.
  func product(_ values: [UInt64], _ powers: [(number: Int, power: Int)]) -> UInt64 {
    var product: UInt64 = 1
    for (number, exponent) in powers {
      let base = exponent < 0 ? inverse(values[number]) ?? 0 : values[number]
      product = multiply(product, power(base, UInt64(exponent.magnitude)))
    }
    return product
  }

  /// The class of an integer.
  public func residue(_ integer: Int) -> UInt64 {
    let size = UInt64(integer.magnitude) % prime
    return integer < 0 ? negative(size) : size
  }

  /// The class of a fraction.
  ///
  /// - Throws: ``Refusal`` if the prime divides the denominator.
  public func residue(_ fraction: Rational) throws(Refusal) -> UInt64 {
    guard fraction.denominator != 1 else { return residue(fraction.numerator) }
    guard let inverse = inverse(residue(fraction.denominator)) else {
      throw Refusal("the number \(fraction) has no value modulo \(prime)", remedy: "use a larger prime")
    }
    return multiply(residue(fraction.numerator), inverse)
  }

  /// The class of a double, taken as the exact fraction that it is; nil unless it is finite.
  public func residue(_ value: Double) -> UInt64? {
    guard value.isFinite else { return nil }
    guard value != 0 else { return 0 }
    // significand · 2⁵² is an integer, exactly.
    let mantissa = residue(Int(value.significand * 0x1p52))
    let exponent = Int(value.exponent) - 52
    let two = power(2, UInt64(exponent.magnitude))
    guard let scale = exponent < 0 ? inverse(two) : two else { return nil }
    let size = multiply(mantissa, scale)
    return value < 0 ? negative(size) : size
  }

  /// The fraction n/d with |n|, d ≤ √(p/2) of a class, unless there is none (Wang 1981).
  ///
  /// A fraction with such parts is found again from its class; another one may be found for a class that has none.
  public func fraction(_ residue: UInt64) -> (numerator: Int, denominator: Int)? {
    let bound = Int((Double(prime) / 2).squareRoot())
    var (r0, r1) = (Int(prime), Int(residue))
    var (t0, t1) = (0, 1)
    while r1 > bound {
      let q = r0 / r1
      (r0, r1) = (r1, r0 - q * r1)
      (t0, t1) = (t1, t0 - q * t1)
    }
    guard t1 != 0, abs(t1) <= bound else { return nil }
    return t1 < 0 ? (-r1, -t1) : (r1, t1)
  }
}
