/// A quotient of polynomials in the variables of a text and in atoms; a value of an ``AtomAlgebra``, which keeps the factors that
/// denominators are made of.
///
/// Sums and products keep the factors apart, so that no greatest common divisor is ever computed.
package struct AtomQuotient {
  /// What is divided.
  package var numerator: Polynomial
  /// The exponents of the factors it is divided by: positions in ``AtomAlgebra/factors``, all exponents positive.
  package var denominator: [Int: Int]

  /// numerator / Π factors^exponents.
  package init(_ numerator: Polynomial, over denominator: [Int: Int] = [:]) {
    (self.numerator, self.denominator) = (numerator, denominator)
  }
}

/// A formal function of a quotient: one more variable, of which the derivative is known and at most one relation.
package struct Atom {
  /// Which function it is.
  package enum Kind: Equatable {
    /// 1 where the argument is positive, 0 where it is negative.
    case gate
    /// e to the argument.
    case exponential
    /// The root of that order of the argument; it is not negative where `isPlain`.
    case root(order: Int, isPlain: Bool)
    /// The natural logarithm.
    case logarithm
    /// The normal distribution function.
    case normal
    /// The normal density.
    case density
    /// A derivative of the function `act`, of which nothing is assumed.
    case generic(derivatives: Int)
    /// The slope of `leaky` where none is given.
    case slope
  }

  /// Which function it is.
  package let kind: Kind
  /// What it is a function of, as the derivative needs it.
  package let argument: AtomQuotient
  /// What it is found by again.
  package let key: AtomQuotient
  /// atom^order = value, a polynomial in variables and earlier atoms; of a gate atom² = atom.
  package let relation: (order: Int, value: Polynomial)?

  /// Whether it is positive or 0 wherever it has a value.
  package var isNonnegative: Bool {
    switch kind {
    case .exponential, .root(_, true), .density: true
    default: false
    }
  }
}
