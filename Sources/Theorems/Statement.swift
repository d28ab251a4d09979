import Verdicts

/// A claim's law or one of its false relatives: what is folded over a trajectory, without the claim's type.
public struct Statement: Sendable {
  /// A claim's name and the place of the variant among its variants.
  public struct Identity: Hashable, Sendable {
    /// The claim's name.
    public let claim: String
    /// The variant's place among all cases.
    public let variant: Int
  }

  /// The claim it is the law or a false relative of.
  public let claim: any Claim.Type
  /// What tells it from every other statement of a run.
  public let identity: Identity
  private let makeLaws: @Sendable (ClaimSetting) -> Laws?

  /// What a claim says, or a false relative of it.
  public init<C: Claim>(_ claim: C.Type, _ variant: C.Variant = .law) {
    self.claim = claim
    let place = C.Variant.allCases.enumerated().first { $0.element == variant }?.offset ?? 0
    identity = Identity(claim: C.card.name, variant: place)
    makeLaws = { C.laws($0, variant) }
  }

  /// What a claim of any type says.
  public static func law(of claim: any Claim.Type) -> Statement {
    func open<C: Claim>(_ type: C.Type) -> Statement { Statement(type) }
    return open(claim)
  }

  /// The mutants of a claim in a setting.
  public static func mutants(of claim: any Claim.Type, _ setting: ClaimSetting) -> [Mutant<Statement>] {
    func open<C: Claim>(_ type: C.Type) -> [Mutant<Statement>] {
      C.mutants.flatMap { $0.mutants(setting) }.map { mutant in mutant.map { Statement(type, $0) } }
    }
    return open(claim)
  }

  func laws(_ setting: ClaimSetting) -> Laws? { makeLaws(setting) }
}

extension Claim {
  /// The claim's hypotheses in a setting but those that a control drops.
  ///
  /// - Parameter moments: those decided then.
  static func hypotheses(
    _ setting: ClaimSetting, _ facts: PathFacts, dropping dropped: Set<String> = [],
    decided moments: [HypothesisRule.Moment] = [.start, .path]
  ) -> [Hypothesis] {
    let asked = hypotheses.filter { !dropped.contains($0.name) }
    let found = moments.flatMap { moment in
      asked.filter { $0.moment == moment }.compactMap { $0.evaluate(setting, facts) }
    }
    guard found.allSatisfy(\.isMet), laws(setting, .law) == nil else { return found }
    return found + [Hypothesis("the setting has such a law", isMet: false, detail: setting.model.summary)]
  }
}
