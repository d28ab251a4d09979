/// Exact values of atoms at a point whose entries are fractions, where there are any.
package final class AtomValues {
  private let atoms: Atoms
  private let budget: Budget
  private var values: [Int: Fraction]
  /// Why an atom has no exact value.
  private var reasons: [Int: String] = [:]

  /// - Throws: If a function is not smooth at the point, or has no value there, or it is not known whether that is so.
  package init(_ atoms: Atoms, _ point: [Int: Fraction]) throws(Rejection) {
    (self.atoms, budget, values) = (atoms, atoms.budget, point)
    for (variable, atom) in atoms.items.sorted(by: { $0.key < $1.key }) {
      // What stands for a definition while the loss is derived in it has no value, and was replaced.
      guard !atom.roles.contains(.auxiliary) else { continue }
      try evaluate(variable, atom)
    }
  }

  /// The value of a polynomial, or why it has none that is exact.
  package func value(of polynomial: Polynomial) throws(Rejection) -> Fraction {
    for variable in polynomial.variables.sorted() where atoms.items[variable] != nil && values[variable] == nil {
      throw Rejection("\(reasons[variable] ?? "a function") at the point, which has no exact value")
    }
    try budget.spend(polynomial.terms.count)
    return try polynomial.value(at: values, budget)
  }

  private func evaluate(_ variable: Int, _ atom: Atom) throws(Rejection) {
    try budget.spend()
    let unknown = atom.argument.variables.sorted().first { atoms.items[$0] != nil && values[$0] == nil }
    let argument = unknown == nil ? try value(of: atom.argument) : nil
    func needed(_ what: String) throws(Rejection) -> Fraction {
      if let argument { return argument }
      throw Rejection(
        "\(what) depends on \(unknown.flatMap { reasons[$0] } ?? "a function"), which has no exact value at the point")
    }
    switch atom.kind {
    case .gate:
      let z = try needed("where relu, leaky, abs, max or min bends")
      guard !z.isZero else {
        throw Rejection("an argument of relu, leaky, abs, max or min is 0 at the point: it is not smooth there")
      }
      values[variable] = z.sign > 0 ? .one : .zero
    case .root:
      let z = try needed("a root")
      guard z.sign > 0 else { throw Rejection("a root of \(shortened(z.text)) is taken at the point") }
      set(variable, z.squareRoot, "the root of \(shortened(z.text))")
    case .inverse:
      if atom.isNeverZero, argument == nil {
        reasons[variable] = "1 over a sum of exponentials"
        return
      }
      let z = try needed("a denominator")
      guard let inverse = z.inverse else { throw Rejection("a denominator is 0 at the point") }
      values[variable] = inverse
    case .logarithm:
      let z = try needed("log")
      guard z.sign > 0 else { throw Rejection("the logarithm of \(shortened(z.text)) is taken at the point") }
      set(variable, z == .one ? .zero : nil, "the logarithm of \(shortened(z.text))")
    case .exponential: set(variable, argument?.isZero == true ? .one : nil, "the exponential of \(text(argument))")
    case .distribution:
      set(
        variable, argument?.isZero == true ? Fraction(2).inverse : nil, "the normal distribution at \(text(argument))")
    case .density: reasons[variable] = "the normal density"
    case .generic: reasons[variable] = "act, of which nothing is known,"
    }
  }

  private func text(_ argument: Fraction?) -> String {
    argument.map { shortened($0.text) } ?? "something without exact value"
  }

  private func set(_ variable: Int, _ value: Fraction?, _ reason: String) {
    values[variable] = value
    if value == nil { reasons[variable] = reason }
  }
}
