import Foundation
import Testing

/// Exit statuses of verdicts and unfinished runs.
@Suite("Exit status")
struct VerdictTests {
  private let check = ["balancedness"] + Tool.matrix + Tool.horizon

  @Test func holds() throws {
    let ending = try Tool.run(check)
    #expect(ending.status == 0)
    #expect(ending.message.isEmpty)
    #expect(ending.lastLine.hasPrefix("holds to "))
  }

  @Test func controlsAreRejected() throws {
    let ending = try Tool.run(check + ["--control"])
    #expect(ending.status == 0)
    let controls = ending.output.split(separator: "\n").filter { $0.hasPrefix("control  ") }
    #expect(controls.count == 2)
    for line in controls { #expect(line.contains(": violated, as it must be (drift ")) }
  }

  /// Gradient flow of a loss with kinks, crossed on the way: a hypothesis fails, or the steps run out there.
  @Test func vacuous() throws {
    let command = check + ["--loss", "l1", "--normalization", "sum", "--max-steps", "2000"]
    let ending = try Tool.run(command)
    #expect(ending.status == 2)
    #expect(ending.lastLine.hasPrefix("vacuous: ") || ending.lastLine.hasPrefix("inconclusive: "))
    let json = try Tool.run(command + ["--json"])
    #expect(json.status == 2)
    #expect(["vacuous", "inconclusive"].contains(try json.json()["verdict"] as? String))
    #expect(try Tool.run(command + ["--exit-zero"]).status == 0)
  }

  @Test func depthOneHasNoLaw() throws {
    let ending = try Tool.run(check + ["--depth", "1"])
    #expect(ending.status == 2)
    #expect(ending.lastLine.hasPrefix("vacuous: "))
  }

  /// What the theorem does not speak of is vacuous, with the number that failed, and has no controls to reject.
  @Test(arguments: [
    ("--shape 3,3 --rank 1", "N = 2"), ("--shape 2,2,2 --data zero.csv", "the smallest |y| is 0"),
  ])
  func rankOneWithoutHypothesis(problem: String, number: String) throws {
    let folder = try Folder()
    try folder.write(Array("i0,i1,i2,value\n0,0,0,1\n1,1,1,0\n".utf8), to: "zero.csv")
    let ending = try Tool.run(
      ["rank-one", "--components", "3", "--until", "10", "--loss", "huber", "--huber-delta", "0.1", "--control"]
        + problem.split(separator: " ").map(String.init), in: folder)
    #expect(ending.status == 2, "\(ending)")
    #expect(ending.lastLine.hasPrefix("vacuous: "))
    #expect(ending.lastLine.contains(number))
    #expect(!ending.output.contains("control  "))
  }

  /// A horizon so short that nothing moves shows nothing.
  @Test func tooShort() throws {
    let ending = try Tool.run(check + ["--until", "1e-12"])
    #expect(ending.status == 2)
    #expect(ending.lastLine.hasPrefix("inconclusive: "))
    #expect(ending.lastLine.contains("--until"))
  }

  @Test func stepBudgetOfACheck() throws {
    let ending = try Tool.run(check + ["--max-steps", "3"])
    #expect(ending.status == 2)
    #expect(ending.lastLine.hasPrefix("inconclusive: "))
    #expect(ending.output.contains("--max-steps"))
    #expect(try Tool.run(check + ["--max-steps", "3", "--exit-zero"]).status == 0)
  }

  @Test func stepBudgetOfAnIntegration() throws {
    let folder = try Folder()
    let command = ["integrate"] + Tool.matrix + Tool.horizon + ["--max-steps", "3"]
    let ending = try Tool.run(command + ["--output", "out"], in: folder)
    #expect(ending.status == 2)
    #expect(ending.lastLine.hasPrefix("incomplete: "))
    #expect(ending.lastLine.contains("--max-steps"))
    #expect(
      folder.names(in: "out") == [
        "config.toml", "problem.npz", "provenance.json", "report.json", "series.csv", "trajectory.npz",
      ])
    #expect(try Tool.run(command + ["--exit-zero"]).status == 0)
  }

  /// The worst verdict of several claims decides.
  @Test func severalClaims() throws {
    let ending = try Tool.run(
      ["run", "--claims", "balancedness,dissipation"] + Tool.matrix + Tool.horizon + ["--json"])
    #expect(ending.status == 0)
    let report = try ending.json()
    let claims = try #require(report["claims"] as? [[String: Any]])
    #expect(claims.compactMap { $0["claim"] as? String } == ["balancedness", "dissipation"])
    let mixed = try Tool.run(
      ["run", "--claims", "dissipation,balancedness"] + Tool.matrix + Tool.horizon + ["--depth", "1", "--quiet"])
    #expect(mixed.status == 2)
    let lines = mixed.output.split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines[0].hasPrefix("dissipation: holds"))
    #expect(lines[1].hasPrefix("balancedness: vacuous"))
  }

  @Test func stopConditionEndsARun() throws {
    let ending = try Tool.run(
      ["integrate"] + Tool.matrix + ["--until", "1e6", "--stop-loss", "1e-3", "--normalization", "half-sum", "--json"])
    #expect(ending.status == 0)
    let report = try ending.json()
    #expect(report["is_complete"] as? Bool == true)
    let loss = try #require(report["final_loss"] as? Double)
    #expect(abs(loss - 1e-3) < 1e-9)
  }
}
