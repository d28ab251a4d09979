import FlowODE
import Models
import Testing
import Theorems

@Suite("Registries")
struct CatalogTests {
  @Test("every name stands once, and every row says what it must")
  func names() {
    for names in [
      ClaimCatalog.pages.map(\.card.name), ComparisonCatalog.pages.map(\.card.name),
      ModelCatalog.kinds.map(\.identifier), LossCatalog.rows.map(\.identifier), IntegrationMethod.all.map(\.name),
    ] {
      #expect(Set(names).count == names.count, "\(names)")
    }
    for page in ClaimCatalog.pages + ComparisonCatalog.pages {
      let card = page.card
      #expect(!card.summary.isEmpty && !card.formulas.isEmpty && !card.sources.isEmpty, "\(card.name)")
      #expect(!card.residual.isEmpty && card.example.hasPrefix("flowcheck "), "\(card.name)")
      #expect(!page.hypotheses.isEmpty && !page.controls.isEmpty, "\(card.name)")
    }
  }
}
