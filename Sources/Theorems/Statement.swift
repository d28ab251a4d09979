import Verdicts

/// A claim's law or one of its false relatives: what is folded over a trajectory, without the claim's type.
public struct Statement: Sendable {
  /// A claim's name and the place of the variant among its variants.
  public struct Identity: Hashable, Sendable, Codable {
    /// The claim's name.
    public let claim: String
    /// The variant's place among all cases.
    public let variant: Int
  }

  /// The claim it is the law or a false relative of.
  public let claim: StatedClaim
  /// What tells it from every other statement of a run.
  public let identity: Identity
  private let makeLaws: @Sendable (ClaimSetting) -> Laws?

  /// What a claim says, or a false relative of it.
  public init<C: Claim>(_ claim: C.Type, _ variant: C.Variant = .law) {
    self.claim = StatedClaim(claim)
    let place = C.Variant.allCases.enumerated().first { $0.element == variant }?.offset ?? 0
    identity = Identity(claim: C.card.name, variant: place)
    makeLaws = { C.laws($0, variant) }
  }

  /// What a claim says in place `variant` of its own numbering, 0 for its law.
  init(_ claim: StatedClaim, variant: Int, _ laws: @escaping @Sendable (ClaimSetting) -> Laws?) {
    self.claim = claim
    identity = Identity(claim: claim.card.name, variant: variant)
    makeLaws = laws
  }

  /// What a claim of any type says.
  public static func law(of claim: any Claim.Type) -> Statement { StatedClaim(claim).law }

  /// The mutants of a claim in a setting.
  public static func mutants(of claim: any Claim.Type, _ setting: ClaimSetting) -> [Mutant<Statement>] {
    StatedClaim(claim).mutants(setting)
  }

  func laws(_ setting: ClaimSetting) -> Laws? { makeLaws(setting) }
}
