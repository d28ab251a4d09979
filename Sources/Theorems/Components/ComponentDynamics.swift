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
    guard let registry = ComponentRegistry(setting.model) else { return nil }
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

  /// max_r max_{i,j} |‖w_i‖² − ‖w_j‖²| of each component at the start; conserved by the flow.
  var unbalancedness: [Double] { (0..<start.count).map { start.component($0).unbalancedness } }

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

  static func existence(_ setting: ClaimSetting) -> Hypothesis {
    let registry = ComponentRegistry(setting.model)
    return Hypothesis(
      "the model is a sum of terms multilinear in at least two blocks", isMet: registry != nil,
      detail: registry.map { "\($0.components.count) components" } ?? "\(setting.model.identifier) has none")
  }

  static func balanced(_ setting: ClaimSetting) -> Hypothesis {
    let level = ComponentSetting(setting)?.relativeUnbalancedness ?? .infinity
    return Hypothesis(
      "the start is balanced: the norms within each component are equal", isMet: level <= balancedLevel,
      detail: "squared norms differ by \(tableNumber(level)) of the smaller; \(tableNumber(balancedLevel)) is allowed")
  }

  /// The start with the first block of every component doubled and the second halved: unbalanced, with the same W.
  static func unbalancing(_ setting: ClaimSetting) -> [Double]? {
    guard let registry = ComponentRegistry(setting.model) else { return nil }
    var start = setting.start
    for blocks in registry.components {
      for i in 0..<blocks[0].count { start[blocks[0].offset + i * blocks[0].stride] *= 2 }
      for i in 0..<blocks[1].count { start[blocks[1].offset + i * blocks[1].stride] /= 2 }
    }
    return start
  }
}

/// dσ_r/dt = γ_r Σ_n Π_{n'≠n} ‖w_r^{n'}‖² in integral form, for every component and any start.
public struct ComponentGrowth: Claim {
  private let law: ComponentLaw

  public init() { law = ComponentLaw(kind: .rate) }
  private init(law: ComponentLaw) { self.law = law }

  private var isMutated: Bool { law.dropsSquares || law.factor != 1 }

  public var identifier: String {
    law.dropsSquares
      ? "component-rate without squares" : law.factor == 1 ? "component-rate" : "component-rate × \(law.factor)"
  }

  public func statement(_ setting: ClaimSetting) -> String {
    "σ_r(t) − σ_r(0) = ∫ γ_r Σ_n Π_{n'≠n} ‖w_r^{n'}‖² ds for every component r, from any start"
  }

  public func hypotheses(_ setting: ClaimSetting) -> [Hypothesis] { [ComponentSetting.existence(setting)] }

  public func quadratures(_ setting: ClaimSetting) -> [any Quadrature] {
    ComponentRegistry(setting.model).map { [ComponentQuadrature($0, rates: [law.quadrature])] } ?? []
  }

  public func monitor(_ setting: ClaimSetting, quadratureOffset: Int) -> any ClaimMonitor {
    guard let registry = ComponentRegistry(setting.model) else { return VacuousMonitor() }
    return ComponentLawMonitor(
      law: law, registry: registry, offset: quadratureOffset, describesLargest: !isMutated)
  }

  public func controls(_ setting: ClaimSetting) -> [NegativeControl] {
    [
      .rate(of: 1, in: setting.model),
      NegativeControl(
        "the squares dropped", .claim(ComponentGrowth(law: ComponentLaw(kind: .rate, dropsSquares: true)))),
      NegativeControl("the integral × 1.01", .claim(ComponentGrowth(law: ComponentLaw(kind: .rate, factor: 1.01)))),
    ]
  }
}

/// A monitor for settings in which the claim is vacuous.
final class VacuousMonitor: ClaimMonitor {
  func observe(_ point: TrajectoryPoint) {}
  var evidence: Evidence { Evidence(residual: 0, power: 0, largestTerm: 0, worstTime: 0, worstLaw: "none") }
}
