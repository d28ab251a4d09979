import GSLBridge
import Models

/// Gradient flow θ̇_b = −ρ_b ∇_b f(θ), block by block, followed by the integrals of the quadratures where it carries them.
///
/// ρ_b = 1 for every block is gradient flow; a block rate away from 1 is the negative control that breaks conservation laws.
public final class GradientFlow: RateFlow, StiffFlow {
  public let objective: Objective
  /// The blocks of θ.
  public let layout: ParameterLayout
  /// ρ, one rate per block.
  public let blockRates: [Double]
  public let quadratures: [any Quadrature]
  public let carriesIntegrals: Bool
  public let quadratureCount: Int
  /// n, the length of θ.
  public var leadingCount: Int { layout.count }
  /// Polled at every evaluation; a true answer ends the integration at the last accepted state.
  private let isCancelled: @Sendable () -> Bool
  /// ∇f where the right-hand side was evaluated last; kept for rates only.
  private let gradient: UnsafeMutablePointer<Double>
  /// f there, if some rate looks at it.
  private var value = Double.nan
  private let keepsGradient: Bool
  private let needsValue: Bool

  /// - Parameters:
  ///   - blockRates: one rate per block of `layout`; nil means 1 everywhere.
  ///   - quadratures: what is integrated along the flow.
  ///   - carriesIntegrals: whether the integrals are states of the ODE, which every method can step; without it only methods with
  ///     ``IntegrationMethod/isDense`` form them.
  ///   - isCancelled: polled before each gradient.
  public init(
    objective: Objective, layout: ParameterLayout, blockRates: [Double]? = nil, quadratures: [any Quadrature] = [],
    carriesIntegrals: Bool = true, isCancelled: @escaping @Sendable () -> Bool = { false }
  ) {
    self.objective = objective
    self.layout = layout
    self.blockRates = blockRates ?? Array(repeating: 1, count: layout.blocks.count)
    precondition(self.blockRates.count == layout.blocks.count, "one rate per parameter block")
    self.quadratures = quadratures
    self.carriesIntegrals = carriesIntegrals
    quadratureCount = carriesIntegrals ? quadratures.integralCount : 0
    self.isCancelled = isCancelled
    keepsGradient = !quadratures.isEmpty
    needsValue = quadratures.contains(where: \.usesValue)
    gradient = .allocate(capacity: layout.count)
    gradient.initialize(repeating: 0, count: layout.count)
  }

  deinit { gradient.deallocate() }

  public func evaluatedPoint(_ time: Double, _ state: UnsafePointer<Double>) -> FlowPoint {
    FlowPoint(time: time, objective: objective, parameters: state, value: value, gradient: gradient)
  }

  /// The instant with f, whoever looks at it.
  private func point(_ time: Double, _ state: UnsafePointer<Double>) -> FlowPoint {
    value = objective.gradient(state, into: gradient)
    return evaluatedPoint(time, state)
  }

  public func evaluate(
    _ time: Double, _ state: UnsafePointer<Double>, _ derivative: UnsafeMutablePointer<Double>
  ) throws(RightHandSideFailure) {
    if isCancelled() { throw .stop(Interrupted()) }
    guard keepsGradient else {
      objective.negativeGradient(state, into: derivative)
      for (block, rate) in zip(layout.blocks, blockRates) where rate != 1 {
        for i in block.range { derivative[i] *= rate }
      }
      return
    }
    if needsValue {
      value = objective.gradient(state, into: gradient)
    } else {
      objective.gradientAlone(state, into: gradient)
    }
    for (block, rate) in zip(layout.blocks, blockRates) {
      let (source, target, factor) = (gradient + block.offset, derivative + block.offset, -rate)
      for i in 0..<block.count { target[i] = factor * source[i] }
    }
    guard quadratureCount > 0 else { return }
    quadratures.growth(at: evaluatedPoint(time, state), into: derivative + layout.count)
  }

  public func jacobian(
    _ time: Double, _ state: UnsafePointer<Double>, _ dfdy: UnsafeMutablePointer<Double>,
    _ dfdt: UnsafeMutablePointer<Double>
  ) throws(RightHandSideFailure) {
    if isCancelled() { throw .stop(Interrupted()) }
    let n = layout.count
    let dimension = self.dimension
    dfdy.update(repeating: 0, count: dimension * dimension)
    dfdt.update(repeating: 0, count: dimension)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: n * max(n, quadratureCount)) { scratch in
      guard let scratch = scratch.baseAddress else { return }
      objective.hessian(state, into: scratch)
      for (block, rate) in zip(layout.blocks, blockRates) {
        for i in block.range {
          for j in 0..<n { dfdy[i * dimension + j] = -rate * scratch[i * n + j] }
        }
      }
      guard quadratureCount > 0 else { return }
      quadratures.growthDerivatives(at: point(time, state), into: scratch)
      for row in 0..<quadratureCount {
        (dfdy + (n + row) * dimension).update(from: scratch + row * n, count: n)
      }
    }
  }

  /// The parameters of the few grown components, all of them where there are few, or what the grown singular directions of a
  /// deep matrix span; nil for a loss without second derivative, rates that are 0 or of both signs, or a model that is too
  /// large and gives no blocks.
  package func makeStiffPart() -> (any StiffPart)? {
    guard objective.loss.nonsmoothness == nil,
      blockRates.allSatisfy({ $0 > 0 }) || blockRates.allSatisfy({ $0 < 0 })
    else { return nil }
    if !objective.loss.couplesOutputs, let model = objective.evaluator as? any ComponentBlockEvaluator {
      return ComponentStiffness(
        objective: objective, blocks: model.makeComponentBlocks(), layout: layout, rates: blockRates)
    }
    if layout.count <= DenseStiffness.largestCount {
      return DenseStiffness(objective: objective, layout: layout, rates: blockRates)
    }
    guard let matrix = objective.evaluator as? any FactorChainEvaluator, matrix.factorDimensions.count > 2 else {
      return nil
    }
    return SingularStiffness(
      objective: objective, dimensions: matrix.factorDimensions, density: matrix.density, layout: layout,
      rates: blockRates)
  }

  public func quadratureScales(_ parameters: UnsafePointer<Double>) -> [Double] {
    guard quadratureCount > 0 else { return [] }
    return quadratures.integralScales(at: point(0, parameters))
  }
}
