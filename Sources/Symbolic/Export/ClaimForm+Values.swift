import FlowLanguage

extension ClaimForm {
  /// The values that it speaks of, in the order of the text.
  package var values: [Value] {
    func sides(_ equations: [Equation<Value>]) -> [Value] { equations.flatMap { [$0.left, $0.right] } }
    switch self {
    case .conserved(let value, let given): return [value] + sides(given)
    case .decays(let value, let rate, let given): return [value, rate] + sides(given)
    case .identity(let equation, let given): return sides([equation]) + sides(given)
    case .nonincreasing(let value, let roots): return [value] + roots
    case .invariant(let comparison, let cofactor, let given):
      return [comparison.left, comparison.right] + (cofactor.map { [$0] } ?? []) + sides(given)
    case .laws: return []
    case .always(let comparison, _, _), .reaches(let comparison, _, _): return [comparison.left, comparison.right]
    case .grows(let value, let base, let exponent): return [value, base, exponent]
    }
  }
}
