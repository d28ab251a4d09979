import FlowODE
import Models
import Testing
import Theorems

@Suite("Registries")
struct CatalogTests {
  @Test("every name stands once, and every row says what it must")
  func names() {
    for names in [
      ClaimCatalog.rows.map(\.identifier), ComparisonCatalog.rows.map(\.identifier),
      ModelCatalog.kinds.map(\.identifier), LossCatalog.rows.map(\.identifier), IntegrationMethod.all.map(\.name),
    ] {
      #expect(Set(names).count == names.count, "\(names)")
    }
    for row in ClaimCatalog.rows {
      #expect(!row.statement.isEmpty && !row.source.isEmpty && !row.judging.isEmpty, "\(row.identifier)")
      #expect(!row.hypotheses.isEmpty && !row.controls.isEmpty, "\(row.identifier)")
      #expect(row.example.hasPrefix("flowcheck "), "\(row.identifier)")
    }
  }
}
