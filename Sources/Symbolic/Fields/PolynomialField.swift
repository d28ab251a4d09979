import FlowLanguage
import Models

/// A field x' = X(x) of polynomials with rational coefficients, as the `flow x' = …` of a file states it.
///
/// What the file gives no number, such as `data a`, is a constant of any value: a variable of the ring that does not move.
package final class PolynomialField {
  /// The ring of the states and the constants.
  package let ring: PolynomialRing
  /// What messages call the field.
  package let name: String
  /// The variables that have a derivative of their own, in the order of the file.
  package let states: [Int]
  /// The variables without a value that the field depends on.
  package let constants: [Int]
  /// The derivatives of the states.
  package let rates: [Polynomial]

  /// - Throws: ``Refusal`` if sizes are open, the file has no field of its own or has data points, or the field is no polynomial.
  package init(_ file: CheckedFile) throws(Refusal) {
    name = file.source.name
    guard case .field = file.flow else {
      throw Refusal(
        "\(file.source.name) states no field of its own", remedy: "give it a line such as: flow x' = y, y' = -x")
    }
    guard file.openSizes.isEmpty else {
      throw Refusal(
        "\(file.source.name) leaves \(file.openSizes.joined(separator: ", ")) open, and laws of a field are those at sizes",
        remedy: "give the sizes numbers")
    }
    guard !file.declarations.contains(where: { $0.role == .input }) else {
      throw Refusal(
        "\(file.source.name) has data points, over which its field is a mean",
        remedy: "declare what is constant as data: laws then hold for all of its values")
    }
    do {
      let reader = try EntryReader(file)
      let motion = try EntryMotion(reader)
      var states: [Int] = []
      for (position, declaration) in file.declarations.enumerated() where declaration.role == .parameter {
        guard let first = reader.variables.declared[position] else { continue }
        let count = try reader.shape(declaration.shape).reduce(1, *)
        states += first..<first + count
      }
      let zero = try refusing { () throws(Refusal) in try Polynomial.constant(0, in: reader.ring) }
      let rates = states.map { motion.rates[$0] ?? zero }
      var occurring: Set<Int> = []
      for rate in rates { occurring.formUnion(try refusing { () throws(Refusal) in try rate.variables() }) }
      // A ring of what occurs alone: a file may declare many numbers besides.
      let kept = states + occurring.subtracting(states).sorted()
      let ring = try refusing { () throws(Refusal) in try PolynomialRing(kept.map { reader.ring.names[$0] }) }
      let places = Dictionary(uniqueKeysWithValues: zip(kept, 0...))
      var moved: [Polynomial] = []
      for rate in rates {
        moved.append(try refusing { () throws(Refusal) in try Self.moved(rate, to: ring, places) })
      }
      self.ring = ring
      self.rates = moved
      self.states = Array(states.indices)
      constants = Array(states.count..<kept.count)
    } catch {
      throw Self.refusal(error, file.source.name)
    }
  }

  /// A polynomial in another ring.
  private static func moved(
    _ polynomial: Polynomial, to ring: PolynomialRing, _ places: [Int: Int]
  ) throws(Refusal) -> Polynomial {
    var terms: [(coefficient: Rational, factors: [(variable: Int, exponent: Int)])] = []
    for k in 0..<polynomial.count {
      let (text, factors) = try polynomial.term(k)
      guard let coefficient = Polynomial.fraction(text) else {
        throw Refusal("the coefficient \(text) needs more than 64 bits", remedy: "use smaller numbers", settings: [])
      }
      terms.append((coefficient, factors.compactMap { part in places[part.variable].map { ($0, part.exponent) } }))
    }
    return try Polynomial.sum(terms, in: ring)
  }

  private static func refusal(_ fault: EntryFault, _ name: String) -> Refusal {
    switch fault {
    case .refusal(let refusal): refusal
    case .notPolynomial(let what):
      Refusal(
        "the field of \(name) is no polynomial: it holds \(what)",
        remedy:
          "multiply the whole field by a common denominator, which keeps its laws, or give a function a parameter "
          + "of its own with its derivative", settings: [])
    }
  }

  /// Names of the states and then of the constants.
  package var names: [String] { (states + constants).map { ring.names[$0] } }

  /// Whether nothing moves.
  package var isZero: Bool { rates.allSatisfy(\.isZero) }

  /// X·∇P, expanded.
  ///
  /// - Throws: ``Refusal`` where it is too large.
  package func derivative(of polynomial: Polynomial) throws(Refusal) -> Polynomial {
    var pairs: [(Polynomial, Polynomial)] = []
    let occurring = Set(try polynomial.variables())
    for (state, rate) in zip(states, rates) where !rate.isZero && occurring.contains(state) {
      pairs.append((try polynomial.derivative(by: state), rate))
    }
    return try Polynomial.sum(ofProducts: pairs, in: ring)
  }

  /// K with X·∇P = K P; nil where P does not divide its derivative.
  ///
  /// - Throws: ``Refusal`` where it is too large.
  package func cofactor(of polynomial: Polynomial) throws(Refusal) -> Polynomial? {
    guard !polynomial.isZero else { return nil }
    return try derivative(of: polynomial).divided(by: polynomial)
  }

  /// Whether P, or P/Q, is constant along every trajectory: X·∇P Q − P X·∇Q is the zero polynomial.
  ///
  /// - Throws: ``Refusal`` where it is too large.
  package func conserves(_ numerator: Polynomial, over denominator: Polynomial? = nil) throws(Refusal) -> Bool {
    let rise = try derivative(of: numerator)
    guard let denominator else { return rise.isZero }
    guard !denominator.isZero else { return false }
    let fall = try derivative(of: denominator)
    return try rise.times(denominator).minus(fall.times(numerator)).isZero
  }

  /// The terms of a polynomial over ``names``: coefficient as a text, exponents.
  package func terms(of polynomial: Polynomial) throws(Refusal) -> [(coefficient: String, exponents: Exponents)] {
    var places: [Int: Int] = [:]
    for (place, variable) in (states + constants).enumerated() { places[variable] = place }
    var all: [(coefficient: String, exponents: Exponents)] = []
    for k in 0..<polynomial.count {
      let (coefficient, factors) = try polynomial.term(k)
      var exponents = Exponents(repeating: 0, count: places.count)
      for factor in factors {
        if let place = places[factor.variable] { exponents[place] = UInt16(clamping: factor.exponent) }
      }
      all.append((coefficient, exponents))
    }
    return all
  }

  /// The degree in the states alone; 0 of 0.
  package func degree(of polynomial: Polynomial) throws(Refusal) -> Int {
    try terms(of: polynomial).map { $0.exponents.prefix(states.count).reduce(0) { $0 + Int($1) } }.max() ?? 0
  }

  /// Σ of terms over ``names``.
  ///
  /// - Throws: ``Refusal`` if memory is used up.
  package func polynomial(_ terms: [(coefficient: Rational, exponents: Exponents)]) throws(Refusal) -> Polynomial {
    let variables = states + constants
    return try Polynomial.sum(
      terms.map { term in
        let factors = term.exponents.enumerated().filter { $0.element > 0 }
        return (term.coefficient, factors.map { (variables[$0.offset], Int($0.element)) })
      }, in: ring)
  }
}

/// Exponents of a monomial, one a variable.
package typealias Exponents = [UInt16]
