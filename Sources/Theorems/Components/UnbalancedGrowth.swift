import FlowODE
import Models
import Verdicts

/// The growth of component norms from any start in closed form: with a the smallest of a component's squared norms and
/// δ_n = ‖w_n‖² − a, which are conserved, ∫_{a(0)}^{a(t)} da / (2 √(Π_n (a + δ_n))) = ∫₀ᵗ γ ds. It is the growth law where every
/// δ_n is 0, and ½ asinh(2σ/δ) − ½ asinh(2σ_0/δ) = ∫γ for N = 2.
///
/// While ∇L is constant (a Huber loss before its first kink) a component whose directions are stationary has γ = γ(0), so the
/// right-hand side is γ(0) t: a closed form with nothing integrated along, ``constantGradient``.
public struct UnbalancedGrowth: Claim {
  /// Whether the right-hand side is γ(0) t rather than ∫γ.
  private let isConstant: Bool
  /// What the δ_n are multiplied by; 1 is the law.
  private let factor: Double
  /// What γ(0) is multiplied by; 1 is the law.
  private let speed: Double

  /// From any start, along any trajectory.
  public init() { self.init(isConstant: false) }
  /// Until the first kink, for the components whose directions are stationary.
  public static let constantGradient = UnbalancedGrowth(isConstant: true)

  private init(isConstant: Bool, factor: Double = 1, speed: Double = 1) {
    self.isConstant = isConstant
    self.factor = factor
    self.speed = speed
  }

  public var identifier: String {
    (isConstant ? "constant-gradient-form" : "unbalanced-growth")
      + (factor == 1 ? "" : " with δ × \(tableSetting(factor))")
      + (speed == 1 ? "" : " with γ × \(tableSetting(speed))")
  }

  public func statement(_ setting: ClaimSetting) -> String {
    "∫ da/(2√Π(a + δ_n)) from a(0) to a(t) is " + (isConstant ? "γ(0) t until the first kink" : "∫γ_r")
      + ", a the smallest squared norm of component r and δ_n the conserved excess of the others"
  }

  public func hypotheses(_ setting: ClaimSetting) -> [Hypothesis] {
    [ComponentSetting.existence(setting)]
      + (isConstant ? [ConstantGradient.steepness(setting), Self.stationary(setting)] : [])
  }

  /// A component counts as pointing in a stationary direction if ∇f leaves that direction by at most this part of itself.
  static let stationaryLevel = 1e-10

  /// The components that ∇f moves along themselves only; while ∇L is constant they do so for ever.
  static func stationaryComponents(_ setting: ClaimSetting) -> [Int] {
    guard let registry = ComponentRegistry(setting.model), let objective = try? setting.experiment.objective() else {
      return []
    }
    var gradient = [Double](repeating: 0, count: setting.start.count)
    gradient.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      setting.start.withUnsafeBufferPointer { start in
        if let start = start.baseAddress { objective.gradient(start, into: base) }
      }
    }
    return registry.components.indices.filter { r in
      registry.components[r].allSatisfy { view in
        let positions = (0..<view.count).map { view.offset + $0 * view.stride }
        let own = positions.reduce(0) { $0 + setting.start[$1] * setting.start[$1] }
        let along = positions.reduce(0) { $0 + setting.start[$1] * gradient[$1] } / own
        let size = positions.reduce(0) { $0 + gradient[$1] * gradient[$1] }
        let across = positions.reduce(0.0) { sum, i in
          let rest = gradient[i] - along * setting.start[i]
          return sum + rest * rest
        }
        return own > 0 && size > 0 && across <= stationaryLevel * stationaryLevel * size
      }
    }
  }

  static func stationary(_ setting: ClaimSetting) -> Hypothesis {
    let found = stationaryComponents(setting).count
    return Hypothesis(
      "some component points in a stationary direction of ∇L(0)", isMet: found > 0,
      detail: "\(found) do; one-dimensional modes always do")
  }

  private func rate(_ integrals: [GrowthIntegral]) -> ComponentRate {
    ComponentRate("integral") { r, state in
      integrals[r].density(state.squaredNorms.min() ?? 1)
    } value: { _, state in
      state.gamma
    }
  }

  /// The integral of every component, with its own δ_n times a factor.
  private func integrals(_ setting: ClaimSetting, factor: Double) -> [GrowthIntegral] {
    guard let registry = ComponentRegistry(setting.model) else { return [] }
    let terms = ComponentTerms(registry)
    terms.update(setting.start, gradient: nil)
    return (0..<terms.count).map { r in
      let squares = Array(terms.component(r).squaredNorms)
      let least = squares.min() ?? 0
      return GrowthIntegral(excesses: squares.map { factor * ($0 - least) })
    }
  }

  public func quadratures(_ setting: ClaimSetting) -> [any Quadrature] {
    guard !isConstant, let registry = ComponentRegistry(setting.model) else { return [] }
    return [ComponentQuadrature(registry, rates: [rate(integrals(setting, factor: factor))])]
  }

  public func events(_ setting: ClaimSetting) -> [Event] {
    isConstant ? Event.firstKink(of: setting.experiment.loss) : []
  }

  public func monitor(_ setting: ClaimSetting, quadratureOffset: Int) -> any ClaimMonitor {
    guard let components = ComponentSetting(setting) else { return VacuousMonitor() }
    let gammas = (0..<components.start.count).map { components.start.component($0).gamma * speed }
    return UnbalancedGrowthMonitor(
      registry: components.registry, integrals: integrals(setting, factor: factor),
      offset: isConstant ? nil : quadratureOffset,
      gammas: gammas, chosen: isConstant ? Self.stationaryComponents(setting) : Array(gammas.indices),
      truths: factor == 1 ? nil : integrals(setting, factor: 1))
  }

  public func controls(_ setting: ClaimSetting) -> [NegativeControl] {
    let excess = NegativeControl("δ × 1.05", .claim(UnbalancedGrowth(isConstant: isConstant, factor: 1.05)))
    return isConstant
      ? [NegativeControl("γ(0) × 1.01", .claim(UnbalancedGrowth(isConstant: true, speed: 1.01))), excess]
      : [.rate(of: 1, in: setting.model), excess]
  }
}
