import CFLINT
import Models

extension Polynomial {
  /// More terms are not factored: the time that it takes is not known before.
  package static let mostFactoredTerms = 4_000
  /// A larger degree is not factored.
  package static let largestFactoredDegree = 100
  /// More variables are not factored.
  package static let mostFactoredVariables = 16

  /// The polynomial divided by its content: integers without a common factor, the first one positive; 0 of 0.
  package func primitive() throws(Refusal) -> Polynomial {
    try Self.made(ring) { cflint_polynomial_primitive($0, handle) }
  }

  /// The greatest common divisor, its first coefficient 1; 0 of two zeros.
  ///
  /// - Throws: ``Refusal`` for polynomials that are too large to be factored.
  package func commonDivisor(_ other: Polynomial) throws(Refusal) -> Polynomial {
    try checkSize()
    try other.checkSize()
    return try Self.made(ring) { cflint_polynomial_gcd($0, handle, other.handle) }
  }

  /// The polynomial with values in place of the variables of the ring, which are of degree 1 at most.
  ///
  /// - Throws: ``Refusal`` for a polynomial of more than ``mostFactoredTerms`` terms, or where values are missing.
  package func composed(with values: [Polynomial]) throws(Refusal) -> Polynomial {
    guard count <= Self.mostFactoredTerms, values.count == ring.names.count,
      values.allSatisfy({ $0.degree <= 1 })
    else {
      throw Refusal(
        "a polynomial of \(count) terms is to be taken on a line", remedy: "use smaller degrees", settings: [])
    }
    let handles = values.map { Optional($0.handle) }
    return try Self.made(ring) { cflint_polynomial_compose($0, handle, handles) }
  }

  /// The factors that are irreducible over the rational numbers, primitive, each once; numbers are left out.
  ///
  /// - Throws: ``Refusal`` for 0, and above ``mostFactoredTerms`` terms, ``largestFactoredDegree`` and ``mostFactoredVariables`` variables.
  package func factors() throws(Refusal) -> [(factor: Polynomial, exponent: Int)] {
    guard !isZero else { throw Refusal("0 is to be factored", remedy: "factor another polynomial", settings: []) }
    try checkSize()
    var made: OpaquePointer?
    try check(cflint_polynomial_factor(handle, &made))
    guard let made else { throw outOfMemory }
    defer { cflint_factors_free(made) }
    var all: [(factor: Polynomial, exponent: Int)] = []
    for k in 0..<cflint_factors_count(made) {
      let base = try Self.made(ring) { cflint_factors_base($0, made, k) }
      guard base.degree > 0 else { continue }
      all.append((try base.primitive(), Int(cflint_factors_exponent(made, k))))
    }
    return all
  }

  /// The time that factors take is not known before: what could take long is refused.
  private func checkSize() throws(Refusal) {
    let variables = try variables().count
    let isSmall =
      count <= Self.mostFactoredTerms && degree <= Self.largestFactoredDegree
      && variables <= Self.mostFactoredVariables && variables * count <= 3 * Self.mostFactoredTerms
    guard isSmall else {
      throw Refusal(
        "factors of a polynomial of \(count) terms in \(variables) variables, of degree \(degree), are asked for",
        remedy: "use smaller sizes or degrees", settings: [])
    }
  }
}
