import Verdicts

/// The claims about descents beside their flow, in the order in which they are judged.
public enum ComparisonCatalog {
  static let claims: [any ComparisonClaim.Type] = [
    AgreementOrder.self, OneStepLaw.self, BalancednessDrift.self, GapBound.self, StabilityEdge.self,
  ]

  /// Every claim's page.
  public static var pages: [ClaimPage] { claims.map { $0.page } }

  /// The page of that name, or nil.
  public static func page(_ name: String) -> ClaimPage? { pages.first { $0.card.name == name } }
}
