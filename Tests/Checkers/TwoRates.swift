import FlowODE
import Models

/// The rates f and ‖∇f‖², with their derivatives ∇f and 2 ∇²f ∇f.
package final class TwoRates: Quadrature {
  package init() {}

  package var names: [String] { ["value", "squared gradient"] }

  package func rates(at point: FlowPoint, into rates: UnsafeMutablePointer<Double>) {
    rates[0] = point.value
    rates[1] = (0..<point.objective.parameterCount).reduce(0) { $0 + point.gradient[$1] * point.gradient[$1] }
  }

  package func derivatives(at point: FlowPoint, into derivatives: UnsafeMutablePointer<Double>) {
    let n = point.objective.parameterCount
    for i in 0..<n { derivatives[i] = point.gradient[i] }
    point.objective.hessianVectorProduct(point.parameters, direction: point.gradient, into: derivatives + n)
    for i in 0..<n { derivatives[n + i] *= 2 }
  }

  package func scales(at start: FlowPoint) -> [Double] { [1, 1] }
}
