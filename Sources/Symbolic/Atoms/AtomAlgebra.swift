import FlowLanguage
import Models

/// Reads formulas as quotients of polynomials in the variables and in formal functions of them (atoms), EXACT-2 section 2.
///
/// Atoms are variables of which only this is used: their derivatives, g² = g of gates, and sⁿ = z of roots. What is 0 with these
/// relations is 0 wherever every function is smooth and has a value and no denominator is 0, whatever other relations there are.
package final class AtomAlgebra: EntryAlgebra {
  package typealias Motion = AtomMotion

  /// Q[variables, places for atoms].
  package let ring: PolynomialRing
  /// The formal functions so far; atom k is the variable ``firstAtom`` + k.
  package private(set) var atoms: [Atom] = []
  /// The variable of the first atom: how many variables there are besides.
  package let firstAtom: Int
  /// By which the keys of atoms are told apart at once.
  private var marks: [[Int]] = []
  /// What denominators are products of.
  package internal(set) var factors: [Polynomial] = []
  /// Whether more atoms were needed than the ring has places for: then it is to be read again with more.
  package private(set) var isFull = false
  /// The exponents that all others are combinations of, with rational factors, and the atoms of their exponentials.
  var exponents: [(value: AtomQuotient, atom: Int)] = []
  /// The same as vectors in echelon form.
  var echelon = ExponentEchelon()
  /// Under which conditions what is read has the value that the atoms have.
  package internal(set) var conditions = AtomConditions()

  let zero: Polynomial
  let one: Polynomial

  /// - Parameters:
  ///   - names: the variables.
  ///   - capacity: how many atoms there may be.
  /// - Throws: ``EntryFault`` for too many variables.
  package init(_ names: [String], capacity: Int) throws(EntryFault) {
    firstAtom = names.count
    let ring = try refusing { () throws(Refusal) in
      try PolynomialRing(names + (0..<capacity).map { "#\($0)" })
    }
    self.ring = ring
    zero = try refusing { () throws(Refusal) in try Polynomial.constant(0, in: ring) }
    one = try refusing { () throws(Refusal) in try Polynomial.constant(1, in: ring) }
  }

  package var hasFunctions: Bool { true }

  // MARK: Atoms

  /// Adds an atom.
  func add(_ atom: Atom) throws(EntryFault) -> Int {
    guard firstAtom + atoms.count < ring.names.count else {
      isFull = true
      throw .notPolynomial("more than \(atoms.count) different functions")
    }
    // Keys are compared as they are reduced.
    let key = AtomQuotient(try reduced(atom.key.numerator), over: atom.key.denominator)
    marks.append(try mark(key))
    atoms.append(Atom(kind: atom.kind, argument: atom.argument, key: key, relation: atom.relation))
    return atoms.count - 1
  }

  /// The atom as a polynomial.
  func polynomial(ofAtom number: Int) throws(EntryFault) -> Polynomial {
    try refusing { () throws(Refusal) in try Polynomial.variable(firstAtom + number, in: ring) }
  }

  func value(ofAtom number: Int) throws(EntryFault) -> AtomQuotient {
    AtomQuotient(try polynomial(ofAtom: number))
  }

  /// The atom of a kind whose key is a multiple of a value, with the factor: value = factor · key.
  func known(
    _ kind: Atom.Kind, _ value: AtomQuotient, _ accepts: (Rational) -> Bool
  ) throws(EntryFault) -> (atom: Int, factor: Rational)? {
    let own = AtomQuotient(try reduced(value.numerator), over: value.denominator)
    let mark = try mark(own)
    for (number, atom) in atoms.enumerated() where atom.kind.isLike(kind) {
      if own.denominator == atom.key.denominator, mark != marks[number] { continue }
      if let factor = try ratio(own, atom.key), accepts(factor) { return (number, factor) }
    }
    return nil
  }

  /// What multiples by numbers have in common: how many terms there are, and the first monomial.
  private func mark(_ key: AtomQuotient) throws(EntryFault) -> [Int] {
    if key.numerator.isZero { return [0] }
    let (_, factors) = try refusing { () throws(Refusal) in try key.numerator.term(0) }
    return [key.numerator.count] + factors.flatMap { [$0.variable, $0.exponent] }
  }

  // MARK: Zero

  /// The polynomial with what gates and roots allow done: no gate or root has its order or more as an exponent.
  package func reduced(_ polynomial: Polynomial) throws(EntryFault) -> Polynomial {
    var result = polynomial
    // From the last atom down: what an atom's power is replaced by has only earlier ones.
    while let (number, order, value, degree) = try reducible(result) {
      let variable = firstAtom + number
      let whole = result
      result = try refusing { () throws(Refusal) in
        // Σ over the exponents below the order, each by Horner's rule in the value.
        let own = try Polynomial.variable(variable, in: ring)
        let isGate = atoms[number].kind == .gate
        var parts: [Polynomial] = []
        var power = one
        for low in 0..<order {
          var sum = zero
          for exponent in stride(from: degree - (degree - low) % order, through: low, by: -order) {
            let coefficient = try whole.coefficient(of: variable, exponent)
            sum = isGate ? try sum.plus(coefficient) : try sum.times(value).plus(coefficient)
          }
          if isGate {
            // c₀ + (c₁ + c₂ + …) g: even exponents but 0 come with g as well.
            let still = low == 0 ? try whole.coefficient(of: variable, 0) : zero
            parts.append(try still.plus(sum.minus(still).times(own)))
          } else {
            parts.append(try sum.times(power))
          }
          power = try power.times(own)
        }
        return try Polynomial.sum(of: parts, in: ring)
      }
    }
    return result
  }

  /// The last atom whose exponents can be made smaller.
  private func reducible(
    _ polynomial: Polynomial
  ) throws(EntryFault) -> (atom: Int, order: Int, value: Polynomial, degree: Int)? {
    for variable in try refusing({ () throws(Refusal) in try polynomial.variables() }).reversed() {
      guard variable >= firstAtom else { return nil }
      guard let (order, value) = atoms[variable - firstAtom].relation else { continue }
      let degree = polynomial.degree(in: variable)
      if degree >= order { return (variable - firstAtom, order, value, degree) }
    }
    return nil
  }

  /// Whether it is shown to be 0 wherever it has a value.
  package func vanishes(_ value: AtomQuotient) throws(EntryFault) -> Bool {
    if value.numerator.isZero { return true }
    return try reduced(value.numerator).isZero
  }

  /// The number c ≠ 0 with a = c b of two reduced values, if there is one of 64 bits and it is found.
  func ratio(_ a: AtomQuotient, _ b: AtomQuotient) throws(EntryFault) -> Rational? {
    var (left, right) = (a.numerator, b.numerator)
    if a.denominator != b.denominator {
      let common = a.denominator.merging(b.denominator) { max($0, $1) }
      (left, right) = (try reduced(over(a, common)), try reduced(over(b, common)))
    }
    guard !left.isZero, left.count == right.count else { return nil }
    let (x, y) = (left, right)
    return try refusing { () throws(Refusal) -> Rational? in
      let (first, second) = (try x.term(0), try y.term(0))
      guard first.factors.elementsEqual(second.factors, by: ==),
        let above = Polynomial.fraction(first.coefficient), let below = Polynomial.fraction(second.coefficient),
        let factor = try? above * Rational(below.denominator, below.numerator)
      else { return nil }
      return try x.minus(y.scaled(by: factor)).isZero ? factor : nil
    }
  }
}

extension Atom.Kind {
  /// Whether atoms of both kinds are told apart by their keys alone.
  fileprivate func isLike(_ other: Atom.Kind) -> Bool {
    if case (.root(let a, _), .root(let b, _)) = (self, other) { return a == b }
    return self == other
  }
}
