import BigInt

/// Reads a polynomial: `3/2*u[1]^2*v[2] - grad(f)[1,2]*(u[1] + 1)`.
///
/// Sums, products, whole powers, and division by whole numbers; names with their entries from 1. The text is what a certificate
/// carries, not a formula of the language.
package struct PolynomialText {
  /// Longest text that is read, in bytes.
  package static let sizeLimit = 1 << 26
  private static let depthLimit = 64
  private static let digitLimit = 10_000

  private let bytes: [UInt8]
  private let variables: Variables
  private let budget: Budget
  private var place = 0

  /// - Throws: If the text is no polynomial, names a variable that the model has not, or grows past a limit.
  package static func parse(_ text: String, _ variables: Variables, _ budget: Budget) throws(Rejection) -> Polynomial {
    guard text.utf8.count <= sizeLimit else { throw Rejection("a polynomial's text has more than \(sizeLimit) bytes") }
    var parser = PolynomialText(bytes: Array(text.utf8), variables: variables, budget: budget)
    let polynomial = try parser.sum(depth: 0)
    parser.skipSpace()
    guard parser.place == parser.bytes.count else { throw parser.problem("unexpected text") }
    return polynomial
  }

  private init(bytes: [UInt8], variables: Variables, budget: Budget) {
    (self.bytes, self.variables, self.budget) = (bytes, variables, budget)
  }

  private func problem(_ what: String) -> Rejection {
    let rest = String(decoding: bytes[min(place, bytes.count)...].prefix(24), as: UTF8.self)
    return Rejection("a polynomial's text: \(what) at byte \(place): '\(shortened(rest))'")
  }

  private mutating func skipSpace() { while place < bytes.count, bytes[place] == 0x20 { place += 1 } }

  private mutating func take(_ symbol: Unicode.Scalar) -> Bool {
    skipSpace()
    guard place < bytes.count, bytes[place] == UInt8(truncatingIfNeeded: symbol.value) else { return false }
    place += 1
    return true
  }

  private mutating func sum(depth: Int) throws(Rejection) -> Polynomial {
    guard depth < Self.depthLimit else { throw problem("brackets nest more than \(Self.depthLimit) deep") }
    var total = Polynomial.zero
    var isNegative = take("-")
    if !isNegative { _ = take("+") }
    while true {
      try total.add(try product(depth: depth), times: Fraction(isNegative ? -1 : 1), budget)
      if take("+") { isNegative = false } else if take("-") { isNegative = true } else { return total }
    }
  }

  private mutating func product(depth: Int) throws(Rejection) -> Polynomial {
    var result = try factor(depth: depth)
    while true {
      if take("*") {
        result = try result.times(try factor(depth: depth), budget)
      } else if take("/") {
        skipSpace()
        guard let divisor = Fraction(try integer()).inverse else { throw problem("division by 0") }
        result = result.scaled(by: divisor)
      } else {
        return result
      }
    }
  }

  private mutating func factor(depth: Int) throws(Rejection) -> Polynomial {
    try budget.spend()
    skipSpace()
    guard place < bytes.count else { throw problem("the text ends early") }
    let base: Polynomial
    if take("(") {
      base = try sum(depth: depth + 1)
      guard take(")") else { throw problem("')' was expected") }
    } else if (48...57).contains(bytes[place]) {
      base = Polynomial(Fraction(try integer()))
    } else {
      base = Polynomial(variable: try variable())
    }
    guard take("^") else { return base }
    skipSpace()
    let exponent = try integer()
    guard exponent <= BigInt(Budget.exponentLimit) else {
      throw problem("an exponent is more than \(Budget.exponentLimit)")
    }
    return try base.power(Int(exponent), budget)
  }

  private mutating func integer() throws(Rejection) -> BigInt {
    let start = place
    while place < bytes.count, (48...57).contains(bytes[place]) { place += 1 }
    guard place > start, place - start <= Self.digitLimit,
      let value = BigInt(String(decoding: bytes[start..<place], as: UTF8.self))
    else { throw problem("an integer of at most \(Self.digitLimit) digits was expected") }
    return value
  }

  /// Passes the bytes of a name: letters of any script, digits and `_`.
  private mutating func name() throws(Rejection) -> String {
    let start = place
    while place < bytes.count, isInName(bytes[place]) { place += 1 }
    guard place > start else { throw problem("a name or number was expected") }
    return String(decoding: bytes[start..<place], as: UTF8.self)
  }

  private func isInName(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x80..., 48...57, 65...90, 97...122, UInt8(ascii: "_"): true
    default: false
    }
  }

  private mutating func variable() throws(Rejection) -> Int {
    var name = try name()
    if name == "grad", take("(") {
      skipSpace()
      name = "grad(\(try self.name()))"
      guard take(")") else { throw problem("')' was expected") }
    }
    if take("[") {
      var places: [String] = []
      repeat {
        skipSpace()
        places.append("\(try integer())")
      } while take(",")
      guard take("]") else { throw problem("']' was expected") }
      name += "[\(places.joined(separator: ","))]"
    }
    guard let number = variables.number(of: name) else {
      throw Rejection("a polynomial's text names '\(shortened(name))', which the model does not have")
    }
    return number
  }
}
