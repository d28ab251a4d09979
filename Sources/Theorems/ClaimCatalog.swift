import Models
import Verdicts

/// The claims there are: one line each.
public enum ClaimCatalog {
  /// What trajectories of one experiment can judge.
  public static var claims: [any Claim.Type] { builtIn + added.all }

  private static let builtIn: [any Claim.Type] =
    ClaimTopic.conserved.claims + [Dissipation.self] + ClaimTopic.componentNorms.claims
    + [PruningBound.self, ConstantGradientBounds.self, ConstantGradientGamma.self] + ClaimTopic.singularValues.claims
    + ClaimTopic.hiddenEntry.claims + [
      CommutingMeasurementsLaw.self, RegressionFlow.self, DiagonalLimit.self, CircuitContraction.self,
    ]

  /// What ladders of related experiments judge.
  public static let ladders: [any CatalogedClaim.Type] =
    [
      RankOneStudy.self, IncrementalStudy.self, ModeStudy.self, LocalStudy.self, CoordinateStudy.self,
      NuclearNormStudy.self,
    ] + sparsity

  /// What Tucker families from smaller and smaller starts judge.
  public static let sparsity: [any LadderClaim<SparsityLadder>.Type] = [StructuredSparsity.self, SliceSparsity.self]

  /// What descents beside their flow judge, in the order in which they are judged.
  public static let comparisons: [any LadderClaim<Comparison>.Type] = [
    AgreementOrder.self, OneStepLaw.self, BalancednessDrift.self, GapBound.self, StabilityEdge.self,
  ]

  /// Every claim, in the order of lists.
  public static var all: [any CatalogedClaim.Type] { claims + ladders + comparisons }

  /// The claim of that name, or nil.
  public static func claim(_ name: String) -> (any CatalogedClaim.Type)? { all.first { $0.card.name == name } }

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
    let others = (ladders + comparisons).map { ($0.card.name, "“\($0.card.summary)”") }
    try added.add(claim, beside: types + others)
  }

  /// The claims that are judged from a comparison, in the catalogue's order.
  ///
  /// - Parameter names: nil means every claim that applies.
  /// - Throws: ``Refusal`` for an unknown or repeated name.
  public static func claims(
    of comparison: Comparison, named names: [String]?
  ) throws(Refusal) -> [any LadderClaim<Comparison>.Type] {
    let known = comparisons.map { $0.card.name }
    for (k, name) in (names ?? []).enumerated() {
      guard known.contains(name) else {
        throw Refusal(
          "there is no claim '\(name)' about a comparison", remedy: "choose from: \(known.joined(separator: ", "))")
      }
      guard names?.firstIndex(of: name) == k else {
        throw Refusal("the claim '\(name)' is named twice", remedy: "name it once")
      }
    }
    return comparisons.filter { claim in
      names.map { $0.contains(claim.card.name) } ?? claim.applies(to: comparison)
    }
  }
}
