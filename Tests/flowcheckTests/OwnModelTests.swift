import Foundation
import Testing

/// The example, a program of somebody who builds on flowcheck (Examples/OwnModel).
@Suite("A program with a model and a claim of its own")
struct OwnModelTests {
  private func run(_ arguments: [String]) throws -> Ending {
    try Running(executable: Tool.path(of: "own-model"), arguments: arguments, folder: try Folder(), tag: "own").wait()
  }

  @Test("judges both by the rules of all others, and every control is rejected")
  func judges() throws {
    let ending = try run(
      ["run", "--claims", "layer-norms,balancedness", "--control", "--json"] + Tool.matrix + Tool.horizon)
    #expect(ending.status == 0, "\(ending)")
    let claims = try #require(try ending.json()["claims"] as? [[String: Any]])
    #expect(claims.map { $0["claim"] as? String } == ["layer-norms", "balancedness"])
    for claim in claims {
      #expect(claim["verdict"] as? String == "holds", "\(claim)")
      let controls = try #require(claim["controls"] as? [[String: Any]])
      #expect(controls.count >= 2 && controls.allSatisfy { $0["is_rejected"] as? Bool == true }, "\(controls)")
    }
  }

  @Test("shows them wherever names are shown, and flowcheck itself has neither")
  func lists() throws {
    for arguments in [["list"], ["list", "--markdown"], ["explain", "layer-norms"]] {
      #expect(try run(arguments).output.contains("layer-norms"), "\(arguments)")
    }
    let unknown = try run(["run", "--claims", "none"] + Tool.matrix + Tool.horizon)
    #expect(unknown.status == 64 && unknown.message.contains("layer-norms"))
    #expect(try !Tool.run(["list"]).output.contains("layer-norms"))
  }
}
