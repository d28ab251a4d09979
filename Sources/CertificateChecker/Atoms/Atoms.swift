import FlowLanguage

/// The atoms of a text: what stands for its functions that are no polynomials.
///
/// Two formulas that are the same polynomial in variables and atoms have the same value wherever the functions are smooth. The table need
/// not know every relation between atoms: one that it misses leaves a true claim unproved and makes no false one true.
package final class Atoms {
  /// Most atoms of a text.
  package static let countLimit = 10_000
  /// Most atoms within each other.
  package static let depthLimit = 64

  /// The variables of the text, among which atoms have their numbers.
  package let variables: Variables
  /// The limit on work.
  package let budget: Budget
  /// Atoms by variable.
  package private(set) var items: [Int: Atom] = [:]
  private var numbers: [Key: Int] = [:]
  /// The exponents of exponentials.
  var basis = ExponentBasis()
  /// √ of multiples of a polynomial: the multiples and their variables, by the polynomial with greatest factor 1.
  var roots: [Polynomial: [(factor: Fraction, variable: Int)]] = [:]
  /// The functions whose values are gates times something.
  private var gated: Set<FunctionName> = []

  private struct Key: Hashable {
    let kind: Atom.Kind
    let argument: Polynomial
  }

  /// No atoms yet.
  package init(_ variables: Variables, _ budget: Budget) { (self.variables, self.budget) = (variables, budget) }

  /// The variable of an atom, the same for the same kind and argument.
  func variable(
    _ kind: Atom.Kind, _ argument: Polynomial, isNeverZero: Bool = false, leading: Monomial = .one,
    rest: Polynomial? = nil
  ) throws(Rejection) -> Int {
    let key = Key(kind: kind, argument: argument)
    if let known = numbers[key] { return known }
    try budget.spend(1 + argument.terms.count)
    guard items.count < Self.countLimit else {
      throw Rejection("there are more than \(Self.countLimit) values of functions that are no polynomials")
    }
    let within = argument.variables
    let depth = 1 + within.reduce(0) { max($0, items[$1]?.depth ?? 0) }
    guard depth <= Self.depthLimit else {
      throw Rejection("functions nest more than \(Self.depthLimit) deep")
    }
    let number = try variables.addAtom()
    items[number] = Atom(
      kind, argument, depth: depth, roles: roles(of: within), isNeverZero: isNeverZero, leading: leading, rest: rest)
    numbers[key] = number
    return number
  }

  /// Says that a function which bends is among those of the text.
  func note(gated function: FunctionName) { gated.insert(function) }

  /// What the variables of the text are that some variables and atoms depend on.
  package func roles(of found: Set<Int>) -> Set<Variables.Role> {
    found.reduce(into: []) { roles, variable in
      if let atom = items[variable] { roles.formUnion(atom.roles) } else { roles.insert(variables.roles[variable]) }
    }
  }

  /// The variables of the text that a value depends on, through all atoms, and the atoms.
  package func closure(of found: Set<Int>) -> Set<Int> {
    var (all, waiting) = (found, Array(found))
    while let variable = waiting.popLast() {
      guard let atom = items[variable] else { continue }
      for next in atom.argument.variables where all.insert(next).inserted { waiting.append(next) }
    }
    return all
  }

  /// Where formulas with these atoms are smooth and have values: parts of a sentence.
  package var remarks: [String] {
    var (hasRoot, hasLogarithm, hasInverse, hasGeneric) = (false, false, false, false)
    for atom in items.values {
      switch atom.kind {
      case .root: hasRoot = true
      case .logarithm: hasLogarithm = true
      case .generic: hasGeneric = true
      case .inverse: if !atom.isNeverZero, !isRoot(atom.argument) { hasInverse = true }
      default: break
      }
    }
    return Self.remarks(
      gated: gated, hasRoot: hasRoot, hasLogarithm: hasLogarithm, hasInverse: hasInverse, hasGeneric: hasGeneric)
  }

  /// That √z is not 0 is said of z.
  private func isRoot(_ value: Polynomial) -> Bool {
    guard let variable = value.variables.first, value == Polynomial(variable: variable) else { return false }
    return items[variable]?.kind == .root
  }

  /// How the remark on functions that bend begins.
  static let bends = "wherever no argument of"

  static func remarks(
    gated: Set<FunctionName>, hasRoot: Bool, hasLogarithm: Bool, hasInverse: Bool, hasGeneric: Bool
  ) -> [String] {
    var remarks: [String] = []
    let compared = gated.intersection([.maximum, .minimum])
    let folded = gated.subtracting(compared)
    func list(_ names: Set<FunctionName>) -> String { names.map(\.rawValue).sorted().joined(separator: " or ") }
    if !folded.isEmpty { remarks.append("\(bends) \(list(folded)) is 0") }
    if !compared.isEmpty { remarks.append("wherever \(list(compared)) compares no equal values") }
    if hasRoot { remarks.append("where no argument of a root is 0") }
    if hasLogarithm { remarks.append("where every argument of log is positive") }
    if hasInverse { remarks.append("where no denominator is 0") }
    if hasGeneric { remarks.append("for every smooth act") }
    return remarks
  }
}
