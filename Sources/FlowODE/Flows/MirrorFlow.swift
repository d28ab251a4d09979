import CMath
import GSLBridge
import Models

/// Gradient flow of a diagonal network w = u^L − v^L of depth L ≥ 2 from positive u and v, in the coordinates m = ln(u/v), entry by entry.
///
/// With a the scale that u v = a² (L = 2) or u^(2−L) + v^(2−L) = 2 a^(2−L) conserves, u = a ((1 + e^((L−2)m))/2)^(1/(L−2)), v the same of −m, and
///
///     ṁ = −2L a^(L−2) cosh²((L−2)m/2) ∂f/∂w.
///
/// Everything is formed from ln a and m, so that starts of any size keep their relative accuracy: from 1e-80, what grows and what does not
/// is told by m between −400 and 400. Times are of the size ln(1/a) at L = 2 and a^(2−L) above, where from one escape to the next what has
/// grown is stiff by as much: several escapes are resolved down to about a = 1e-30 at L = 3, the first one from any start.
public final class MirrorFlow: RateFlow {
  public let objective: Objective
  public let quadratures: [any Quadrature]
  public let carriesIntegrals: Bool
  public let quadratureCount: Int
  /// One number an entry of w.
  public let leadingCount: Int
  private let depth: Double
  /// f as a function of w.
  private let end: Objective
  /// ln a of every entry.
  private let logarithms: [Double]
  private let isCancelled: @Sendable () -> Bool
  private let theta: Buffer<Double>
  private let gradient: Buffer<Double>
  private let w: Buffer<Double>
  private let endGradient: Buffer<Double>

  /// - Parameter carriesIntegrals: whether the integrals are states of the ODE; see ``GradientFlow``.
  /// - Throws: ``Refusal`` unless the model is a diagonal network of depth 2 or more whose start is positive.
  public init(
    experiment: Experiment, quadratures: [any Quadrature] = [],
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) throws(Refusal) {
    let problem = experiment.problem
    guard let depth = problem.model.diagonalDepth, depth >= 2 else {
      throw Refusal(
        "mirror coordinates describe diagonal networks of depth 2 or more, not \(problem.model.summary)",
        remedy: "use integration.coordinates weights")
    }
    guard experiment.motion == nil else {
      throw Refusal(
        "mirror coordinates describe gradient flow, and these parameters move in another way",
        remedy: "use integration.coordinates weights")
    }
    if let k = experiment.start.firstIndex(where: { !($0 > 0) }) {
      throw Refusal(
        "mirror coordinates describe positive u and v, and entry \(k) of the start is \(experiment.start[k])",
        remedy: "use init.name balanced, or integration.coordinates weights")
    }
    objective = try experiment.objective()
    let d = problem.model.layout.count / 2
    var program = Program()
    try program.setOutput(program.block("w", problem.model.endShape))
    end = try Objective(
      model: try Model("flat", program), measurements: problem.measurements, loss: experiment.loss,
      normalization: experiment.normalization)
    self.depth = Double(depth)
    leadingCount = d
    logarithms = (0..<d).map { i in
      let (u, v) = (log(experiment.start[i]), log(experiment.start[d + i]))
      guard depth > 2 else { return (u + v) / 2 }
      // ln of the mean of u^(2−L) and v^(2−L), over 2 − L.
      let power = Double(2 - depth)
      let (larger, smaller) = (max(power * u, power * v), min(power * u, power * v))
      return (larger + log1p(exp(smaller - larger)) - log(2)) / power
    }
    self.quadratures = quadratures
    carriesIntegrals = !experiment.resolvedMethod.isDense
    quadratureCount = carriesIntegrals ? quadratures.integralCount : 0
    self.isCancelled = isCancelled
    theta = Buffer(count: 2 * d)
    gradient = Buffer(count: 2 * d)
    w = Buffer(count: d)
    endGradient = Buffer(count: d)
  }

  public func initialState(_ start: [Double]) -> [Double] {
    (0..<leadingCount).map { log(start[$0]) - log(start[leadingCount + $0]) }
  }

  /// ln u where ln(u/v) is m.
  private func logarithm(_ i: Int, _ m: Double) -> Double {
    guard depth > 2 else { return logarithms[i] + m / 2 }
    let y = (depth - 2) * m
    // ln((1 + e^y)/2) without overflow.
    return logarithms[i] + (max(0, y) + log1p(exp(-abs(y))) - log(2)) / (depth - 2)
  }

  public func parameters(at state: UnsafePointer<Double>) -> UnsafePointer<Double> {
    for i in 0..<leadingCount {
      theta.pointer[i] = exp(logarithm(i, state[i]))
      theta.pointer[leadingCount + i] = exp(logarithm(i, -state[i]))
    }
    return UnsafePointer(theta.pointer)
  }

  /// w_i = u^L (1 − e^(−Lm)) for m ≥ 0, odd in m.
  private func entry(_ i: Int, _ m: Double) -> Double {
    let larger = exp(depth * logarithm(i, abs(m)))
    let size = -larger * expm1(-depth * abs(m))
    return m < 0 ? -size : size
  }

  /// dw_i/dm = L (u^L s + v^L (1 − s)), s = 1/(1 + e^(−(L−2)m)).
  private func slope(_ i: Int, _ m: Double) -> Double {
    let y = (depth - 2) * m
    let share = y < 0 ? exp(y) / (1 + exp(y)) : 1 / (1 + exp(-y))
    return depth * (exp(depth * logarithm(i, m)) * share + exp(depth * logarithm(i, -m)) * (1 - share))
  }

  /// 2L a^(L−2) cosh²((L−2)m/2).
  private func speed(_ i: Int, _ m: Double) -> Double {
    let y = abs((depth - 2) * m / 2)
    return 2 * depth * exp((depth - 2) * logarithms[i] + 2 * (y + log1p(exp(-2 * y)) - log(2)))
  }

  private func updateEnd(_ state: UnsafePointer<Double>) {
    for i in 0..<leadingCount { w.pointer[i] = entry(i, state[i]) }
    _ = end.gradient(UnsafePointer(w.pointer), into: endGradient.pointer)
  }

  /// Costs a gradient in the weights, which the right-hand side does not form.
  public func evaluatedPoint(_ time: Double, _ state: UnsafePointer<Double>) -> FlowPoint {
    FlowPoint(time: time, evaluating: objective, at: parameters(at: state), into: gradient.pointer)
  }

  public func evaluate(
    _ time: Double, _ state: UnsafePointer<Double>, _ derivative: UnsafeMutablePointer<Double>
  ) throws(RightHandSideFailure) {
    if isCancelled() { throw .stop(Interrupted()) }
    updateEnd(state)
    for i in 0..<leadingCount { derivative[i] = -speed(i, state[i]) * endGradient.pointer[i] }
    guard quadratureCount > 0 else { return }
    quadratures.growth(at: evaluatedPoint(time, state), into: derivative + leadingCount)
  }

  public func jacobian(
    _ time: Double, _ state: UnsafePointer<Double>, _ dfdy: UnsafeMutablePointer<Double>,
    _ dfdt: UnsafeMutablePointer<Double>
  ) throws(RightHandSideFailure) {
    if isCancelled() { throw .stop(Interrupted()) }
    let (d, dimension) = (leadingCount, dimension)
    dfdy.update(repeating: 0, count: dimension * dimension)
    dfdt.update(repeating: 0, count: dimension)
    updateEnd(state)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: d * d + 2 * d * quadratureCount) { work in
      guard let hessian = work.baseAddress else { return }
      end.hessian(UnsafePointer(w.pointer), into: hessian)
      for i in 0..<d {
        let speed = speed(i, state[i])
        for j in 0..<d { dfdy[i * dimension + j] = -speed * hessian[i * d + j] * slope(j, state[j]) }
        dfdy[i * dimension + i] -=
          speed * (depth - 2) * tanh((depth - 2) * state[i] / 2) * endGradient.pointer[i]
      }
      guard quadratureCount > 0 else { return }
      let rows = hessian + d * d
      quadratures.growthDerivatives(at: evaluatedPoint(time, state), into: rows)
      for row in 0..<quadratureCount {
        for j in 0..<d {
          // d ln u/dm = s/1 at depth 2 one half, d ln v/dm = s − 1.
          let y = (depth - 2) * state[j]
          let share = y < 0 ? exp(y) / (1 + exp(y)) : 1 / (1 + exp(-y))
          dfdy[(d + row) * dimension + j] =
            rows[row * 2 * d + j] * theta.pointer[j] * share
            - rows[row * 2 * d + d + j] * theta.pointer[d + j] * (1 - share)
        }
      }
    }
  }

  public func quadratureScales(_ state: UnsafePointer<Double>) -> [Double] {
    guard quadratureCount > 0 else { return [] }
    return quadratures.integralScales(at: evaluatedPoint(0, state))
  }
}
