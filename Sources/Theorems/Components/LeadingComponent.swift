import CMath
import FlowODE
import Models

/// What the theorems about small starts say of a start α a of a CP model: the components' directions and norms, their
/// γ_r(0) = ⟨−∇L(0), ⊗_n â_rⁿ⟩ at W = 0, and which of them leads.
public struct LeadingComponent: Sendable {
  /// N.
  public let order: Int
  /// ‖∇L(0)‖_F for observed entries; nil for other measurements.
  public let gradientNorm: Double?
  /// γ_r(0).
  public let gammas: [Double]
  /// ‖a_r‖: the geometric mean of the norms of a component's vectors.
  public let norms: [Double]
  /// The component that leads.
  public let leader: Int
  /// By how much the leader's norm exceeds what hypothesis (ii) asks: ‖a_r̄‖ / max_{r≠r̄} ‖a_r‖ (‖∇L(0)‖/γ_r̄)^{1/(N−2)}; above
  /// 1 it is met, and infinite if there is no other component.
  public let margin: Double

  /// - Parameters:
  ///   - leader: the component to call the leader; nil takes the one that would blow up first, max γ_r ‖a_r‖^{N−2}.
  ///   - takesGradientAtStart: whether ∇L is that at the start's own W, as for a claim about one flow, and not that at W = 0, as for
  ///     claims about α → 0.
  /// - Throws: ``Refusal`` if the model is no CP factorization of order 3 or more.
  public init(
    _ experiment: Experiment, start: [Double], leader chosen: Int? = nil, takesGradientAtStart: Bool = false
  ) throws(Refusal) {
    guard let registry = experiment.problem.model.components, registry.isSumOfProducts else {
      throw Refusal("the model is no CP factorization", remedy: "use problem.model cp")
    }
    let order = registry.components[0].count
    guard order >= 3 else {
      throw Refusal(
        "order \(order) has no separation of components", remedy: "give problem.shape three or more dimensions")
    }
    self.order = order
    let objective = try experiment.objective()
    let m = objective.measurementCount
    var weights = [Double](repeating: 0, count: m)
    var predictions = [Double](repeating: 0, count: m)
    weights.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      predictions.withUnsafeMutableBufferPointer { predicted in
        if takesGradientAtStart, let predicted = predicted.baseAddress {
          objective.evaluator.predict(start, into: predicted)
        }
      }
      objective.weights(at: predictions, into: base)
    }
    if case .entries = experiment.problem.measurements.operators {
      gradientNorm = weights.reduce(0) { $0 + $1 * $1 }.squareRoot()
    } else {
      gradientNorm = nil
    }
    let terms = ComponentTerms(registry)
    terms.update(start, gradient: nil)
    var gammas: [Double] = []
    var norms: [Double] = []
    for r in 0..<terms.count {
      let alone = registry.isolating(r, in: start)
      predictions.withUnsafeMutableBufferPointer { buffer in
        guard let base = buffer.baseAddress else { return }
        objective.evaluator.predict(alone, into: base)
      }
      let norm = terms.component(r).norm
      let pairing = -zip(weights, predictions).reduce(0) { $0 + $1.0 * $1.1 }
      gammas.append(norm > 0 ? pairing / norm : 0)
      norms.append(pow(norm, 1 / Double(order)))
    }
    self.gammas = gammas
    self.norms = norms
    let speed = gammas.indices.map { gammas[$0] * pow(norms[$0], Double(order - 2)) }
    let leader = chosen ?? (speed.indices.max { speed[$0] < speed[$1] } ?? 0)
    self.leader = leader
    let others = norms.indices.filter { $0 != leader }.map { norms[$0] }.max() ?? 0
    let factor =
      gammas[leader] > 0 ? pow((gradientNorm ?? .infinity) / gammas[leader], 1 / Double(order - 2)) : .infinity
    margin = others > 0 ? norms[leader] / (others * factor) : (gammas[leader] > 0 ? .infinity : 0)
  }

  /// The start with the component of the largest γ enlarged until its norm is `factor` times what hypothesis (ii) asks.
  ///
  /// - Throws: ``Refusal`` if no component has a positive γ.
  public static func enlarging(
    _ experiment: Experiment, start: [Double], factor: Double
  ) throws(Refusal) -> [Double] {
    let drawn = try LeadingComponent(experiment, start: start)
    let best = drawn.gammas.indices.max { drawn.gammas[$0] < drawn.gammas[$1] } ?? 0
    let leading = try LeadingComponent(experiment, start: start, leader: best)
    guard leading.gammas[best] > 0 else {
      throw Refusal("no component points along −∇L(0)", remedy: "use another init.seed or more problem.components")
    }
    guard leading.margin < factor, leading.margin > 0, let registry = experiment.problem.model.components else {
      return start
    }
    var enlarged = start
    for block in registry.components[best] {
      block.scale(&enlarged, by: factor / leading.margin)
    }
    return enlarged
  }
}
