import CMath
import FlowODE
import GSLBridge

/// A quantity of the end-to-end matrix and the rate that a law claims for it. A depth error is what the L of the exponents is
/// wrong by: 0 in the true law.
enum EndToEndLaw: Sendable, Hashable {
  /// The entries of W, or for large W their inner products with fixed random matrices, under the balanced end-to-end dynamics.
  case dynamics(depthError: Int)
  /// The singular values under the balanced law.
  case balancedSingularValues(depthError: Int)
  /// The singular values under the exact law for any start, with a layer's term left out if one is named.
  case singularValues(skipping: Int?)
  /// ∫ −L⟨G, u_r v_rᵀ⟩ beside the singular values, for fitting the power of σ_r that it multiplies.
  case growth
}

/// The end-to-end matrices that a setting's laws share: at the states they look at, and between those for their integrals.
final class EndToEndStates {
  let state: EndToEndState
  /// Where nothing is looked at twice: at nodes, and at save times within a step, which must not undo the decomposition at its end.
  let between: EndToEndState
  private var quadratures: [EndToEndLaw: EndToEndQuadrature] = [:]

  init(_ end: EndToEnd) {
    state = EndToEndState(end)
    between = EndToEndState(end)
  }

  /// The rates that a law claims.
  func quadrature(_ law: EndToEndLaw) -> EndToEndQuadrature {
    if let known = quadratures[law] { return known }
    let made = EndToEndQuadrature(law, state, between: between)
    quadratures[law] = made
    return made
  }
}

extension ClaimSetting {
  /// The end-to-end matrices that this setting's laws share; nil for other models.
  var endToEnd: EndToEndStates? {
    shared.object(EndToEndStates.self) { (try? EndToEnd(experiment: experiment)).map(EndToEndStates.init) }
  }
}

/// Evaluates a law's quantity and claimed rate at θ.
final class EndToEndTerms {
  /// Matrices of up to this many entries are compared entry by entry, larger ones by this many random projections.
  static let entryLimit = 64
  static let projectionCount = 16

  let law: EndToEndLaw
  let state: EndToEndState
  let names: [String]
  private let probes: [Matrix]

  init(_ law: EndToEndLaw, state: EndToEndState) {
    self.law = law
    self.state = state
    let (rows, columns) = (state.end.model.shape[0], state.end.model.shape[1])
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
    case .balancedSingularValues, .singularValues, .growth:
      names = (0..<state.followed).map { "sigma_\($0)" }
      probes = []
    }
  }

  private func read(_ matrix: Matrix) -> [Double] {
    guard !probes.isEmpty else { return matrix.elements }
    return probes.map { probe in
      probe.elements.withUnsafeBufferPointer { a in
        matrix.elements.withUnsafeBufferPointer { b in
          guard let first = a.baseAddress, let second = b.baseAddress else { return 0 }
          return BLAS.dot(count: a.count, first, second)
        }
      }
    }
  }

  private var notFinite: [Double] { [Double](repeating: .nan, count: names.count) }

  /// The quantities at θ; NaN where W cannot be decomposed.
  func values(_ parameters: UnsafePointer<Double>) -> [Double] {
    state.move(to: parameters)
    if case .dynamics = law { return read(state.matrix) }
    return state.singularValues
  }

  /// The decomposition of W(θ); nil where it is not finite.
  func decomposition(_ parameters: UnsafePointer<Double>) -> SVD? {
    state.move(to: parameters)
    return state.svd
  }

  /// The claimed rates at θ; NaN where W cannot be decomposed.
  func rates(_ parameters: UnsafePointer<Double>) -> [Double] {
    state.move(to: parameters)
    let depth = state.end.model.depth
    switch law {
    case .dynamics(let error): return state.balancedRate(exponentDepth: depth + error).map(read) ?? notFinite
    case .balancedSingularValues(let error):
      let exponent = 2 - 2 / Double(depth + error)
      return zip(state.singularValues, state.projections).map { -Double(depth) * pow($0, exponent) * $1 }
    case .singularValues(let skipping): return state.exactSingularRates(skipping: skipping) ?? notFinite
    case .growth: return state.projections.map { -Double(depth) * $0 }
    }
  }

  /// The sizes beside which errors of the integrals count: the largest quantity, as residuals are judged relative to it, or, for a
  /// power that is fitted to every singular value, each one's own.
  func sizes(_ parameters: UnsafePointer<Double>) -> [Double] {
    if case .growth = law { return scales(parameters) }
    let largest = values(parameters).reduce(0) { max($0, abs($1)) }
    return [Double](repeating: largest > 0 && largest.isFinite ? largest : 1, count: names.count)
  }

  /// About what rounding makes of the largest of the claimed rates at θ. The state does not move where it is rounded off, so that over
  /// long times this adds up.
  func noise(_ parameters: UnsafePointer<Double>) -> Double {
    state.move(to: parameters)
    guard let svd = state.svd, let first = svd.singularValues.first else { return 0 }
    let depth = Double(state.end.model.depth)
    let factor =
      switch law {
      case .growth: depth
      case .dynamics, .balancedSingularValues: depth * pow(first, 2 - 2 / depth)
      case .singularValues:
        state.end.growthFactors(parameters, svd: svd, count: state.followed).max() ?? 0
      }
    return factor * state.projectionNoise
  }

  /// The size at which each integral's absolute error starts to matter.
  func scales(_ parameters: UnsafePointer<Double>) -> [Double] {
    let values = values(parameters).map { abs($0) }
    let largest = values.max() ?? 0
    let unit = largest > 0 && largest.isFinite ? largest : 1
    let sizes = values.map { $0 > 1e-12 * unit ? $0 : unit }
    guard case .growth = law else { return sizes }
    // ∫γ moves σ^{1−p} in the power law dσ/dt = L γ σᵖ, p = 2 − 2/L, and ln σ where p = 1.
    let depth = Double(state.end.model.depth)
    return sizes.map { pow($0, 2 / depth - 1) }
  }
}

/// A law's claimed rates, to be integrated along the path.
///
/// Sorted singular values are differentiable except where they meet, so integrals of the sorted rates follow the sorted
/// values; near a meeting nodes are added.
final class EndToEndQuadrature: PathQuadrature {
  /// At the ends of accepted steps, where the laws look as well, and between them, so that neither undoes the other's decomposition.
  private let terms: EndToEndTerms
  private let between: EndToEndTerms
  /// What rounding of W may have left of each followed singular value by now, relative to it. One that was small beside the largest keeps
  /// the error that it had then, also where it has grown since.
  private(set) var roundings: [Double]

  init(_ law: EndToEndLaw, _ state: EndToEndState, between: EndToEndState) {
    terms = EndToEndTerms(law, state: state)
    self.between = EndToEndTerms(law, state: between)
    roundings = [Double](repeating: 0, count: state.followed)
  }

  var names: [String] { terms.names }

  func rates(at parameters: UnsafePointer<Double>, isStep: Bool, into rates: UnsafeMutablePointer<Double>) {
    let own = isStep ? terms : between
    for (i, rate) in own.rates(parameters).enumerated() { rates[i] = rate }
    if case .growth = own.law { noteRounding(own.state.singularValues) }
  }

  private func noteRounding(_ values: [Double]) {
    guard let first = values.first, first > 0 else { return }
    for (r, value) in values.enumerated() {
      roundings[r] = max(roundings[r], value > 0 ? EndToEndState.roundingUnit * first / value : .infinity)
    }
  }

  func sizes(at parameters: UnsafePointer<Double>) -> [Double] { terms.sizes(parameters) }

  func noises(at parameters: UnsafePointer<Double>) -> [Double] {
    [Double](repeating: terms.noise(parameters), count: terms.names.count)
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
      let upper = between.rates(moved)
      moved[j] = kept - step
      let lower = between.rates(moved)
      moved[j] = kept
      for i in upper.indices { derivatives[i * n + j] = (upper[i] - lower[i]) / (2 * step) }
    }
  }

  func scales(at start: FlowPoint) -> [Double] { terms.scales(start.parameters) }
}
