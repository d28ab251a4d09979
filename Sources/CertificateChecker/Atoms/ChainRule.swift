/// Derivatives of polynomials in atoms: the chain rule through atoms within atoms.
package final class ChainRule {
  private let atoms: Atoms
  private let budget: Budget
  /// The derivatives of variables of the text: in what, and how much. Others do not move.
  private let seeds: (Int) throws(Rejection) -> [Int: Polynomial]
  /// The derivatives of atoms that were asked for.
  private var known: [Int: [Int: Polynomial]] = [:]

  /// - Parameter seeds: The derivatives of a variable of the text.
  package init(_ atoms: Atoms, _ seeds: @escaping (Int) throws(Rejection) -> [Int: Polynomial]) {
    (self.atoms, budget, self.seeds) = (atoms, atoms.budget, seeds)
  }

  /// The derivatives ∂/∂x for the wanted x.
  package convenience init(_ atoms: Atoms, wanted: Set<Int>) {
    self.init(atoms) { variable throws(Rejection) in wanted.contains(variable) ? [variable: .one] : [:] }
  }

  /// Σ ∂P/∂v · dv over variables and atoms v.
  package func derivatives(of polynomial: Polynomial) throws(Rejection) -> [Int: Polynomial] {
    var moving: [Int: [Int: Polynomial]] = [:]
    for variable in polynomial.variables.sorted() {
      try budget.spend()
      let own = try atoms.items[variable] == nil ? seeds(variable) : derivatives(ofAtom: variable)
      if !own.isEmpty { moving[variable] = own }
    }
    var total: [Int: Polynomial] = [:]
    for (variable, slope) in try polynomial.gradient({ moving[$0] != nil }, budget) {
      for (place, derivative) in moving[variable] ?? [:] {
        try total[place, default: .zero].add(slope.times(derivative, budget), budget)
      }
    }
    return try reduced(total)
  }

  private func derivatives(ofAtom variable: Int) throws(Rejection) -> [Int: Polynomial] {
    if let own = known[variable] { return own }
    guard let atom = atoms.items[variable] else { return [:] }
    var own: [Int: Polynomial] = [:]
    if atom.kind != .gate {
      let inner = try derivatives(of: atom.argument)
      if !inner.isEmpty {
        let slope = try atoms.slope(of: variable, atom)
        for (place, derivative) in inner { own[place] = try slope.times(derivative, budget) }
        own = try reduced(own)
      }
    }
    known[variable] = own
    return own
  }

  private func reduced(_ values: [Int: Polynomial]) throws(Rejection) -> [Int: Polynomial] {
    var result: [Int: Polynomial] = [:]
    for (place, value) in values {
      let own = try atoms.reduced(value)
      if !own.isZero { result[place] = own }
    }
    return result
  }
}

extension Atoms {
  /// The derivative of an atom in its argument.
  package func slope(of variable: Int, _ atom: Atom) throws(Rejection) -> Polynomial {
    let own = Polynomial(variable: variable)
    switch atom.kind {
    case .gate: return .zero
    case .exponential(let part, _): return own.scaled(by: Fraction(part).inverse ?? .one)
    case .root: return try inverse(own).scaled(by: Fraction(2).inverse ?? .one)
    case .inverse: return try own.power(2, budget).scaled(by: Fraction(-1))
    case .logarithm: return try inverse(atom.argument)
    case .distribution: return Polynomial(variable: try self.variable(.density, atom.argument))
    case .density: return try own.times(atom.argument, budget).scaled(by: Fraction(-1))
    case .generic(let order):
      guard order < 1000 else { throw Rejection("a function is derived more than 1000 times") }
      return try generic(atom.argument, order: order + 1)
    }
  }
}
