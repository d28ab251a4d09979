import FlowLanguage

/// Which functions that are no polynomials a claim depends on, through what is declared and what moves the parameters.
package struct FunctionScan {
  /// Functions that need atoms.
  package private(set) var functions: Set<FunctionName> = []
  /// Whether something is taken to a power that is no whole number.
  package private(set) var hasRoots = false
  /// Whether something is divided by what is no number.
  package private(set) var divides = false

  private let file: CheckedFile
  private let budget: Budget
  /// Formulas that are still to be looked at.
  private var waiting: [Term]
  private var seen: Set<Int> = []

  /// Whether formulas are polynomials and quotients of such.
  package var isRational: Bool { functions.isEmpty && !hasRoots }

  /// What a claim about the flow depends on.
  package init(_ file: CheckedFile, _ claim: CheckedClaim, _ budget: Budget) throws(Rejection) {
    (self.file, self.budget) = (file, budget)
    waiting = claim.form.terms + Self.motion(of: file)
    try visitAll()
  }

  /// What the loss of a file depends on.
  package init(lossOf file: CheckedFile, _ budget: Budget) throws(Rejection) {
    (self.file, self.budget) = (file, budget)
    waiting = file.loss.map { [$0] } ?? []
    try visitAll()
  }

  /// Where what was found is smooth and has values: parts of a sentence.
  package var remarks: [String] {
    let roots: Set<FunctionName> = [.norm, .squareRoot, .layerNorm, .rmsNorm]
    let gates: Set<FunctionName> = [.relu, .leaky, .absolute, .norm1, .maximum, .minimum]
    return Atoms.remarks(
      gated: functions.intersection(gates), hasRoot: hasRoots || !functions.isDisjoint(with: roots),
      hasLogarithm: functions.contains(.log), hasInverse: divides, hasGeneric: functions.contains(.generic))
  }

  /// The formulas that move the parameters.
  private static func motion(of file: CheckedFile) -> [Term] {
    var found: [Term] = []
    switch file.flow {
    case .field(let rates): return rates.map(\.value)
    case .gradient(let decay): found = decay.map { [$0] } ?? []
    case .momentum(let friction): found = [friction]
    case .mirror: break
    }
    if let loss = file.loss { return found + [loss] }
    return found + (file.model.flatMap { file.declarations[$0].value }.map { [$0] } ?? [])
  }

  /// Without recursion, for definitions may name each other in long chains.
  private mutating func visitAll() throws(Rejection) {
    while let term = waiting.popLast() {
      try budget.spend()
      visit(term)
    }
  }

  private mutating func visit(_ term: Term) {
    switch term.kind {
    case .declared(let position), .gradient(let position):
      if seen.insert(position).inserted, let value = file.declarations[position].value { waiting.append(value) }
    case .loss: if seen.insert(-1).inserted, let loss = file.loss { waiting.append(loss) }
    case .call(let function, _):
      switch function {
      case .norm2, .dot, .sum, .trace, .determinant, .diagonal: break
      default: functions.insert(function)
      }
    case .power(let base, _, let exponent):
      // An exponent without a value is refused where the formula is read.
      let value = try? Expander(file, Variables(), budget).value(of: exponent).values.first?.constant
      if let value, !value.isInteger { hasRoots = true }
      if let value, value.sign < 0, !isNumber(base) { divides = true }
    case .product(_, let factors):
      for factor in factors where factor.joint == .quotient || factor.joint == .entrywiseQuotient {
        if !isNumber(factor.operand) { divides = true }
      }
    default: break
    }
    waiting += term.kind.parts
  }

  /// Whether a formula is made of numbers and sizes.
  private func isNumber(_ term: Term) -> Bool {
    switch term.kind {
    case .number, .size: true
    case .negative, .sum, .product, .power: term.kind.parts.allSatisfy { isNumber($0) }
    default: false
    }
  }
}

extension ClaimForm where Value == Term {
  /// All formulas of a claim.
  package var terms: [Term] {
    func sides(_ equations: [Equation<Term>]) -> [Term] { equations.flatMap { [$0.left, $0.right] } }
    switch self {
    case .conserved(let value, let given): return [value] + sides(given)
    case .decays(let value, let rate, let given): return [value, rate] + sides(given)
    case .identity(let equation, let given): return sides([equation] + given)
    case .nonincreasing(let value, let roots): return [value] + roots
    case .invariant(let comparison, let cofactor, let given):
      return [comparison.left, comparison.right] + (cofactor.map { [$0] } ?? []) + sides(given)
    case .laws: return []
    case .always(let comparison, _, _), .reaches(let comparison, _, _): return [comparison.left, comparison.right]
    case .grows(let value, let base, let exponent): return [value, base, exponent]
    }
  }
}
