import Models

/// Arithmetic modulo the prime 2⁶¹ − 1.
enum LawModulus {
  static let prime: UInt64 = (1 << 61) - 1

  static func add(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let sum = a + b
    return sum >= prime ? sum - prime : sum
  }

  static func negative(_ a: UInt64) -> UInt64 { a == 0 ? 0 : prime - a }

  static func multiply(_ a: UInt64, _ b: UInt64) -> UInt64 {
    // 2⁶¹ = 1 modulo the prime.
    let (high, low) = a.multipliedFullWidth(by: b)
    return add(low & prime, (low >> 61) | (high << 3))
  }

  /// a⁻¹ = a^(p − 2) for a ≠ 0.
  static func inverse(_ a: UInt64) -> UInt64 {
    var (result, power, exponent): (UInt64, UInt64, UInt64) = (1, a, prime - 2)
    while exponent > 0 {
      if exponent & 1 == 1 { result = multiply(result, power) }
      power = multiply(power, power)
      exponent >>= 1
    }
    return result
  }

  static func residue(_ integer: Int) -> UInt64 {
    let size = UInt64(integer.magnitude) % prime
    return integer < 0 ? negative(size) : size
  }

  static func residue(_ fraction: Rational) -> UInt64 {
    multiply(residue(fraction.numerator), inverse(residue(fraction.denominator)))
  }
}

extension Program {
  /// Number of independent laws: the rank of their gradients at a random point modulo 2⁶¹ − 1, which is the rank over the
  /// rationals but for an unlucky point.
  ///
  /// Rows overlap where one law holds the trace of another, and a row may vanish identically. Elimination on sparse rows; its
  /// cost grows with the square of the number of rows.
  ///
  /// - Throws: ``Refusal`` if a denominator of a coefficient is a multiple of 2⁶¹ − 1.
  package func independentCount(_ laws: [Law], seed: UInt64 = 1) throws(Refusal) -> Int {
    var state = seed
    let point = (0..<layout.count).map { _ in
      // A linear congruence is random enough for a point that must only avoid a hypersurface.
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (state >> 3) % LawModulus.prime
    }
    var pivots: [Int: [Int: UInt64]] = [:]
    for law in laws {
      guard law.terms.allSatisfy({ LawModulus.residue($0.coefficient.denominator) != 0 }) else {
        throw Refusal(
          "a coefficient of a law has no residue modulo 2⁶¹ − 1", remedy: "use smaller denominators")
      }
      for row in law.rows(in: self) {
        var gradient: [Int: UInt64] = [:]
        func add(_ value: UInt64, at position: Int) {
          gradient[position] = LawModulus.add(gradient[position] ?? 0, value)
        }
        for m in row.monomials {
          let c = LawModulus.residue(m.coefficient)
          if let second = m.second {
            add(LawModulus.multiply(c, point[second]), at: m.first)
            add(LawModulus.multiply(c, point[m.first]), at: second)
          } else {
            add(c, at: m.first)
          }
        }
        Self.eliminate(gradient, into: &pivots)
      }
    }
    return pivots.count
  }

  private static func eliminate(_ gradient: [Int: UInt64], into pivots: inout [Int: [Int: UInt64]]) {
    var row = gradient.filter { $0.value != 0 }
    while let column = row.keys.min(), let leading = row[column] {
      guard let known = pivots[column] else {
        let inverse = LawModulus.inverse(leading)
        pivots[column] = row.mapValues { LawModulus.multiply($0, inverse) }
        return
      }
      let factor = LawModulus.negative(leading)
      for (position, value) in known {
        let sum = LawModulus.add(row[position] ?? 0, LawModulus.multiply(factor, value))
        row[position] = sum == 0 ? nil : sum
      }
    }
  }
}
