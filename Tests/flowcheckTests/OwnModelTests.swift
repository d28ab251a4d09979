import FlowODE
import FlowcheckKit
import Foundation
import Models
import Testing
import Theorems

/// The example, a program of somebody who builds on flowcheck (Examples/OwnModel).
@Suite("A program with a model and a claim of its own")
struct OwnModelTests {
  static let problem = [
    "--model", "gated", "--shape", "5", "--rank", "1", "--target-norm", "2", "--init-scale", "0.7", "--until", "10",
    "--save", "10",
  ]

  @Test("judges both by the rules of all others, and every control is rejected")
  func judges() throws {
    let ending = try OwnModel.run(["run", "--claims", "gate-law,balancedness", "--control", "--json"] + Self.problem)
    #expect(ending.status == 0, "\(ending)")
    let claims = try #require(try ending.json()["claims"] as? [[String: Any]])
    #expect(claims.map { $0["claim"] as? String } == ["gate-law", "balancedness"])
    for claim in claims {
      #expect(claim["verdict"] as? String == "holds", "\(claim)")
      let controls = try #require(claim["controls"] as? [[String: Any]])
      #expect(controls.count >= 2 && controls.allSatisfy { $0["is_rejected"] as? Bool == true }, "\(controls)")
    }
  }

  @Test("says nothing of its claim where another model is examined")
  func vacuous() throws {
    let ending = try OwnModel.run(["run", "--claims", "gate-law", "--json"] + Tool.matrix + Tool.horizon)
    #expect(ending.status == 2)
    let claims = try #require(try ending.json()["claims"] as? [[String: Any]])
    #expect(claims.map { $0["verdict"] as? String } == ["vacuous"])
  }

  @Test("shows them wherever names are shown, and flowcheck itself has neither")
  func lists() throws {
    for (arguments, words) in [
      (["list"], ["gate-law", "gated"]), (["list", "--markdown"], ["gate-law"]), (["explain", "gate-law"], ["sinh"]),
      (["explain", "gated"], ["tanh"]), (["run", "--help"], ["gated"]),
      (["run", "--claims", "none"] + Self.problem, ["gate-law"]), (["run", "--model", "none"], ["gated"]),
    ] {
      let ending = try OwnModel.run(arguments)
      for word in words { #expect((ending.output + ending.message).contains(word), "\(arguments): \(word)") }
    }
    let list = try Tool.run(["list"]).output
    #expect(!list.contains("gate-law") && !list.contains("gated"))
  }

  @Test("is refused where it takes a name that is taken")
  func additions() {
    for additions in [
      Additions(claims: [Balancedness.self]), Additions(models: [CPFactorization.self]),
      Additions(losses: [SquaredLoss.self]),
      Additions(optimizers: OptimizerCatalog.rows),
    ] {
      let refusal = #expect(throws: Refusal.self) { try additions.register() }
      #expect(refusal?.problem.contains("two of the") == true)
    }
  }

  /// A family with one setting, named and of a kind as the test wants it.
  private struct Odd<Setting: OddSetting>: ModelFamily {
    static var card: ModelCard {
      ModelCard(name: "odd", summary: "", settings: [ModelSetting(Setting.name, .text, help: "")], example: "")
    }
    let program = Program()
    init(_ options: ModelOptions) {}
  }
  private protocol OddSetting { static var name: String { get } }
  private enum Taken: OddSetting { static let name = "until" }
  private enum OfTheProblem: OddSetting { static let name = "data-seed" }
  private enum Reserved: OddSetting { static let name = "json" }
  private enum Untypable: OddSetting { static let name = "my core" }
  private enum OfAnotherKind: OddSetting { static let name = "depth" }

  @Test("is refused where a setting of its model cannot be a flag of its own")
  func settings() {
    for (family, words) in [
      (Odd<Taken>.self, "another flag"), (Odd<OfTheProblem>.self, "another flag"), (Odd<Reserved>.self, "another flag"),
      (Odd<Untypable>.self, "'my core'"), (Odd<OfAnotherKind>.self, "another kind of value"),
    ] as [(any ModelFamily.Type, String)] {
      let refusal = #expect(throws: Refusal.self) { try Additions(models: [family]).register() }
      #expect(refusal?.problem.contains(words) == true, "\(String(describing: refusal))")
      #expect(!ModelCatalog.families.contains { $0.card.name == "odd" })
    }
  }
}
