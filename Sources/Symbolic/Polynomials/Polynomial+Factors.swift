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
  package func commonDivisor(_ other: Polynomial) throws(Refusal) -> Polynomial {
    try Self.made(ring) { cflint_polynomial_gcd($0, handle, other.handle) }
  }

  /// The factors that are irreducible over the rational numbers, primitive, each once; numbers are left out.
  ///
  /// - Throws: ``Refusal`` for 0, and above ``mostFactoredTerms`` terms, ``largestFactoredDegree`` and ``mostFactoredVariables`` variables.
  package func factors() throws(Refusal) -> [(factor: Polynomial, exponent: Int)] {
    guard !isZero, count <= Self.mostFactoredTerms, degree <= Self.largestFactoredDegree else {
      throw Refusal(
        "a polynomial of \(count) terms and degree \(degree) is to be factored",
        remedy: "use smaller sizes: 1 to \(Self.mostFactoredTerms) terms up to degree \(Self.largestFactoredDegree) "
          + "are factored", settings: [])
    }
    let variables = try variables().count
    guard variables <= Self.mostFactoredVariables, variables * count <= 3 * Self.mostFactoredTerms else {
      throw Refusal(
        "a polynomial in \(variables) variables is to be factored",
        remedy: "use smaller sizes: polynomials in \(Self.mostFactoredVariables) variables are factored", settings: [])
    }
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
}
