import FlowODE

/// ∂f/∂ŷ_k = c ∂ℓ/∂ŷ_k of every measurement to be integrated: the integrated residuals of closed forms for linear
/// measurements.
final class LossDerivativeQuadrature: Quadrature {
  let usesValue = false
  let names: [String]
  private let size: Double
  private var second: [Double]

  init(_ experiment: Experiment) {
    let measurements = experiment.problem.measurements
    names = (0..<measurements.count).map { "residual integral \($0)" }
    size = measurements.values.reduce(0) { max($0, abs($1)) }
    second = [Double](repeating: 0, count: measurements.count)
  }

  func rates(at point: FlowPoint, into rates: UnsafeMutablePointer<Double>) {
    second.withUnsafeMutableBufferPointer { second in
      guard let second = second.baseAddress else { return }
      point.objective.curvatures(point.parameters, first: rates, second: second)
    }
  }

  func derivatives(at point: FlowPoint, into derivatives: UnsafeMutablePointer<Double>) {
    let (n, m) = (point.objective.parameterCount, names.count)
    var column = [Double](repeating: 0, count: m)
    var direction = [Double](repeating: 0, count: n)
    for j in 0..<n {
      direction[j] = 1
      point.objective.weightTangents(point.parameters, direction: direction, into: &column)
      direction[j] = 0
      for k in 0..<m { derivatives[k * n + j] = column[k] }
    }
  }

  /// An integral of 1 changes W by a factor, whatever the size of the data.
  func scales(at start: FlowPoint) -> [Double] { [Double](repeating: 1, count: names.count) }
}
