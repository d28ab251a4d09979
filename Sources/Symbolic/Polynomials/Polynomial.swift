import CFLINT
import Models

/// A polynomial of a ``PolynomialRing``. It never changes.
public final class Polynomial {
  package let ring: PolynomialRing
  let handle: OpaquePointer
  /// After a failed call what it wrote to is in no known state, and is left alone.
  private var isBroken = false

  /// More terms are refused before they are formed.
  public static let mostTerms = 300_000
  /// Longer coefficients are refused, in bits: they are refused before they are formed.
  public static let longestCoefficient = 1 << 17
  /// A larger degree is refused.
  public static let largestDegree = 1000

  private init(empty ring: PolynomialRing) throws(Refusal) {
    var made: OpaquePointer?
    try check(cflint_polynomial_new(ring.handle, &made))
    guard let made else { throw outOfMemory }
    (self.ring, handle) = (ring, made)
  }

  deinit { if !isBroken { cflint_polynomial_free(handle) } }

  static func made(
    _ ring: PolynomialRing, _ call: (OpaquePointer) -> cflint_status
  ) throws(Refusal) -> Polynomial {
    let result = try Polynomial(empty: ring)
    let status = call(result.handle)
    result.isBroken = status != CFLINT_OK
    try check(status)
    return result
  }

  // MARK: Making

  /// coefficient · Π variable^exponent, summed.
  public static func sum(
    _ terms: [(coefficient: Rational, factors: [(variable: Int, exponent: Int)])], in ring: PolynomialRing
  ) throws(Refusal) -> Polynomial {
    var (starts, variables, exponents): ([Int], [UInt32], [UInt32]) = ([0], [], [])
    for term in terms {
      for factor in term.factors {
        variables.append(UInt32(clamping: factor.variable))
        exponents.append(UInt32(clamping: factor.exponent))
      }
      starts.append(variables.count)
    }
    let numerators = terms.map { Int64($0.coefficient.numerator) }
    let denominators = terms.map { Int64($0.coefficient.denominator) }
    return try made(ring) {
      cflint_polynomial_set($0, terms.count, numerators, denominators, starts, variables, exponents)
    }
  }

  /// A number.
  public static func constant(_ value: Rational, in ring: PolynomialRing) throws(Refusal) -> Polynomial {
    try sum(value == 0 ? [] : [(value, [])], in: ring)
  }

  /// A variable.
  public static func variable(_ position: Int, in ring: PolynomialRing) throws(Refusal) -> Polynomial {
    try sum([(1, [(position, 1)])], in: ring)
  }

  // MARK: Looking

  /// Whether it is 0.
  public var isZero: Bool { cflint_polynomial_is_zero(handle) != 0 }
  /// Number of terms.
  public var count: Int { cflint_polynomial_length(handle) }
  /// The largest sum of exponents of a term; −1 of 0.
  public var degree: Int { Int(cflint_polynomial_degree(handle)) }

  /// An upper bound of the bits of a coefficient.
  public var bits: Int { Int(cflint_polynomial_bits(handle)) }

  /// The positions of the variables that occur.
  public func variables() throws(Refusal) -> [Int] {
    var used = [Int32](repeating: 0, count: ring.names.count + 1)
    try check(cflint_polynomial_variables(handle, &used))
    return ring.names.indices.filter { used[$0] != 0 }
  }

  /// A term: the coefficient as a text, and the factors.
  public func term(_ number: Int) throws(Refusal) -> (coefficient: String, factors: [(variable: Int, exponent: Int)]) {
    var exponents = [UInt64](repeating: 0, count: ring.names.count + 1)
    var text: UnsafeMutablePointer<CChar>?
    try check(cflint_polynomial_term(handle, number, &exponents, &text))
    guard let text else { throw outOfMemory }
    defer { cflint_text_free(text) }
    var factors: [(variable: Int, exponent: Int)] = []
    for k in ring.names.indices where exponents[k] != 0 { factors.append((k, Int(exponents[k]))) }
    return (String(cString: text), factors)
  }

  /// The polynomial as a text: `3/2*u[1]^2*v[2] - v[1]`; `0` of zero.
  public func text() throws(Refusal) -> String {
    var text = ""
    for k in 0..<count {
      let (coefficient, factors) = try term(k)
      let isNegative = coefficient.hasPrefix("-")
      let size = isNegative ? String(coefficient.dropFirst()) : coefficient
      let powers = factors.map { ring.names[$0.variable] + ($0.exponent == 1 ? "" : "^\($0.exponent)") }
      text += k == 0 ? (isNegative ? "-" : "") : (isNegative ? " - " : " + ")
      text += (size == "1" && !powers.isEmpty ? powers : [size] + powers).joined(separator: "*")
    }
    return text.isEmpty ? "0" : text
  }

  /// The number it is; nil where variables occur, and of fractions of more than 64 bits.
  public func constantValue() throws(Refusal) -> Rational? {
    if isZero { return 0 }
    guard count == 1, degree == 0 else { return nil }
    return Self.fraction(try term(0).coefficient)
  }

  /// A fraction of a text such as `-3/2`; nil where it needs more than 64 bits.
  package static func fraction(_ text: String) -> Rational? {
    let parts = text.split(separator: "/")
    guard let numerator = parts.first.flatMap({ Int($0) }), let denominator = parts.count == 2 ? Int(parts[1]) : 1
    else {
      return nil
    }
    return try? Rational(numerator, denominator)
  }

  /// The value at a point, a fraction as a text.
  public func value(at point: [Rational]) throws(Refusal) -> String {
    let numerators = point.map { Int64($0.numerator) } + [0]
    let denominators = point.map { Int64($0.denominator) } + [1]
    var text: UnsafeMutablePointer<CChar>?
    try check(cflint_polynomial_evaluate(handle, numerators, denominators, &text))
    guard let text else { throw outOfMemory }
    defer { cflint_text_free(text) }
    return String(cString: text)
  }

  // MARK: Arithmetic

  /// The sum.
  public func plus(_ other: Polynomial) throws(Refusal) -> Polynomial {
    if isZero { return other }
    if other.isZero { return self }
    return try Self.made(ring) { cflint_polynomial_add($0, handle, other.handle) }
  }

  /// The difference.
  public func minus(_ other: Polynomial) throws(Refusal) -> Polynomial {
    if other.isZero { return self }
    return try Self.made(ring) { cflint_polynomial_subtract($0, handle, other.handle) }
  }

  /// The product.
  ///
  /// - Throws: ``Refusal`` where it could have more than ``mostTerms`` terms or a degree above ``largestDegree``.
  public func times(_ other: Polynomial) throws(Refusal) -> Polynomial {
    if isZero { return self }
    if other.isZero { return other }
    try checkProduct(other)
    return try Self.made(ring) { cflint_polynomial_multiply($0, handle, other.handle) }.checked()
  }

  /// Looks at what a product may come to before it is formed.
  private func checkProduct(_ other: Polynomial) throws(Refusal) {
    let (products, overflows) = count.multipliedReportingOverflow(by: other.count)
    guard !overflows, ring.takesOn(products) else {
      throw Refusal(
        "too many products of terms are to be formed, the next by polynomials of \(count) and \(other.count) terms",
        remedy: "use smaller sizes or powers", settings: [])
    }
    guard degree + other.degree <= Self.largestDegree else {
      throw Refusal(
        "a polynomial of degree \(degree + other.degree)", remedy: "use powers up to degree \(Self.largestDegree)",
        settings: [])
    }
    guard bits + other.bits <= Self.longestCoefficient else {
      throw Refusal(
        "a coefficient of about \(bits + other.bits) bits",
        remedy: "use smaller numbers or powers: at most \(Self.longestCoefficient) bits", settings: [])
    }
  }

  private func checked() throws(Refusal) -> Polynomial {
    guard count <= Self.mostTerms else {
      throw Refusal(
        "a polynomial of \(count) terms", remedy: "use smaller sizes: at most \(Self.mostTerms) are kept",
        settings: [])
    }
    return self
  }

  /// Σ of polynomials, whose number does not make it slow.
  public static func sum(of addends: [Polynomial], in ring: PolynomialRing) throws(Refusal) -> Polynomial {
    let handles = addends.map { Optional($0.handle) }
    return try made(ring) { cflint_polynomial_dot($0, handles, nil, handles.count) }.checked()
  }

  /// Σ of products, whose number does not make it slow.
  ///
  /// - Throws: ``Refusal`` as ``times(_:)`` does.
  public static func sum(
    ofProducts pairs: [(Polynomial, Polynomial)], in ring: PolynomialRing
  ) throws(Refusal) -> Polynomial {
    let pairs = pairs.filter { !$0.0.isZero && !$0.1.isZero }
    for pair in pairs { try pair.0.checkProduct(pair.1) }
    let (left, right) = (pairs.map { Optional($0.0.handle) }, pairs.map { Optional($0.1.handle) })
    return try made(ring) { cflint_polynomial_dot($0, left, right, pairs.count) }.checked()
  }

  /// The polynomial with a value of a variable.
  public func fixing(_ variable: Int, at value: Rational) throws(Refusal) -> Polynomial {
    try Self.made(ring) {
      cflint_polynomial_fix($0, handle, variable, Int64(value.numerator), Int64(value.denominator))
    }
  }

  /// A multiple.
  public func scaled(by factor: Rational) throws(Refusal) -> Polynomial {
    if factor == 1 { return self }
    return try Self.made(ring) {
      cflint_polynomial_scale($0, handle, Int64(factor.numerator), Int64(factor.denominator))
    }
  }

  /// The partial derivative.
  public func derivative(by variable: Int) throws(Refusal) -> Polynomial {
    try Self.made(ring) { cflint_polynomial_derivative($0, handle, variable) }
  }

  /// The largest exponent of a variable; −1 of 0.
  package func degree(in variable: Int) -> Int { Int(cflint_polynomial_variable_degree(handle, variable)) }

  /// The polynomial in the other variables that stands before variable^exponent.
  package func coefficient(of variable: Int, _ exponent: Int) throws(Refusal) -> Polynomial {
    try Self.made(ring) { cflint_polynomial_coefficient($0, handle, variable, UInt64(exponent)) }
  }

  /// The quotient by a polynomial that is not 0; nil where that does not divide it.
  public func divided(by other: Polynomial) throws(Refusal) -> Polynomial? {
    var divides: Int32 = 0
    let quotient = try Self.made(ring) { cflint_polynomial_divide($0, handle, other.handle, &divides) }
    return divides != 0 ? quotient : nil
  }

  /// Σ quotients[k] · divisors[k] + remainder, where no leading term of a divisor divides a term of the remainder.
  ///
  /// A remainder of 0 shows that this is in the ideal of the divisors; another one shows nothing. Divisors that are 0 are left out:
  /// their quotients are 0.
  public func reduced(
    by all: [Polynomial]
  ) throws(Refusal) -> (quotients: [Polynomial], remainder: Polynomial) {
    let used = all.indices.filter { !all[$0].isZero }
    if used.count < all.count {
      let (found, remainder) = try reduced(by: used.map { all[$0] })
      var quotients: [Polynomial] = []
      for _ in all { quotients.append(try Polynomial(empty: ring)) }
      for (place, quotient) in zip(used, found) { quotients[place] = quotient }
      return (quotients, remainder)
    }
    if all.isEmpty { return ([], self) }
    let divisors = all
    var quotients: [Polynomial] = []
    for _ in divisors { quotients.append(try Polynomial(empty: ring)) }
    let remainder = try Polynomial(empty: ring)
    let status = cflint_polynomial_reduce(
      quotients.map { Optional($0.handle) }, remainder.handle, handle, divisors.map { Optional($0.handle) },
      divisors.count)
    if status != CFLINT_OK { for part in quotients + [remainder] { part.isBroken = true } }
    try check(status)
    return (quotients, remainder)
  }
}
