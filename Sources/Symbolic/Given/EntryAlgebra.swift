import FlowLanguage
import Models

/// What the entries of formulas are read as: polynomials, quotients with formal functions, or values at a point.
package protocol EntryAlgebra<Value>: AnyObject {
  /// What an entry is.
  associatedtype Value
  /// What `der` and `grad` mean.
  associatedtype Motion: EntryFlow where Motion.Value == Value

  /// Whether functions, roots and negative powers have values here.
  var hasFunctions: Bool { get }

  /// A number.
  func constant(_ value: Rational) throws(EntryFault) -> Value
  /// A variable, a position in ``EntryVariables/names``.
  func variable(_ position: Int) throws(EntryFault) -> Value

  /// Whether it is 0 as it stands; products with it may be left out.
  func isZero(_ value: Value) -> Bool
  /// The number it is; nil where variables occur, and of fractions of more than 64 bits.
  func constantValue(_ value: Value) throws(EntryFault) -> Rational?

  /// a + b.
  func plus(_ a: Value, _ b: Value) throws(EntryFault) -> Value
  /// a − b.
  func minus(_ a: Value, _ b: Value) throws(EntryFault) -> Value
  /// a b.
  func times(_ a: Value, _ b: Value) throws(EntryFault) -> Value
  /// −a.
  func negative(_ value: Value) throws(EntryFault) -> Value
  /// Σ of values.
  func sum(_ values: [Value]) throws(EntryFault) -> Value

  /// 1 / value; nil where the value is 0 everywhere.
  func inverse(_ value: Value) throws(EntryFault) -> Value?
  /// The positive root of that order, at least 2.
  func root(_ value: Value, _ order: Int) throws(EntryFault) -> Value
  /// relu, abs, tanh, sigmoid, gelu, exp, log or act; `name` is the function of the text for whose sake it is asked for.
  func apply(_ function: FunctionName, _ value: Value, for name: FunctionName) throws(EntryFault) -> Value
  /// The slope of `leaky` where none is given: any.
  func anySlope() throws(EntryFault) -> Value
}

/// How what formulas are read as moves along the flow.
package protocol EntryFlow<Value> {
  /// What an entry is.
  associatedtype Value

  /// The derivative along the flow.
  func derivative(of value: Value) throws(EntryFault) -> Value
  /// The derivative of the loss along the flow, also of any loss; nil for a field.
  func derivativeOfLoss() throws(EntryFault) -> Value?
  /// The derivative of the loss in something declared.
  func gradient(of position: Int) throws(EntryFault) -> EntryArray<Value>
}

/// Polynomials: any function, and a quotient by anything but a number, ends the reading.
package final class PolynomialAlgebra: EntryAlgebra {
  package typealias Motion = EntryMotion

  /// The ring of the polynomials.
  package let ring: PolynomialRing

  /// Polynomials of that ring.
  package init(_ ring: PolynomialRing) { self.ring = ring }

  package var hasFunctions: Bool { false }

  package func constant(_ value: Rational) throws(EntryFault) -> Polynomial {
    try refusing { () throws(Refusal) in try Polynomial.constant(value, in: ring) }
  }

  package func variable(_ position: Int) throws(EntryFault) -> Polynomial {
    try refusing { () throws(Refusal) in try Polynomial.variable(position, in: ring) }
  }

  package func isZero(_ value: Polynomial) -> Bool { value.isZero }

  package func constantValue(_ value: Polynomial) throws(EntryFault) -> Rational? {
    try refusing { () throws(Refusal) in try value.constantValue() }
  }

  package func plus(_ a: Polynomial, _ b: Polynomial) throws(EntryFault) -> Polynomial {
    try refusing { () throws(Refusal) in try a.plus(b) }
  }

  package func minus(_ a: Polynomial, _ b: Polynomial) throws(EntryFault) -> Polynomial {
    try refusing { () throws(Refusal) in try a.minus(b) }
  }

  package func times(_ a: Polynomial, _ b: Polynomial) throws(EntryFault) -> Polynomial {
    try refusing { () throws(Refusal) in try a.times(b) }
  }

  package func negative(_ value: Polynomial) throws(EntryFault) -> Polynomial {
    try refusing { () throws(Refusal) in try value.scaled(by: -1) }
  }

  package func sum(_ values: [Polynomial]) throws(EntryFault) -> Polynomial {
    try refusing { () throws(Refusal) in try Polynomial.sum(of: values, in: ring) }
  }

  /// Of numbers that are not 0.
  package func inverse(_ value: Polynomial) throws(EntryFault) -> Polynomial? {
    guard let number = try constantValue(value) else { throw .notPolynomial("a quotient") }
    guard number != 0 else { return nil }
    return try constant(refusing { () throws(Refusal) in try Rational(number.denominator, number.numerator) })
  }

  package func root(_ value: Polynomial, _ order: Int) throws(EntryFault) -> Polynomial {
    throw .notPolynomial("a root")
  }

  package func apply(
    _ function: FunctionName, _ value: Polynomial, for name: FunctionName
  ) throws(EntryFault) -> Polynomial {
    throw .notPolynomial(name.rawValue)
  }

  package func anySlope() throws(EntryFault) -> Polynomial { throw .notPolynomial("leaky") }
}

/// Reads formulas as polynomials.
package typealias EntryReader = ArrayReader<PolynomialAlgebra>
/// Entries that are polynomials.
package typealias Entries = EntryArray<Polynomial>

extension ArrayReader where Algebra == PolynomialAlgebra {
  /// Reads a text as polynomials in its ``EntryVariables``.
  package convenience init(_ file: CheckedFile) throws(EntryFault) {
    let variables = try refusing { () throws(Refusal) in try EntryVariables(file) }
    let ring = try refusing { () throws(Refusal) in try PolynomialRing(variables.names) }
    try self.init(file, variables, PolynomialAlgebra(ring))
  }

  /// The ring of the polynomials.
  package var ring: PolynomialRing { algebra.ring }
}
