import CMath
import FlowODE
import GSLBridge
import Models

/// The flow of one component alone, and where small starts take its direction.
struct RankOneReference {
  let experiment: Experiment
  let model: CPFactorization
  private let objective: Objective
  private let layout: ParameterLayout

  /// The same problem for a CP model with one component.
  ///
  /// - Throws: ``Refusal``.
  init(_ full: Experiment) throws(Refusal) {
    let model = try CPFactorization(shape: full.problem.model.endShape, components: 1)
    self.model = model
    layout = model.layout
    experiment = try full.replacing(
      problem: full.problem.replacing(model: Model(model)), start: [Double](repeating: 1, count: model.layout.count),
      stops: []
    )
    objective = try experiment.objective()
  }

  /// The vectors of one component of the full model, as the parameters of the model with one component.
  static func extract(_ component: Int, of registry: ComponentRegistry, from parameters: [Double]) -> [Double] {
    registry.components[component].flatMap { $0.positions.map { parameters[$0] } }
  }

  /// The flow of one component of a start alone, from where its norm is ρ.
  ///
  /// - Throws: ``Refusal``.
  func alone(
    _ component: Int, of registry: ComponentRegistry, from start: [Double], norm rho: Double
  ) throws(Refusal) -> Experiment {
    let own = Self.extract(component, of: registry, from: start)
    return try experiment.replacing(start: normalized(own, norm: pow(rho, 1 / Double(layout.blocks.count))))
  }

  /// Every block scaled to the given norm.
  private func normalized(_ parameters: [Double], norm: Double) -> [Double] {
    var result = parameters
    for block in layout.blocks {
      let size = parameters[block.range].reduce(0) { $0 + $1 * $1 }.squareRoot()
      if size > 0 { for i in block.range { result[i] *= norm / size } }
    }
    return result
  }

  /// The fixed point of the direction flow of the constant gradient −∇L(0) that a start's direction tends to, with ‖W‖ = ρ,
  /// and the least nonzero |eigenvalue| κ of the Hessian of ⟨−∇L(0), ⊗v⟩ on the product of spheres there, over γ.
  ///
  /// Found by the shifted power method with a small step, which climbs ⟨−∇L(0), ⊗v⟩ as the flow does. Nil if that does not
  /// converge.
  ///
  /// - Throws: ``InterruptedRun``.
  func limit(
    of start: [Double], norm rho: Double, _ context: RunContext
  ) throws(InterruptedRun) -> (parameters: [Double], kappa: Double)? {
    let order = layout.blocks.count
    // At this size every residual stays on the linear branch, so gradients are those of the constant gradient.
    let size = pow(0.01 * rho, 1 / Double(order))
    let unit = pow(size, Double(order - 1))
    var v = normalized(start, norm: 1)
    var gradient = [Double](repeating: 0, count: layout.count)
    for iteration in 0..<200_000 {
      if context.isCancelled() { throw InterruptedRun(time: 0) }
      let scaled = v.map { $0 * size }
      gradient.withUnsafeMutableBufferPointer { buffer in
        if let base = buffer.baseAddress { objective.gradient(scaled, into: base) }
      }
      var gamma = 0.0
      for i in layout.blocks[0].range { gamma -= gradient[i] / unit * v[i] }
      let steepness = (gradient.reduce(0) { $0 + $1 * $1 }.squareRoot() / unit)
      guard steepness > 0, gamma.isFinite else { return nil }
      let shift = 4 * steepness
      let next = normalized(zip(v, gradient).map { shift * $0 - $1 / unit }, norm: 1)
      let change = zip(v, next).reduce(0) { max($0, abs($1.0 - $1.1)) }
      v = next
      if change < 1e-15 || (iteration == 199_999 && change < 1e-12) {
        guard gamma > 0, let kappa = kappa(v, size: size, gamma: gamma) else { return nil }
        return (normalized(v, norm: pow(rho, 1 / Double(order))), kappa)
      }
    }
    return nil
  }

  private func kappa(_ v: [Double], size: Double, gamma: Double) -> Double? {
    let n = layout.count
    let order = layout.blocks.count
    guard n <= 600 else { return nil }
    var hessian = [Double](repeating: 0, count: n * n)
    let scaled = v.map { $0 * size }
    hessian.withUnsafeMutableBufferPointer { buffer in
      if let base = buffer.baseAddress { objective.hessian(scaled, into: base) }
    }
    let unit = pow(size, Double(order - 2))
    var projector = Matrix.identity(n)
    for block in layout.blocks {
      for i in block.range { for j in block.range { projector[i, j] -= v[i] * v[j] } }
    }
    let curvature = Matrix(rows: n, columns: n, elements: hessian.map { -$0 / unit })
    let tangent = projector * (curvature - gamma * Matrix.identity(n)) * projector
    guard let eigen = try? SymmetricEigen(tangent) else { return nil }
    // The normals of the spheres give `order` zeros.
    return Ordering.ascending(eigen.values.map(abs)).dropFirst(order).first.map { $0 / gamma }
  }

  /// The flow of the one component, to run beside the full one.
  func flow() -> GradientFlow { GradientFlow(objective: objective, layout: layout) }
}
