import FlowLanguage

/// Where formulas have the values that their atoms have.
package struct AtomConditions {
  /// Functions with a kink where their argument, or the difference of their arguments, is 0.
  package var kinks: Set<FunctionName> = []
  /// Whether there are roots.
  package var hasRoots = false
  /// Whether there are logarithms.
  package var hasLogarithms = false
  /// Whether there are denominators that may be 0.
  package var hasDenominators = false

  /// Adds what a formula asks for that is not read itself, up to the declarations that are.
  package mutating func add(_ term: Term, of file: CheckedFile, except read: [Int]) {
    switch term.kind {
    case .declared(let position):
      if !read.contains(position), let value = file.declarations[position].value { add(value, of: file, except: read) }
    case .call(let function, _):
      switch function {
      case .relu, .leaky, .absolute, .norm1, .maximum, .minimum: kinks.insert(function)
      case .squareRoot, .norm, .rmsNorm, .layerNorm: hasRoots = true
      case .log: hasLogarithms = true
      default: break
      }
    case .power(_, _, let exponent):
      if case .number(let number) = exponent.kind, number.integer.map({ $0 >= 0 }) ?? false { break }
      (hasRoots, hasDenominators) = (true, true)
    case .product(_, let factors):
      for factor in factors where factor.joint == .quotient || factor.joint == .entrywiseQuotient {
        if case .number = factor.operand.kind { continue }
        hasDenominators = true
      }
    default: break
    }
    for part in term.kind.parts { add(part, of: file, except: read) }
  }

  /// In words, with a comma and a space before them; empty where there are none.
  package var words: String {
    var parts: [String] = []
    let order: [FunctionName] = [.relu, .leaky, .absolute, .norm1]
    let single = order.filter(kinks.contains).map(\.rawValue)
    if !single.isEmpty { parts.append("no argument of \(single.joined(separator: " or ")) is 0") }
    let pairs = [FunctionName.maximum, .minimum].filter(kinks.contains).map(\.rawValue)
    if !pairs.isEmpty { parts.append("no two arguments of \(pairs.joined(separator: " or ")) are equal") }
    if hasRoots { parts.append("every argument of a root is positive") }
    if hasLogarithms { parts.append("every argument of log is positive") }
    if hasDenominators { parts.append("no denominator is 0") }
    return parts.isEmpty ? "" : ", wherever " + parts.joined(separator: " and ")
  }
}
