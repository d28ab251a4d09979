import Verdicts

/// The claims there are: one line each.
public enum ClaimCatalog {
  /// What trajectories of one experiment can judge.
  public static let claims: [any Claim.Type] =
    [Balancedness.self, Dissipation.self] + ClaimTopic.componentNorms.claims
    + [ConstantGradientBounds.self, ConstantGradientGamma.self] + ClaimTopic.singularValues.claims
    + ClaimTopic.hiddenEntry.claims + [CommutingMeasurementsLaw.self]

  /// The claim of that name, or nil.
  public static func claim(_ name: String) -> (any Claim.Type)? { claims.first { $0.card.name == name } }

  /// The pages of claims that need more than one experiment, so that only their own command examines them.
  public static let studies = [
    RankOneStudy.page, IncrementalStudy.page, ModeStudy.page, CoordinateStudy.page, NuclearNormStudy.page,
  ]

  /// Every claim's page.
  public static var pages: [ClaimPage] { claims.map { $0.page } + studies }

  /// The page of that name, or nil.
  public static func page(_ name: String) -> ClaimPage? { pages.first { $0.card.name == name } }
}
