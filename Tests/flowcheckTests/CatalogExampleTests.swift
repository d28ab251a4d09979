import Checkers
import Foundation
import Testing
import Theorems

/// Every claim of the catalogue on its card's own example, with all controls.
@Suite("The catalogue's examples")
struct CatalogExampleTests {
  /// The examples' arguments, several claims sharing some.
  static let examples: [[String]] = Array(Set(ClaimCatalog.all.map(arguments))).sorted { "\($0)" < "\($1)" }

  private static func arguments(_ claim: any CatalogedClaim.Type) -> [String] {
    // A shell takes the marks off a tree of modes.
    let words = claim.card.example.split(separator: " ").map { String($0).replacing("\"", with: "") }
    return words.filter { $0 != "flowcheck" && $0 != "--control" }
  }

  @Test("the claim holds there, and every way to be wrong is rejected", arguments: examples)
  func example(arguments: [String]) throws {
    // Other claims of the same command may end otherwise than those whose example it is.
    let ending = try Tool.run(arguments + ["--control", "--json", "--exit-zero"])
    #expect(ending.status == 0, "\(ending.message)")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let outcomes = try decoder.decode(Outcomes.self, from: Data(ending.output.utf8)).claims
    for claim in ClaimCatalog.all where Self.arguments(claim) == arguments {
      let name = claim.card.name
      checkClaim(claim, try #require(outcomes.first { $0.claim == name }, "\(name) is not in its own example"))
    }
  }

  private struct Outcomes: Decodable {
    let claims: [ClaimOutcome]
  }
}
