import Models
import Verdicts

/// The claims there are: one line each.
public enum ClaimCatalog {
  /// What trajectories of one experiment can judge.
  public static var claims: [any Claim.Type] { builtIn + added.all }

  private static let builtIn: [any Claim.Type] =
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

  private static let added = AddedRows<any Claim.Type>("claim") { ($0.card.name, String(reflecting: $0)) }

  /// Adds a claim, for programs that bring their own. To be called before a command line is read.
  ///
  /// - Throws: ``Refusal`` if the name is taken or cannot be typed, or if the claim names no way to be wrong.
  public static func add(_ claim: any Claim.Type) throws(Refusal) {
    guard !claim.page.controls.isEmpty else {
      throw Refusal(
        "the claim \(claim.card.name) names no way to be wrong, so that no run could refute it",
        remedy: "give it mutants", settings: [])
    }
    let types = builtIn.map { ($0.card.name, String(reflecting: $0)) }
    let others = studies + ComparisonCatalog.pages
    try added.add(claim, beside: types + others.map { ($0.card.name, "“\($0.card.summary)”") })
  }
}
