import FlowODE
import Models

extension ComponentRates {
  /// The rates' moduli component by component, as derivatives for implicit methods are made from them.
  var scalar: ComponentQuadrature {
    ComponentQuadrature(registry, rates: entries.flatMap { Self.scalar($0.kind) })
  }

  /// Writes all rates component by component: slow, and the same.
  package func writeScalarRates(at point: FlowPoint, into rates: UnsafeMutablePointer<Double>) {
    scalar.rates(at: point, into: rates)
    for entry in entries where entry.kind == .sign || isSigned(entry.kind) {
      for r in 0..<count {
        let sign = sign(r, point.parameters)
        rates[entry.row * count + r] = entry.kind == .sign ? sign : (sign < 0 ? -1 : 1) * rates[entry.row * count + r]
      }
    }
  }

  /// Writes the rates' derivatives with respect to θ.
  func writeScalarDerivatives(at point: FlowPoint, into derivatives: UnsafeMutablePointer<Double>) {
    let n = point.objective.parameterCount
    scalar.derivatives(at: point, into: derivatives)
    for entry in entries where entry.kind == .sign || isSigned(entry.kind) {
      for r in 0..<count {
        let row = derivatives + (entry.row * count + r) * n
        if entry.kind == .sign {
          for (k, place) in scalars[r].enumerated() {
            row[place] = scalars[r].enumerated().reduce(1) { $1.offset == k ? $0 : $0 * point.parameters[$1.element] }
          }
        } else if sign(r, point.parameters) < 0 {
          for i in 0..<n { row[i] = -row[i] }
        }
      }
    }
  }

  private static func scalar(_ kind: Kind) -> [ComponentRate] {
    switch kind {
    case .sign: [ComponentRate("sign", scale: { _, _ in 1 }, value: { _, _ in 0 })]
    case .gamma, .plainGamma:
      // ∫γ is the integral of da/(2σ) for the smallest squared norm a.
      [ComponentRate("gamma", scale: { density($1) }, value: { $1.gamma })]
    case .growth: [ComponentRate("growth") { _, state in state.rate }]
    case .unsquared:
      [ComponentRate("unsquared growth") { _, state in unsquared(state) }]
    case .exponent:
      [
        ComponentRate("exponent", scale: { _, _ in 1 }, value: { exponent($1) })
      ]
    case .branches(let epsilons):
      [
        ComponentRate("first branch") { r, state in branches(state, epsilons[r]).first },
        ComponentRate("second branch") { r, state in branches(state, epsilons[r]).second },
      ]
    }
  }

  static func unsquared(_ state: ComponentState) -> Double {
    let norm = state.norm
    return norm > 0 ? state.gamma * state.squaredNorms.reduce(0) { $0 + norm / $1.squareRoot() } : 0
  }

  static func exponent(_ state: ComponentState) -> Double {
    let last = state.symmetric(state.m - 1)
    return last > 0 ? 4 * state.pairing * state.symmetric(state.m - 2) / last : 0
  }

  private static func density(_ state: ComponentState) -> Double {
    let norm = state.norm
    return norm > 0 ? 0.5 * (state.squaredNorms.min() ?? 1) / norm : 1
  }

  static func branches(_ state: ComponentState, _ epsilon: Double) -> (first: Double, second: Double) {
    let norm = state.norm
    let base = ComponentRows.meanSquare(norm, state.m) + epsilon
    guard norm > 0, base > 0 else { return (0, 0) }
    let slope = Double(state.m) * state.gamma
    return (slope * norm * norm / base, (1..<state.m).reduce(slope) { product, _ in product * base })
  }
}
