import FlowODE
import Models
import Verdicts

/// What a command is about: claims of which it takes those that its experiment calls for.
public struct ClaimTopic: Sendable {
  /// In the order of the report.
  public let claims: [any Claim.Type]
  /// Refuses experiments about which none of the claims says anything.
  private let check: @Sendable (Experiment) throws(Refusal) -> Void
  /// A sentence about those that were left out.
  private let note: @Sendable (ClaimSetting, _ left: [any Claim.Type]) -> String?

  init(
    _ claims: [any Claim.Type], check: @escaping @Sendable (Experiment) throws(Refusal) -> Void = { _ in },
    note: @escaping @Sendable (ClaimSetting, _ left: [any Claim.Type]) -> String? = { _, _ in nil }
  ) {
    self.claims = claims
    self.check = check
    self.note = note
  }

  /// What a model conserves.
  public static let conserved = ClaimTopic([Balancedness.self, InvariantLaw.self])

  /// How component norms grow.
  public static let componentNorms = ClaimTopic(
    [
      ComponentGrowth.self, BalancedGrowth.self, ComponentExponent.self, UnbalancedGrowth.self, EffectiveExponent.self,
      ComponentBounds.self, SharpComponentBounds.self, ConstantGradientForm.self,
    ], note: balanceNote)

  /// How the end-to-end matrix of a deep factorization and its singular values move.
  public static let singularValues = ClaimTopic([
    EndToEndDynamics.self, BalancedSingularValues.self, SingularValueExponent.self, SingularValueRates.self,
    ImbalanceBound.self,
  ]) { experiment throws(Refusal) in _ = try EndToEnd(experiment: experiment) }

  /// What becomes of a hidden entry and of the norms.
  public static let hiddenEntry = ClaimTopic([
    HiddenEntryFloor.self, DivergingNorms.self, HiddenEntryGrowth.self,
  ])

  /// The claims that an experiment calls for.
  ///
  /// - Throws: ``Refusal`` if the model has nothing to do with the topic.
  public func claims(for experiment: Experiment) throws(Refusal) -> [any Claim.Type] {
    try check(experiment)
    let setting = ClaimSetting(experiment: experiment)
    return claims.filter { $0.isCalledFor(setting) }
  }

  /// The same as values.
  ///
  /// - Throws: ``Refusal`` if the model has nothing to do with the topic.
  public func stated(for experiment: Experiment) throws(Refusal) -> [StatedClaim] {
    try claims(for: experiment).map { StatedClaim($0) }
  }

  /// What a reader must know about the claims that were left out.
  public func notes(for experiment: Experiment) -> [String] {
    let setting = ClaimSetting(experiment: experiment)
    return note(setting, claims.filter { !$0.isCalledFor(setting) }).map { [$0] } ?? []
  }

  /// Claims on balanced starts leave their place to the one on any start.
  private static func balanceNote(_ setting: ClaimSetting, _ left: [any Claim.Type]) -> String? {
    let names = left.filter { claim in claim.hypotheses.contains { $0.name == HypothesisRule.balancedComponents.name } }
      .map { $0.card.name }
    let balanced = ComponentSetting.balanced(setting)
    guard setting.model.components != nil, !names.isEmpty, !balanced.isMet else { return nil }
    return "\(names.joined(separator: " and ")) are about balanced starts and were left out: \(balanced.detail); "
      + "\(UnbalancedGrowth.card.name) takes their place (init.name balanced examines them)"
  }
}
