import Models

/// An exact fraction: of 64-bit integers while it fits, and beyond that a polynomial without variables.
package enum PointNumber {
  case small(Rational)
  case large(Polynomial)

  /// 0.
  package static var zero: PointNumber { .small(0) }
  /// 1.
  package static var one: PointNumber { .small(1) }

  /// Whether it is 0.
  package var isZero: Bool { if case .small(let value) = self { value == 0 } else { false } }

  /// −1, 0 or 1.
  package func sign() throws(EntryFault) -> Int {
    if case .small(let value) = self { return value.numerator.signum() }
    return try text().hasPrefix("-") ? -1 : 1
  }

  /// A fraction as a text.
  package func text() throws(EntryFault) -> String {
    switch self {
    case .small(let value): value.description
    case .large(let value): try refusing { () throws(Refusal) in try value.term(0).coefficient }
    }
  }
}

/// Arithmetic with exact fractions of any length up to ``Polynomial/longestCoefficient``.
package final class PointNumbers {
  private let ring: PolynomialRing

  /// - Throws: ``EntryFault`` where memory is gone.
  package init() throws(EntryFault) { ring = try refusing { () throws(Refusal) in try PolynomialRing([]) } }

  /// a + b.
  package func plus(_ a: PointNumber, _ b: PointNumber) throws(EntryFault) -> PointNumber {
    if case .small(let x) = a, case .small(let y) = b, let sum = try? x + y { return .small(sum) }
    return try shortened { (ring) throws(Refusal) in try large(a).plus(large(b)) }
  }

  /// a b.
  package func times(_ a: PointNumber, _ b: PointNumber) throws(EntryFault) -> PointNumber {
    if case .small(let x) = a, case .small(let y) = b, let product = try? x * y { return .small(product) }
    return try shortened { (ring) throws(Refusal) in
      // The work of points is counted elsewhere.
      ring.beginWork()
      return try large(a).times(large(b))
    }
  }

  /// −a.
  package func negative(_ a: PointNumber) throws(EntryFault) -> PointNumber {
    switch a {
    case .small(let value): .small(-value)
    case .large(let value): .large(try refusing { () throws(Refusal) in try value.scaled(by: -1) })
    }
  }

  /// 1 / a; a is not 0.
  package func inverse(_ a: PointNumber) throws(EntryFault) -> PointNumber {
    if case .small(let value) = a, let inverse = try? Rational(value.denominator, value.numerator) {
      return .small(inverse)
    }
    return try shortened { (ring) throws(Refusal) in
      let quotient = try Polynomial.constant(1, in: ring).divided(by: large(a))
      guard let quotient else { throw outOfMemory }
      return quotient
    }
  }

  /// The positive root of that order; nil where it is no fraction of 64-bit integers.
  package func root(_ number: PointNumber, _ order: Int) throws(EntryFault) -> PointNumber? {
    guard case .large = number else {
      guard case .small(let value) = number else { return nil }
      return value.root(order).map { .small($0) }
    }
    let parts = try number.text().split(separator: "/").map(String.init)
    var roots: [Int] = []
    for part in parts {
      guard let value = Double(part), let guess = Self.nearestRoot(value, order) else { return nil }
      roots.append(guess)
    }
    guard let root = try? Rational(roots[0], roots.count == 2 ? roots[1] : 1) else { return nil }
    var power = PointNumber.one
    for _ in 0..<order { power = try times(power, .small(root)) }
    return try plus(power, negative(number)).isZero ? .small(root) : nil
  }

  /// The integer nearest to a root below 2⁵³: the only one that may be it.
  private static func nearestRoot(_ value: Double, _ order: Int) -> Int? {
    var (low, high) = (0.0, 9_007_199_254_740_992.0)
    func power(_ base: Double) -> Double { (0..<order).reduce(1) { product, _ in product * base } }
    guard value >= 0, value < power(high) else { return nil }
    for _ in 0..<128 {
      let middle = (low + high) / 2
      if power(middle) < value { low = middle } else { high = middle }
    }
    return Int(exactly: high.rounded())
  }

  private func large(_ number: PointNumber) throws(Refusal) -> Polynomial {
    switch number {
    case .small(let value): try Polynomial.constant(value, in: ring)
    case .large(let value): value
    }
  }

  private func shortened(_ make: (PolynomialRing) throws(Refusal) -> Polynomial) throws(EntryFault) -> PointNumber {
    let ring = ring
    return try refusing { () throws(Refusal) in
      let value = try make(ring)
      return try value.constantValue().map { .small($0) } ?? .large(value)
    }
  }
}
