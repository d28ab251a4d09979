import CMath

/// The stabilized explicit Runge-Kutta-Chebyshev method of order 2: with s stages it is stable on the negative real axis up
/// to hρ ≈ 0.65 s², so that a stiff step costs the square root of what it costs other explicit methods.
///
/// Its stability polynomial is a_s + b_s T_s(w₀ + w₁z) with w₀ = 1 + 2/(13 s²) and w₁ = T′_s(w₀)/T″_s(w₀); the stages follow
/// the three-term recurrence of the Chebyshev polynomials T_j. As many stages are taken as the estimated spectral radius of
/// ∂F/∂y demands. The error estimate is 4/5 (yₙ − yₙ₊₁) + 2/5 h(Fₙ + Fₙ₊₁), which shrinks like h³.
///
/// Source: B. P. Sommeijer, L. F. Shampine, J. G. Verwer, "RKC: an explicit solver for parabolic PDEs", Journal of
/// Computational and Applied Mathematics 88 (1998) 315–326 (report MAS-R9715, 1997), section 2.
public final class RungeKuttaChebyshev: CustomStep {
  /// `rkc2`.
  public let name = "rkc2"
  /// 3: the error estimate shrinks like h³.
  public let order = 3

  /// More stages would let rounding errors, which grow like s², come near tight tolerances.
  static let mostStages = 200
  /// The power iteration approaches the spectral radius from below.
  static let safety = 1.25
  /// Steps between two refinements of a spectral radius that has settled.
  static let refreshInterval = 20
  private static let mostRefinements = 20

  var quadrature: (any StepQuadrature)?
  private(set) var shared: StabilityStep?

  /// A method that allocates its work vectors when it is first used.
  public init() {}

  /// The number of stages for a step h at spectral radius ρ, 2 to 200.
  package static func stages(for product: Double) -> Int {
    let wanted = 1 + (1 + 1.54 * safety * product).squareRoot().rounded(.down)
    return max(2, min(mostStages, wanted < Double(mostStages) ? Int(wanted) : mostStages))
  }

  /// What the most stages bear.
  public var largestStep: Double {
    guard let radius = shared?.radius, radius.value > 0 else { return .infinity }
    let stages = Double(Self.mostStages)
    return ((stages - 1) * (stages - 1) - 1) / (1.54 * Self.safety * radius.value)
  }

  /// Allocates the work vectors.
  public func prepare(dimension: Int) {
    shared = StabilityStep(dimension: dimension, workVectors: 4, terms: 5, outputs: 1)
  }

  /// Forgets the spectral radius.
  public func reset() { shared?.reset() }

  /// One step; see ``CustomStep/apply(time:step:state:error:derivativeIn:derivativeOut:evaluate:)``.
  public func apply(
    time: Double, step h: Double, state: UnsafeMutablePointer<Double>, error: UnsafeMutablePointer<Double>,
    derivativeIn: UnsafePointer<Double>, derivativeOut: UnsafeMutablePointer<Double>,
    evaluate: (Double, UnsafePointer<Double>, UnsafeMutablePointer<Double>) throws(RightHandSideFailure) -> Void
  ) throws(RightHandSideFailure) {
    guard let shared else { throw .outsideDomain }
    quadrature?.first(time, state)
    try refresh(shared, time, state, derivativeIn, evaluate)
    let (dimension, work) = (shared.dimension, shared.work)
    let (vectors, weights, results) = (shared.vectors, shared.weights, shared.results)
    let stages = Self.stages(for: abs(h) * shared.radius.value)
    let w0 = 1 + 2 / (13 * Double(stages * stages))
    var last = ChebyshevTerm(w0)
    for _ in 0..<(stages - 1) { last.advance(w0) }
    let w1 = last.slope / last.curvature

    let derivative = work + 3 * dimension
    var (older, old, new) = (UnsafePointer(state), UnsafeMutablePointer(work), work + dimension)
    var spare = work + 2 * dimension
    // The first stage borrows b from the second: so do the stages j − 1 and j − 2 of the second.
    var second = ChebyshevTerm(w0)
    second.advance(w0)
    let b2 = second.b
    var (bOlder, bOld) = (b2, b2)
    var (node, nodeOlder) = (b2 * w1, 0.0)
    var term = ChebyshevTerm(w0)
    (vectors[0], vectors[1]) = (UnsafePointer(state), derivativeIn)
    (weights[0], weights[1]) = (1, h * b2 * w1)
    results[0] = old
    shared.combine(terms: 2)
    for j in 2...stages {
      try evaluate(time + node * h, old, derivative)
      let a = 1 - bOld * term.value
      term.advance(w0)
      let b = term.b
      let (mu, nu) = (2 * b * w0 / bOld, -b / bOlder)
      let muTilde = 2 * b * w1 / bOld
      (vectors[0], weights[0]) = (UnsafePointer(state), 1 - mu - nu)
      (vectors[1], weights[1]) = (UnsafePointer(old), mu)
      (vectors[2], weights[2]) = (older, nu)
      (vectors[3], weights[3]) = (UnsafePointer(derivative), muTilde * h)
      (vectors[4], weights[4]) = (derivativeIn, -a * muTilde * h)
      results[0] = j == stages ? error : new
      shared.combine(terms: 5)
      let nodeNew = mu * node + nu * nodeOlder + muTilde * (1 - a)
      (node, nodeOlder) = (nodeNew, node)
      (bOlder, bOld) = (bOld, b)
      if j < stages { (older, old, new, spare) = (UnsafePointer(old), new, spare, old) }
    }
    // The result is in `error`: the estimate takes its place as soon as the state has it.
    try evaluate(time + h, error, derivativeOut)
    quadrature?.write(0, time + h, error)
    for i in 0..<dimension {
      let result = error[i]
      error[i] = 0.8 * (state[i] - result) + 0.4 * h * (derivativeIn[i] + derivativeOut[i])
      state[i] = result
    }
  }

  /// Finds the spectral radius at the first step, and refines it now and then and after rejections.
  private func refresh(
    _ shared: StabilityStep, _ time: Double, _ state: UnsafePointer<Double>, _ derivative: UnsafePointer<Double>,
    _ evaluate: (Double, UnsafePointer<Double>, UnsafeMutablePointer<Double>) throws(RightHandSideFailure) -> Void
  ) throws(RightHandSideFailure) {
    guard shared.isRefinementDue(at: time) else { return }
    for _ in 0..<Self.mostRefinements {
      let change = try shared.radius.refine(time: time, state: state, derivative: derivative, evaluate: evaluate)
      if change < 0.02 { break }
    }
    shared.postponeRefinement(by: Self.refreshInterval)
  }
}

/// T_j(x) with its first two derivatives, from j = 1 on by the three-term recurrence.
struct ChebyshevTerm {
  private(set) var value: Double
  private(set) var slope = 1.0
  private(set) var curvature = 0.0
  private var before = (value: 1.0, slope: 0.0, curvature: 0.0)

  init(_ x: Double) { value = x }

  /// T″_j/T′_j², which makes the stage exact to second order.
  var b: Double { curvature / (slope * slope) }

  /// From j to j + 1 at the same x.
  mutating func advance(_ x: Double) {
    let next = (
      value: 2 * x * value - before.value, slope: 2 * (value + x * slope) - before.slope,
      curvature: 2 * (2 * slope + x * curvature) - before.curvature
    )
    before = (value, slope, curvature)
    (value, slope, curvature) = next
  }
}
