import FlowODE
import Models
import Testing
import Theorems
import Verdicts

@Suite("Registries")
struct CatalogTests {
  @Test("every name stands once, and every row says what it must")
  func names() {
    for names in [
      ClaimCatalog.all.map { $0.card.name },
      ModelCatalog.families.map { $0.card.name }, LossCatalog.all.map { $0.identifier },
      IntegrationMethod.all.map(\.name),
    ] {
      #expect(Set(names).count == names.count, "\(names)")
    }
    for claim in ClaimCatalog.all {
      let (card, page) = (claim.card, claim.page)
      #expect(!card.summary.isEmpty && !card.formulas.isEmpty && !card.sources.isEmpty, "\(card.name)")
      #expect(!card.residual.isEmpty && card.example.hasPrefix("flowcheck "), "\(card.name)")
      #expect(!page.hypotheses.isEmpty && !page.controls.isEmpty, "\(card.name)")
    }
  }

  @Test("a claim of somebody's own is refused under a name that is taken, by a sentence that says by whom")
  func takenNames() throws {
    let names = ClaimCatalog.all.map { $0.card.name }
    let claims: [any Claim.Type] = [Own<Dissipation>.self, Own<RankOne>.self, Own<Drift>.self]
    for claim in claims {
      let refusal = #expect(throws: Refusal.self) { try ClaimCatalog.add(claim) }
      let problem = refusal?.problem ?? ""
      let page = try #require(ClaimCatalog.claim(claim.card.name)).page
      #expect(problem.contains("TheoremsTests") && problem.contains("'\(page.card.name)'"), "\(problem)")
      #expect(problem.contains(page.card.summary) || problem.contains("Theorems.Dissipation"), "\(problem)")
    }
    #expect(ClaimCatalog.all.map { $0.card.name } == names)
  }

  @Test("a claim that nothing could refute is no claim")
  func withoutMutants() {
    let refusal = #expect(throws: Refusal.self) { try ClaimCatalog.add(Own<Irrefutable>.self) }
    #expect(refusal?.problem.contains("irrefutable") == true)
    #expect(ClaimCatalog.claim("irrefutable") == nil)
  }
}

private protocol Kind: Sendable {
  static var name: String { get }
  static var mutants: [MutantRule<NoVariant>] { get }
}

extension Kind {
  static var mutants: [MutantRule<NoVariant>] { [.lastRate] }
}

private enum Dissipation: Kind { static let name = "dissipation" }
private enum RankOne: Kind { static let name = "rank-one" }
private enum Drift: Kind { static let name = "drift" }
private enum Irrefutable: Kind {
  static let name = "irrefutable"
  static let mutants: [MutantRule<NoVariant>] = []
}

private enum Own<K: Kind>: Claim {
  static var card: ClaimCard {
    ClaimCard(
      name: K.name, summary: "", formulas: [], sources: [], judgedBy: .conservation, residual: "", example: "")
  }
  static var hypotheses: [HypothesisRule] { [] }
  static var mutants: [MutantRule<NoVariant>] { K.mutants }
  static func laws(_ setting: ClaimSetting, _ variant: NoVariant) -> Laws? { nil }
}
