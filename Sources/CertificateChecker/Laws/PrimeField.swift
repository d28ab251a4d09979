import BigInt

/// Arithmetic mod a prime between 2³⁰ and 2⁶²; numbers are 0 ..< p.
package struct PrimeField {
  package let prime: UInt64

  /// - Throws: If the number is no prime of that size.
  package init(_ number: Int) throws(Rejection) {
    guard number > 1 << 30, number < 1 << 62 else {
      throw Rejection("the prime \(number) is not between 2^30 and 2^62")
    }
    guard Self.isPrime(UInt64(number)) else { throw Rejection("\(number) is not a prime") }
    prime = UInt64(number)
  }

  package func add(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let sum = a &+ b
    return sum >= prime ? sum &- prime : sum
  }

  package func subtract(_ a: UInt64, _ b: UInt64) -> UInt64 { a >= b ? a &- b : a &+ prime &- b }

  package func multiply(_ a: UInt64, _ b: UInt64) -> UInt64 { Self.product(a, b, prime) }

  package func power(_ base: UInt64, _ exponent: UInt64) -> UInt64 { Self.power(base, exponent, prime) }

  /// 1/a of a number that is not 0, by Fermat's theorem.
  package func inverse(_ a: UInt64) -> UInt64 { power(a, prime - 2) }

  package func residue(_ value: Int) -> UInt64 {
    let rest = value % Int(prime)
    return UInt64(rest < 0 ? rest + Int(prime) : rest)
  }

  /// - Throws: If p divides the denominator.
  package func residue(_ value: Fraction) throws(Rejection) -> UInt64 {
    let p = BigInt(prime)
    guard let above = UInt64(exactly: value.numerator.modulus(p)),
      let below = UInt64(exactly: value.denominator.modulus(p)),
      below != 0
    else { throw Rejection("the prime \(prime) divides a denominator") }
    return below == 1 ? above : multiply(above, inverse(below))
  }

  private static func product(_ a: UInt64, _ b: UInt64, _ modulus: UInt64) -> UInt64 {
    let product = a.multipliedFullWidth(by: b)
    // The high half is below the modulus, for both factors are.
    return modulus.dividingFullWidth((product.high, product.low)).remainder
  }

  private static func power(_ base: UInt64, _ exponent: UInt64, _ modulus: UInt64) -> UInt64 {
    var (result, square, left): (UInt64, UInt64, UInt64) = (1 % modulus, base % modulus, exponent)
    while left > 0 {
      if left & 1 == 1 { result = product(result, square, modulus) }
      square = product(square, square, modulus)
      left >>= 1
    }
    return result
  }

  /// Miller and Rabin's test; with the first twelve primes as bases it is right for all numbers below 2⁶⁴ (Sorenson and Webster,
  /// "Strong pseudoprimes to twelve prime bases", 2017).
  package static func isPrime(_ number: UInt64) -> Bool {
    let bases: [UInt64] = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37]
    if number < 2 { return false }
    for base in bases where number % base == 0 { return number == base }
    let shift = (number - 1).trailingZeroBitCount
    let odd = (number - 1) >> UInt64(shift)
    for base in bases {
      var value = power(base, odd, number)
      if value == 1 || value == number - 1 { continue }
      var isWitness = true
      for _ in 1..<max(shift, 1) {
        value = product(value, value, number)
        if value == number - 1 {
          isWitness = false
          break
        }
      }
      if isWitness { return false }
    }
    return true
  }
}

/// The generator of Steele, Lea and Flood ("Fast splittable pseudorandom number generators", 2014).
package struct SplitMix64 {
  private var state: UInt64

  package init(_ seed: Int) { state = UInt64(bitPattern: Int64(seed)) }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
