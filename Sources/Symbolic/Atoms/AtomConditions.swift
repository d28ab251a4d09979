import FlowLanguage

/// Where formulas have the values that their atoms have.
package struct AtomConditions {
  /// Functions with a kink where their argument, or the difference of their arguments, is 0.
  package var kinks: Set<FunctionName> = []
  /// Whether there are roots, logarithms, and denominators that may be 0.
  package var hasRoots = false
  package var hasLogarithms = false
  package var hasDenominators = false

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
