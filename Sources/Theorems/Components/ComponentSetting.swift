import FlowODE
import Models
import Verdicts

/// What claims about component norms share: the registry of the experiment's model and its start.
struct ComponentSetting {
  let registry: ComponentRegistry
  /// The components at the start, with γ there.
  let start: ComponentTerms
  /// m of the first component.
  var m: Int { registry.components[0].count }

  /// Nil for a model without components that are products of at least two blocks.
  init?(_ setting: ClaimSetting) {
    guard let registry = setting.model.components else { return nil }
    self.registry = registry
    start = ComponentTerms(registry)
    guard let objective = try? setting.experiment.objective() else { return nil }
    var gradient = [Double](repeating: 0, count: setting.start.count)
    gradient.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      objective.gradient(setting.start, into: base)
      start.update(setting.start, gradient: base)
    }
  }

  /// The largest unbalancedness of a component relative to its own smallest squared norm.
  var relativeUnbalancedness: Double {
    (0..<start.count).reduce(0) { worst, r in
      let state = start.component(r)
      guard let least = state.squaredNorms.min(), least > 0 else { return worst }
      return max(worst, state.unbalancedness / least)
    }
  }

  /// Above this relative unbalancedness a start does not count as balanced; its effect on rates is of second order.
  static let balancedLevel = 1e-8

  /// Whether the start is balanced within each component, as an evaluated hypothesis.
  static func balanced(_ setting: ClaimSetting) -> Hypothesis {
    let level = ComponentSetting(setting)?.relativeUnbalancedness ?? .infinity
    return Hypothesis(
      HypothesisRule.balancedText, isMet: level <= balancedLevel,
      detail: "squared norms differ by \(tableNumber(level)) of the smaller; \(tableNumber(balancedLevel)) is allowed")
  }

  /// The start with the first block of every component doubled and the second halved: unbalanced, with the same W.
  static func unbalancing(_ setting: ClaimSetting) -> [Double]? {
    guard let registry = setting.model.components else { return nil }
    var start = setting.start
    for blocks in registry.components {
      blocks[0].scale(&start, by: 2)
      blocks[1].scale(&start, by: 0.5)
    }
    return start
  }
}

extension HypothesisRule {
  static let hasComponents = HypothesisRule(
    "components", "the model is a sum of terms multilinear in at least two blocks"
  ) { setting in
    let registry = setting.model.components
    return (
      registry != nil,
      registry.map { counted($0.components.count, "component") } ?? "\(setting.model.identifier) has none"
    )
  }

  /// One exponent for all needs one N for all.
  static let equalFactorCounts = HypothesisRule("factors", "all components have as many factors") { setting in
    guard let counts = setting.model.components?.blockCounts, let least = counts.min(), let most = counts.max(),
      least < most
    else { return nil }
    return (false, "between \(least) and \(most)")
  }

  /// While ∇L is constant, a component moves by itself only where no other block stands behind it.
  static let sumOfProducts = HypothesisRule(
    "sum", "the model is the sum of its components, each the tensor product of its blocks"
  ) { setting in
    guard let registry = setting.model.components, !registry.isSumOfProducts else { return nil }
    return (false, setting.model.summary)
  }

  static let balancedText = "the start is balanced: the norms within each component are equal"

  static let balancedComponents = HypothesisRule("balanced", balancedText) { setting in
    let found = ComponentSetting.balanced(setting)
    return (found.isMet, found.detail)
  }
}

extension MutantRule {
  /// The law whose hypotheses but that of balance are met.
  static func unbalancedComponents(_ text: String) -> MutantRule {
    .start(text, dropping: [HypothesisRule.balancedComponents.name], ComponentSetting.unbalancing)
  }
}
