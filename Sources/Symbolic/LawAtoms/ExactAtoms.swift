import Models

/// Exact polynomials in parameters, free data, gates and atoms on a tape: what a model with exponentials, roots, logarithms and quotients
/// is expanded to.
///
/// Every atom v is a variable with a derivation and, unless it is transcendental, a relation: 1/u with v u = 1 and v' = −v² u'; 1/√z with
/// v² z = 1 and v' = −v³ z'/2; e^y with v' = v y'; ln a with a v' = a'. A derivation of the parameters extends to all of them, and a
/// polynomial that the relations reduce to 0 is 0 as a function, whatever else the atoms satisfy. So a law that is proved here is one.
package struct ExactAtoms: TapeArithmetic {
  package typealias Element = ExactPolynomial

  package enum Atom {
    case inverse(of: ExactPolynomial)
    case inverseRoot(of: ExactPolynomial)
    case exponential(of: ExactPolynomial)
    case logarithm(of: ExactPolynomial, inverse: ExactPolynomial)
  }

  private var sums: ExactArithmetic
  /// The atoms in the order of their making: each is over those before it.
  package private(set) var atoms: [(variable: Int32, atom: Atom)] = []
  private var nextVariable: Int32
  private var inverses: [[Monomial: Rational]: ExactPolynomial] = [:]
  private var roots: [[Monomial: Rational]: ExactPolynomial] = [:]
  private let plan: AtomPlan
  /// Of a basis exponential its variable, by number; of a logarithm likewise.
  private var basis: [Int: ExactPolynomial] = [:]
  private var exponents: [Int: ExactPolynomial] = [:]

  package init(plan: AtomPlan, firstVariable: Int, budget: Int) {
    self.plan = plan
    sums = ExactArithmetic(budget: budget)
    nextVariable = Int32(clamping: firstVariable)
  }

  package var zero: ExactPolynomial { ExactPolynomial() }

  package mutating func add(
    _ coefficient: Rational, _ x: ExactPolynomial?, _ y: ExactPolynomial?, to z: inout ExactPolynomial
  ) throws(Refusal) { try sums.add(coefficient, x, y, to: &z) }

  private mutating func product(_ x: ExactPolynomial, _ y: ExactPolynomial) throws(Refusal) -> ExactPolynomial {
    var result = zero
    try sums.add(1, x, y, to: &result)
    return result
  }

  private mutating func newVariable(_ atom: Atom) throws(Refusal) -> ExactPolynomial {
    guard nextVariable < .max else { throw ExactArithmetic.tooLarge }
    var result = zero
    try result.add(1, Monomial(variables: [nextVariable]))
    atoms.append((nextVariable, atom))
    nextVariable += 1
    return result
  }

  package mutating func value(
    _ operation: Tape.Operation, _ x: ExactPolynomial, leaf: Int?
  ) throws(Refusal) -> ExactPolynomial {
    switch operation {
    case .sum: return x
    case .reciprocal: return try inverse(x)
    case .root: return try root(x)
    case .erf, .gaussian: throw TapeBuilder.unknown(.erf)
    case .exponential, .logarithm:
      guard let leaf, let entry = plan.entry(at: leaf) else { throw TapeBuilder.missing }
      return operation == .exponential ? try exponential(x, entry) : try logarithm(x, entry)
    }
  }

  private mutating func inverse(_ x: ExactPolynomial) throws(Refusal) -> ExactPolynomial {
    if let known = inverses[x.terms] { return known }
    guard !x.isZero else {
      throw Refusal("the model divides by 0", remedy: "laws that labels do not show are not proved of it")
    }
    var result = zero
    if x.terms.count == 1, let number = x.terms[.one] {
      try result.add(Rational(number.denominator, number.numerator), .one)
    } else {
      result = try newVariable(.inverse(of: x))
    }
    inverses[x.terms] = result
    return result
  }

  /// √z = z · (1/√z); of a number that is a square its root.
  private mutating func root(_ x: ExactPolynomial) throws(Refusal) -> ExactPolynomial {
    if x.isZero { return x }
    if x.terms.count == 1, let number = x.terms[.one], let root = number.exactRoot {
      var result = zero
      try result.add(root, .one)
      return result
    }
    if let known = roots[x.terms] { return known }
    let inverse = try newVariable(.inverseRoot(of: x))
    let result = try product(x, inverse)
    roots[x.terms] = result
    inverses[result.terms] = inverse
    inverses[inverse.terms] = result
    return result
  }

  /// The power product that the plan says; where it is a relation between exponents, that is proved first.
  private mutating func exponential(
    _ x: ExactPolynomial, _ entry: AtomPlan.Entry
  ) throws(Refusal) -> ExactPolynomial {
    if let number = entry.own {
      // e^(x/d) is the atom.
      var exponent = zero
      try sums.add(try Rational(1, plan.atoms[number].denominator), x, nil, to: &exponent)
      exponents[number] = x
      basis[number] = try newVariable(.exponential(of: exponent))
    } else {
      var difference = x
      for (number, share) in entry.shares {
        if number == AtomPlan.one {
          try difference.add(-share, .one)
        } else {
          guard let exponent = exponents[number] else { throw TapeBuilder.missing }
          try sums.add(-share, exponent, nil, to: &difference)
        }
      }
      guard try isZero(difference) else {
        throw Refusal("a relation between exponents is not proved", remedy: "take the laws that labels show")
      }
    }
    var result = zero
    try result.add(1, .one)
    for (number, power) in try plan.powers(entry) {
      var factor = try base(number)
      if power < 0 { factor = try inverse(factor) }
      for _ in 0..<abs(power) { result = try product(result, factor) }
    }
    return result
  }

  private mutating func base(_ number: Int) throws(Refusal) -> ExactPolynomial {
    if let known = basis[number] { return known }
    guard number == AtomPlan.one else { throw TapeBuilder.missing }
    var exponent = zero
    try exponent.add(Rational(1, plan.atoms[number].denominator), .one)
    let result = try newVariable(.exponential(of: exponent))
    basis[number] = result
    return result
  }

  private mutating func logarithm(
    _ x: ExactPolynomial, _ entry: AtomPlan.Entry
  ) throws(Refusal) -> ExactPolynomial {
    let inverse = try inverse(x)
    return try newVariable(.logarithm(of: x, inverse: inverse))
  }

  // MARK: Zero, and derivations

  /// Whether the relations reduce a polynomial to 0: then it is 0.
  ///
  /// - Throws: ``Refusal`` where that takes too many products.
  package mutating func isZero(_ polynomial: ExactPolynomial) throws(Refusal) -> Bool {
    var rest = [polynomial]
    for (variable, atom) in atoms.reversed() {
      switch atom {
      case .exponential, .logarithm: continue
      case .inverse(let u): rest = try rest.map { (part) throws(Refusal) in try cleared(part, variable, u, step: 1)[0] }
      case .inverseRoot(let z):
        var parts: [ExactPolynomial] = []
        for part in rest { parts += try cleared(part, variable, z, step: 2) }
        rest = parts
      }
      rest.removeAll { $0.isZero }
      if rest.isEmpty { return true }
    }
    return rest.allSatisfy(\.isZero)
  }

  /// With v^step u = 1: of every class of powers of v modulo `step` the polynomial without v, times a power of u.
  private mutating func cleared(
    _ polynomial: ExactPolynomial, _ variable: Int32, _ u: ExactPolynomial, step: Int
  ) throws(Refusal) -> [ExactPolynomial] {
    var powers: [Int: ExactPolynomial] = [:]
    for (monomial, coefficient) in polynomial.terms {
      let power = monomial.variables.count { $0 == variable }
      let rest = Monomial(variables: monomial.variables.filter { $0 != variable })
      try powers[power, default: zero].add(coefficient, rest)
    }
    var result: [ExactPolynomial] = []
    for remainder in 0..<step {
      // Horner's rule from the lowest power of v, which meets the highest of u.
      let mine = powers.keys.filter { $0 % step == remainder }
      guard let lowest = mine.min(), let highest = mine.max() else {
        result.append(zero)
        continue
      }
      var sum = powers[lowest] ?? zero
      var power = lowest
      while power < highest {
        power += step
        sum = try product(sum, u)
        if let next = powers[power] { try sums.add(1, next, nil, to: &sum) }
      }
      result.append(sum)
    }
    return result
  }

  /// A derivation that the parameters' derivatives give, extended to all atoms.
  ///
  /// - Throws: ``Refusal`` where that takes too many products.
  package mutating func derivation(
    _ parameters: [Int: ExactPolynomial]
  ) throws(Refusal) -> [Int32: ExactPolynomial] {
    var derivation: [Int32: ExactPolynomial] = [:]
    for (variable, change) in parameters where !change.isZero { derivation[Int32(variable)] = change }
    for (variable, atom) in atoms {
      var own = zero
      var change = zero
      switch atom {
      case .inverse(let u):
        try own.add(-1, Monomial(variables: [variable, variable]))
        change = try derivative(u, derivation)
      case .inverseRoot(let z):
        try own.add(Rational(-1, 2), Monomial(variables: [variable, variable, variable]))
        change = try derivative(z, derivation)
      case .exponential(let y):
        try own.add(1, Monomial(variables: [variable]))
        change = try derivative(y, derivation)
      case .logarithm(let a, let inverse):
        own = inverse
        change = try derivative(a, derivation)
      }
      let result = try product(own, change)
      if !result.isZero { derivation[variable] = result }
    }
    return derivation
  }

  /// The derivative of a polynomial under a derivation of its variables.
  package mutating func derivative(
    _ polynomial: ExactPolynomial, _ derivation: [Int32: ExactPolynomial]
  ) throws(Refusal) -> ExactPolynomial {
    var partials: [Int32: ExactPolynomial] = [:]
    for (monomial, coefficient) in polynomial.terms {
      for (variable, power, rest) in monomial.derivatives where derivation[Int32(variable)] != nil {
        try partials[Int32(variable), default: zero].add(Rational(power) * coefficient, rest)
      }
    }
    var result = zero
    for (variable, partial) in partials { try sums.add(1, partial, derivation[variable], to: &result) }
    return result
  }

  /// Begins another question: products that were formed before do not count.
  package mutating func begin(budget: Int) { sums = ExactArithmetic(budget: budget) }
}

extension Rational {
  /// The root of a square of a fraction; nil of others.
  package var exactRoot: Rational? {
    func root(_ square: Int) -> Int? {
      guard square >= 0 else { return nil }
      let near = Int(Double(square).squareRoot())
      return (max(near - 1, 0)...near + 1).first { $0.multipliedReportingOverflow(by: $0) == (square, false) }
    }
    guard let above = root(numerator), let below = root(denominator) else { return nil }
    return try? Rational(above, below)
  }
}
