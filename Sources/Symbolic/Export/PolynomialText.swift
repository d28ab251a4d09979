import FlowLanguage
import Models

/// Reads a polynomial of a certificate, `3/2*u[1]^2*v[2] - grad(f)[1,2]`, and writes it as an expression of the Coq library.
///
/// Nothing of the text is copied but digits: names are looked up, and what is no polynomial is refused.
package struct PolynomialText {
  private let file: CheckedFile
  private let text: String
  private var rest: Substring.UnicodeScalarView

  package init(_ text: String, _ file: CheckedFile) {
    (self.file, self.text) = (file, text)
    rest = text[...].unicodeScalars
  }

  /// The polynomial as a Coq expression in parentheses.
  package mutating func expression() throws(Refusal) -> String {
    var result = ""
    skipBlanks()
    repeat {
      var sign = ""
      if take("-") { sign = "- " } else if take("+"), result.isEmpty { throw refusal("a + in front") }
      let product = try product()
      if result.isEmpty {
        result = sign + (sign.isEmpty ? product : "(\(product))")
      } else {
        result += sign.isEmpty ? " + \(product)" : " - \(product)"
      }
      skipBlanks()
    } while !rest.isEmpty && (rest.first == "+" || rest.first == "-")
    guard rest.isEmpty else { throw refusal("something behind its end") }
    return "(\(result))"
  }

  /// A variable by itself, such as `W1[1,2]`: the Coq variable.
  package mutating func variable() throws(Refusal) -> String {
    let variable = try reference().variable
    guard rest.isEmpty else { throw refusal("something behind the variable") }
    return variable
  }

  /// A fraction `-3/50` as a Coq number.
  package static func fraction(_ text: String, _ file: CheckedFile) throws(Refusal) -> String {
    var reader = PolynomialText(text, file)
    let isNegative = reader.take("-")
    let (above, below) = try reader.number()
    guard reader.rest.isEmpty else { throw reader.refusal("something behind the number") }
    return "(\(isNegative ? "-" : "")\(above) # \(below))%Q"
  }

  private mutating func product() throws(Refusal) -> String {
    var factors: [String] = []
    repeat { factors.append(try factor()) } while take("*")
    return factors.joined(separator: " * ")
  }

  private mutating func factor() throws(Refusal) -> String {
    skipBlanks()
    if let first = rest.first, isDigit(first) {
      let (above, below) = try number()
      return "Cst (\(above) # \(below))"
    }
    let variable = try reference().variable
    guard take("^") else { return "Var \(variable)" }
    skipBlanks()
    guard let exponent = Int(digits()), (1...CoqBounds.largestPower).contains(exponent) else {
      throw refusal("an exponent that is no integer from 1 to \(CoqBounds.largestPower)")
    }
    return "pow (Var \(variable)) \(exponent)"
  }

  private mutating func number() throws(Refusal) -> (String, String) {
    let above = digits()
    let below = take("/") ? digits() : "1"
    guard !above.isEmpty, below.contains(where: { $0 != "0" }) else { throw refusal("something that is no number") }
    return (above, below)
  }

  private mutating func reference() throws(Refusal) -> (variable: String, name: String) {
    skipBlanks()
    var name = word()
    var kind = "V"
    if name == "grad", take("(") {
      name = word()
      kind = "Grad"
      guard take(")") else { throw refusal("a grad( that is not closed") }
    }
    var found = file.declarations.first { $0.name == name }
    if kind == "V", found == nil, name.hasPrefix("v_"), case .momentum = file.flow {
      kind = "Vel"
      found = file.declarations.first { $0.name == name.dropFirst(2) && $0.role == .parameter }
    }
    guard let found, found.value == nil || found.role == .parameter || kind == "Grad" else {
      throw refusal("the unknown variable '\(CarriedSource.harmless(name))'")
    }
    var places: [String] = []
    if take("[") {
      repeat {
        skipBlanks()
        places.append(digits())
      } while take(",")
      guard take("]") else { throw refusal("a [ that is not closed") }
    }
    let sizes = found.shape.sizes
    guard places.count == sizes.count,
      zip(places, sizes).allSatisfy({ place, size in (1...(size.number ?? 1)).contains(Int(place) ?? 0) })
    else { throw refusal("an entry that '\(CarriedSource.harmless(name))' has not") }
    return (CoqTerms.variable(found, places, kind), name)
  }

  // MARK: Characters

  private mutating func word() -> String {
    let signs = "+-*/^[](), \t".unicodeScalars
    let end = rest.firstIndex { signs.contains($0) } ?? rest.endIndex
    defer { rest = rest[end...] }
    return String(String.UnicodeScalarView(rest[..<end]))
  }

  private mutating func digits() -> String {
    let end = rest.firstIndex { !isDigit($0) } ?? rest.endIndex
    defer { rest = rest[end...] }
    return String(String.UnicodeScalarView(rest[..<end]))
  }

  private func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

  private mutating func skipBlanks() { rest = rest.drop { $0 == " " } }

  private mutating func take(_ sign: Unicode.Scalar) -> Bool {
    skipBlanks()
    guard rest.first == sign else { return false }
    rest.removeFirst()
    return true
  }

  private func refusal(_ what: String) -> Refusal {
    Refusal(
      "the certificate's '\(CarriedSource.harmless(String(text.prefix(60))))' has \(what)",
      remedy: "polynomials are written like 3/2*u[1]^2*v[2] - grad(f)[1,2]", settings: [])
  }
}
