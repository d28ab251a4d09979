import FlowODE
import GSLBridge

/// A quantity of the end-to-end matrix and the rate that a law claims for it. A depth error is what the L of the exponents is
/// wrong by: 0 in the true law.
enum EndToEndLaw: Sendable, Equatable {
  /// The entries of W, or for large W their inner products with fixed random matrices, under the balanced end-to-end dynamics.
  case dynamics(depthError: Int)
  /// The singular values under the balanced law.
  case balancedSingularValues(depthError: Int)
  /// The singular values under the exact law for any start, with a layer's term left out if one is named.
  case singularValues(skipping: Int?)
}

/// Evaluates a law's quantity and claimed rate at θ; one per rung, since it owns work memory.
final class EndToEndTerms {
  /// Matrices of up to this many entries are compared entry by entry, larger ones by this many random projections.
  static let entryLimit = 64
  static let projectionCount = 16

  let law: EndToEndLaw
  let end: EndToEnd
  let names: [String]
  private let probes: [Matrix]

  init(_ law: EndToEndLaw, experiment: Experiment) throws(ExperimentError) {
    self.law = law
    end = try EndToEnd(experiment: experiment)
    let (rows, columns) = (end.model.shape[0], end.model.shape[1])
    switch law {
    case .dynamics where rows * columns <= Self.entryLimit:
      names = (0..<rows * columns).map { "W[\($0 / columns),\($0 % columns)]" }
      probes = []
    case .dynamics:
      names = (0..<Self.projectionCount).map { "projection \($0) of W" }
      let scale = 1 / Double(rows * columns).squareRoot()
      probes = (0..<Self.projectionCount).map { index in
        var stream = RandomStream(seed: 1, name: "claims/projection\(index)")
        return Matrix(
          rows: rows, columns: columns, elements: (0..<rows * columns).map { _ in scale * stream.gaussian() })
      }
    case .balancedSingularValues, .singularValues:
      names = (0..<min(rows, columns)).map { "sigma_\($0)" }
      probes = []
    }
  }

  private func read(_ matrix: Matrix) -> [Double] {
    guard !probes.isEmpty else { return matrix.elements }
    return probes.map { probe in zip(probe.elements, matrix.elements).reduce(0) { $0 + $1.0 * $1.1 } }
  }

  /// The quantities at θ; NaN where W cannot be decomposed.
  func values(_ parameters: UnsafePointer<Double>) -> [Double] {
    let matrix = end.matrix(parameters)
    if case .dynamics = law { return read(matrix) }
    return (try? SVD.singularValues(of: matrix)) ?? [Double](repeating: .nan, count: names.count)
  }

  /// The claimed rates at θ; NaN where W cannot be decomposed.
  func rates(_ parameters: UnsafePointer<Double>) -> [Double] {
    let matrix = end.matrix(parameters)
    guard let svd = try? SVD(matrix) else { return [Double](repeating: .nan, count: names.count) }
    let gradient = end.gradient(matrix)
    let depth = end.model.depth
    switch law {
    case .dynamics(let error):
      return read(
        EndToEnd.balancedRate(svd, gradient: gradient, depth: depth, exponentDepth: depth + error))
    case .balancedSingularValues(let error):
      return EndToEnd.balancedSingularRates(svd, gradient: gradient, depth: depth, exponentDepth: depth + error)
    case .singularValues(let skipping):
      return end.exactSingularRates(parameters, svd: svd, gradient: gradient, skipping: skipping)
    }
  }
}

/// The integrals of a law's claimed rates, as states of the ODE.
///
/// Sorted singular values are differentiable except where they meet, so integrals of the sorted rates follow the sorted
/// values; near a meeting the integrator refines.
final class EndToEndQuadrature: Quadrature, @unchecked Sendable {
  // Unchecked: made afresh for every rung and used by that rung's thread alone.
  private let terms: EndToEndTerms

  init(_ terms: EndToEndTerms) { self.terms = terms }

  var names: [String] { terms.names }

  func rates(at point: FlowPoint, into rates: UnsafeMutablePointer<Double>) {
    for (i, rate) in terms.rates(point.parameters).enumerated() { rates[i] = rate }
  }

  /// By central differences: the rates' derivatives hold second derivatives of singular vectors.
  func derivatives(at point: FlowPoint, into derivatives: UnsafeMutablePointer<Double>) {
    let n = point.objective.parameterCount
    var moved = Array(UnsafeBufferPointer(start: point.parameters, count: n))
    let scale = moved.reduce(0) { max($0, abs($1)) }
    for j in 0..<n {
      let kept = moved[j]
      let step = 6e-6 * max(abs(kept), 1e-3 * scale, .leastNormalMagnitude)
      moved[j] = kept + step
      let upper = terms.rates(moved)
      moved[j] = kept - step
      let lower = terms.rates(moved)
      moved[j] = kept
      for i in upper.indices { derivatives[i * n + j] = (upper[i] - lower[i]) / (2 * step) }
    }
  }

  func scales(at start: FlowPoint) -> [Double] {
    let values = terms.values(start.parameters).map { abs($0) }
    let largest = values.max() ?? 0
    let unit = largest > 0 && largest.isFinite ? largest : 1
    return values.map { $0 > 1e-12 * unit ? $0 : unit }
  }
}
