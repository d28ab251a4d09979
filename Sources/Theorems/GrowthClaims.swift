import FlowODE

/// The claims about component norms that go with a start: the balanced law and its exponent only where it is balanced.
public enum GrowthClaims {
  public static func claims(for experiment: Experiment) -> [any Claim] {
    let setting = ClaimSetting(experiment: experiment)
    var claims: [any Claim] = [ComponentGrowth()]
    if ComponentSetting.balanced(setting).isMet { claims += [BalancedGrowth(), ComponentExponent()] as [any Claim] }
    return claims + [EffectiveExponent(), ComponentBounds(), ComponentBounds(sharp: true)]
  }
}
