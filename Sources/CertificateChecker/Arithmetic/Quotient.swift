/// A quotient of polynomials, whose denominator is not the zero polynomial; 1 unless a formula divides.
///
/// Nothing is cancelled: two quotients are equal where a d = b c, and one is 0 where its numerator is.
package struct Quotient {
  package private(set) var numerator: Polynomial
  package private(set) var denominator: Polynomial

  package static let zero = Quotient(Polynomial.zero)
  package static let one = Quotient(Polynomial.one)

  package init(_ numerator: Polynomial) { (self.numerator, denominator) = (numerator, .one) }
  package init(_ constant: Fraction) { self.init(Polynomial(constant)) }

  private init(_ numerator: Polynomial, _ denominator: Polynomial) {
    if let factor = denominator.constant?.inverse {
      (self.numerator, self.denominator) = (numerator.scaled(by: factor), .one)
    } else {
      (self.numerator, self.denominator) = (numerator, denominator)
    }
  }

  package var isZero: Bool { numerator.isZero }
  /// The polynomial, where nothing is divided.
  package var polynomial: Polynomial? { denominator == .one ? numerator : nil }
  /// The number, if it is one.
  package var constant: Fraction? { polynomial?.constant }
  package var variables: Set<Int> { numerator.variables.union(denominator.variables) }

  package mutating func add(_ other: Quotient, _ budget: Budget) throws(Rejection) {
    if denominator == other.denominator { return try numerator.add(other.numerator, budget) }
    var sum = try numerator.times(other.denominator, budget)
    try sum.add(other.numerator.times(denominator, budget), budget)
    self = Quotient(sum, try denominator.times(other.denominator, budget))
  }

  package func plus(_ other: Quotient, _ budget: Budget) throws(Rejection) -> Quotient {
    var sum = self
    try sum.add(other, budget)
    return sum
  }

  package func minus(_ other: Quotient, _ budget: Budget) throws(Rejection) -> Quotient {
    try plus(other.negative, budget)
  }

  package var negative: Quotient { Quotient(numerator.scaled(by: Fraction(-1)), denominator) }

  package func times(_ other: Quotient, _ budget: Budget) throws(Rejection) -> Quotient {
    Quotient(
      try numerator.times(other.numerator, budget), try denominator.times(other.denominator, budget))
  }

  package func over(_ other: Quotient, _ budget: Budget) throws(Rejection) -> Quotient {
    guard !other.isZero else { throw Rejection("the text divides by 0") }
    return Quotient(try numerator.times(other.denominator, budget), try denominator.times(other.numerator, budget))
  }

  package func power(_ exponent: Int, _ budget: Budget) throws(Rejection) -> Quotient {
    let (above, below) = (
      try numerator.power(abs(exponent), budget), try denominator.power(abs(exponent), budget)
    )
    if exponent >= 0 { return Quotient(above, below) }
    guard !above.isZero else { throw Rejection("the text divides by 0") }
    return Quotient(below, above)
  }

  package func equals(_ other: Quotient, _ budget: Budget) throws(Rejection) -> Bool { try minus(other, budget).isZero }

  /// The value at a point; nil where the denominator is 0.
  package func value(at point: [Int: Fraction], _ budget: Budget) throws(Rejection) -> Fraction? {
    let above = try numerator.value(at: point, budget)
    guard let below = try denominator.value(at: point, budget).inverse else { return nil }
    return above * below
  }

  /// What it is when variables stand for quotients.
  package func substituting(_ values: [Int: Quotient], _ budget: Budget) throws(Rejection) -> Quotient {
    try Self.substitute(values, in: numerator, budget).over(Self.substitute(values, in: denominator, budget), budget)
  }

  private static func substitute(
    _ values: [Int: Quotient], in polynomial: Polynomial, _ budget: Budget
  ) throws(Rejection) -> Quotient {
    var result = Quotient.zero
    for (monomial, coefficient) in polynomial.terms {
      var product = Quotient(coefficient)
      for power in monomial.powers {
        let variable = Monomial.variable(power)
        let value = values[variable] ?? Quotient(Polynomial(variable: variable))
        product = try product.times(value.power(Monomial.exponent(power), budget), budget)
      }
      try result.add(product, budget)
    }
    return result
  }
}
