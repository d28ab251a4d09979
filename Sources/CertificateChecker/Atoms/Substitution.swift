/// Values in place of variables, within the arguments of atoms as well.
package final class Substitution {
  private let atoms: Atoms
  private let budget: Budget
  /// Values of variables of the text, and of atoms once they are known.
  private var values: [Int: Polynomial]
  /// Atoms that stay as they are.
  private var unchanged: Set<Int> = []

  /// - Parameter values: What stands in place of variables of the text.
  package init(_ atoms: Atoms, _ values: [Int: Polynomial]) {
    (self.atoms, budget, self.values) = (atoms, atoms.budget, values)
  }

  /// The polynomial with the values in place.
  package func value(of polynomial: Polynomial) throws(Rejection) -> Polynomial {
    var moved: Set<Int> = []
    for variable in polynomial.variables.sorted() where try isMoved(variable) { moved.insert(variable) }
    if moved.isEmpty { return polynomial }
    var result = Polynomial.zero
    for (monomial, coefficient) in polynomial.terms {
      try budget.spend()
      var product = Polynomial(coefficient)
      for power in monomial.powers {
        let variable = Monomial.variable(power)
        let exponent = Monomial.exponent(power)
        if moved.contains(variable), let value = values[variable] {
          product = try product.times(value.power(exponent, budget), budget)
        } else {
          product = try product.times(Monomial(variable, exponent: exponent), .one, budget)
        }
      }
      try result.add(product, budget)
    }
    return try atoms.reduced(result)
  }

  /// Whether a variable has another value, which is known afterwards.
  private func isMoved(_ variable: Int) throws(Rejection) -> Bool {
    if values[variable] != nil { return true }
    guard let atom = atoms.items[variable], !unchanged.contains(variable) else { return false }
    try budget.spend()
    for inner in atom.argument.variables.sorted() where try isMoved(inner) {
      values[variable] = try changed(atom, value(of: atom.argument))
      return true
    }
    unchanged.insert(variable)
    return false
  }

  /// The same function of another argument.
  private func changed(_ atom: Atom, _ argument: Polynomial) throws(Rejection) -> Polynomial {
    switch atom.kind {
    case .gate: return try atoms.gate(argument)
    case .exponential(let part, _): return try atoms.exponential(argument.scaled(by: Fraction(part).inverse ?? .one))
    case .root: return try atoms.root(argument)
    case .inverse: return try atoms.inverse(argument)
    case .logarithm: return try atoms.logarithm(argument)
    case .distribution: return try atoms.distribution(argument)
    case .density:
      // φ is even.
      let z = try atoms.reduced(argument)
      let isNegative = z.leadingTerm.map { $0.coefficient.sign < 0 } ?? false
      return Polynomial(variable: try atoms.variable(.density, isNegative ? z.scaled(by: Fraction(-1)) : z))
    case .generic(let order): return try atoms.generic(argument, order: order)
    }
  }
}
