import FlowODE
import Models
import Verdicts

/// The balanced growth law dσ/dt = m γ σ^{2−2/m}, in the linearized form that leaves nothing to fit:
/// σ^{−(m−2)/m}(t) = σ_0^{−(m−2)/m} − (m−2) ∫γ for m ≥ 3, ln σ − 2∫γ constant for m = 2.
public struct BalancedGrowth: Claim {
  /// The exponent tested; nil is 2 − 2/m, anything else a negative control.
  private let exponent: Double?
  /// Whether the start must be balanced; dropped for the control that it must not be.
  private let asksForBalance: Bool

  public init() { self.init(exponent: nil, asksForBalance: true) }

  private init(exponent: Double?, asksForBalance: Bool) {
    self.exponent = exponent
    self.asksForBalance = asksForBalance
  }

  public var identifier: String {
    (exponent.map { "growth-law with exponent \(tableSetting($0))" } ?? "growth-law")
      + (asksForBalance ? "" : " unbalanced")
  }

  private func law(_ m: Int) -> ComponentLaw { ComponentLaw(kind: .power(exponent ?? 2 - 2 / Double(m))) }

  public func statement(_ setting: ClaimSetting) -> String {
    let m = ComponentRegistry(setting.model)?.components[0].count ?? 2
    return m == 2
      ? "dσ_r/dt = 2 γ_r σ_r: ln σ_r − 2∫γ_r is constant, for every component of a balanced start"
      : "dσ_r/dt = \(m) γ_r σ_r^(2−2/\(m)): σ_r^(−\(m - 2)/\(m)) + \(m - 2 == 1 ? "" : "\(m - 2) ")∫γ_r is constant, for every "
        + "component of a balanced start"
  }

  public func hypotheses(_ setting: ClaimSetting) -> [Hypothesis] {
    [ComponentSetting.existence(setting)] + (asksForBalance ? [ComponentSetting.balanced(setting)] : [])
  }

  public func quadratures(_ setting: ClaimSetting) -> [any Quadrature] {
    guard let registry = ComponentRegistry(setting.model) else { return [] }
    return [ComponentQuadrature(registry, rates: [law(registry.components[0].count).quadrature])]
  }

  public func monitor(_ setting: ClaimSetting, quadratureOffset: Int) -> any ClaimMonitor {
    guard let registry = ComponentRegistry(setting.model) else { return VacuousMonitor() }
    return ComponentLawMonitor(
      law: law(registry.components[0].count), registry: registry, offset: quadratureOffset)
  }

  public func controls(_ setting: ClaimSetting) -> [NegativeControl] {
    guard let registry = ComponentRegistry(setting.model) else { return [] }
    let m = registry.components[0].count
    var controls = [NegativeControl.rate(of: 1, in: setting.model)]
    for exponent in ComponentExponent.rivals(m) {
      controls.append(
        NegativeControl(
          "the exponent \(tableNumber(exponent))", .claim(BalancedGrowth(exponent: exponent, asksForBalance: true))))
    }
    if let start = ComponentSetting.unbalancing(setting) {
      controls.append(
        NegativeControl("an unbalanced start", .start(start, BalancedGrowth(exponent: nil, asksForBalance: false))))
    }
    return controls
  }
}

/// The exponent 2 − 2/m of the growth law, fitted with an interval that counts misfit, solver and rounding.
public struct ComponentExponent: Claim {
  private let exponent: Double?
  private let asksForBalance: Bool

  public init() { self.init(exponent: nil, asksForBalance: true) }

  private init(exponent: Double?, asksForBalance: Bool) {
    self.exponent = exponent
    self.asksForBalance = asksForBalance
  }

  /// Exponents that must be told from 2 − 2/m: 1, those of one block fewer and more, and 2.
  static func rivals(_ m: Int) -> [Double] {
    let own = 2 - 2 / Double(m)
    let near = (m > 2 ? [2 - 2 / Double(m - 1)] : []) + [2 - 2 / Double(m + 1)]
    return ([1.0] + near + [2.0]).reduce(into: []) { list, p in
      if abs(p - own) > 1e-9, !list.contains(p) { list.append(p) }
    }
  }

  public var identifier: String {
    (exponent.map { "growth-exponent \(tableSetting($0))" } ?? "growth-exponent")
      + (asksForBalance ? "" : " unbalanced")
  }

  public func statement(_ setting: ClaimSetting) -> String {
    "γ⁻¹ dσ_r/dt grows like σ_r to the power 2 − 2/N on balanced starts; fitted over time, its factor N known"
  }

  public func hypotheses(_ setting: ClaimSetting) -> [Hypothesis] {
    [ComponentSetting.existence(setting)] + (asksForBalance ? [ComponentSetting.balanced(setting)] : [])
  }

  public func quadratures(_ setting: ClaimSetting) -> [any Quadrature] {
    guard let registry = ComponentRegistry(setting.model) else { return [] }
    let p = 2 - 2 / Double(registry.components[0].count)
    return [ComponentQuadrature(registry, rates: [ComponentLaw(kind: .power(p)).quadrature])]
  }

  public func monitor(_ setting: ClaimSetting, quadratureOffset: Int) -> any ClaimMonitor {
    guard let registry = ComponentRegistry(setting.model) else { return VacuousMonitor() }
    let claimed = exponent ?? 2 - 2 / Double(registry.components[0].count)
    return Monitor(
      registry: registry, offset: quadratureOffset, claimed: claimed, isMutatedStart: !asksForBalance)
  }

  public func controls(_ setting: ClaimSetting) -> [NegativeControl] {
    guard let registry = ComponentRegistry(setting.model) else { return [] }
    var controls = Self.rivals(registry.components[0].count).map { exponent in
      NegativeControl(
        "the exponent \(tableNumber(exponent))", .claim(ComponentExponent(exponent: exponent, asksForBalance: true)))
    }
    if let start = ComponentSetting.unbalancing(setting) {
      controls.append(
        NegativeControl(
          "a fit on an unbalanced start", .start(start, ComponentExponent(exponent: nil, asksForBalance: false))))
    }
    return controls
  }

  private final class Monitor: ClaimMonitor {
    private let terms: ComponentTerms
    private let offset: Int
    private let claimed: Double
    private let isMutatedStart: Bool
    private let growth = GrowthRecorder()

    init(registry: ComponentRegistry, offset: Int, claimed: Double, isMutatedStart: Bool) {
      terms = ComponentTerms(registry)
      self.offset = offset
      self.claimed = claimed
      self.isMutatedStart = isMutatedStart
    }

    func observe(_ point: TrajectoryPoint) {
      guard point.isSave else { return }
      terms.update(point.parameters, gradient: nil)
      growth.record(point, terms, offset: offset)
    }

    var evidence: Evidence { growth.evidence(claimed: claimed, isMutatedStart: isMutatedStart) }
  }
}

/// The exponent that an unbalanced start shows instead, 4 e_{m−2}(a) e_m(a)/e_{m−1}(a)² with a_n = ‖w_n‖², in integral form.
public struct EffectiveExponent: Claim {
  private let factor: Double

  public init() { factor = 1 }
  private init(factor: Double) { self.factor = factor }

  private var law: ComponentLaw { ComponentLaw(kind: .effectiveExponent, factor: factor) }

  public var identifier: String { factor == 1 ? "effective-exponent" : "effective-exponent × \(factor)" }

  public func statement(_ setting: ClaimSetting) -> String {
    "γ⁻¹ dσ_r/dt has the local exponent 4 e_{N−2} e_N / e_{N−1}² in σ_r, e_k of the squared norms: "
      + "ln e_{N−1}(t) − ln e_{N−1}(0) = ∫ 4 γ_r σ_r e_{N−2}/e_{N−1} ds, from any start"
  }

  public func hypotheses(_ setting: ClaimSetting) -> [Hypothesis] { [ComponentSetting.existence(setting)] }

  public func quadratures(_ setting: ClaimSetting) -> [any Quadrature] {
    ComponentRegistry(setting.model).map { [ComponentQuadrature($0, rates: [law.quadrature])] } ?? []
  }

  public func monitor(_ setting: ClaimSetting, quadratureOffset: Int) -> any ClaimMonitor {
    guard let registry = ComponentRegistry(setting.model) else { return VacuousMonitor() }
    return ComponentLawMonitor(law: law, registry: registry, offset: quadratureOffset)
  }

  public func controls(_ setting: ClaimSetting) -> [NegativeControl] {
    [
      .rate(of: 1, in: setting.model),
      NegativeControl("the exponent × 1.01", .claim(EffectiveExponent(factor: 1.01))),
    ]
  }
}
