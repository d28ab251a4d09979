import FlowODE

/// The claims about component norms that go with a start: the balanced law and its exponent where it is balanced, the law that
/// holds from any start where it is not, and closed forms where they apply.
public enum GrowthClaims {
  public static func claims(for experiment: Experiment) -> [any Claim] {
    let setting = ClaimSetting(experiment: experiment)
    var claims: [any Claim] = [ComponentGrowth()]
    if ComponentSetting.balanced(setting).isMet {
      claims += [BalancedGrowth(), ComponentExponent()] as [any Claim]
    } else {
      claims.append(UnbalancedGrowth())
    }
    claims += [EffectiveExponent(), ComponentBounds(), ComponentBounds(sharp: true)] as [any Claim]
    let form = UnbalancedGrowth.constantGradient
    if form.hypotheses(setting).allSatisfy(\.isMet) { claims.append(form) }
    return claims
  }

  /// What a reader must know about the claims that were left out.
  public static func notes(for experiment: Experiment) -> [String] {
    let balanced = ComponentSetting.balanced(ClaimSetting(experiment: experiment))
    guard !balanced.isMet else { return [] }
    return [
      "growth-law and growth-exponent are about balanced starts and were left out: \(balanced.detail); unbalanced-growth "
        + "takes their place (--init balanced examines them)"
    ]
  }
}
