import ArrayFiles
import Foundation
import Testing

/// One experiment, one report: byte for byte, whatever the number of threads; and what the report holds.
@Suite("Reports as JSON")
struct DeterminismTests {
  static let commands: [[String]] = [
    ["balancedness"] + Tool.matrix + Tool.horizon,
    ["balancedness"] + Tool.tensor + Tool.horizon + ["--control"],
    ["run", "--claims", "balancedness,dissipation"] + Tool.tensor + Tool.horizon + ["--control", "--init", "balanced"],
    ["run", "--claims", "dissipation"] + Tool.matrix + Tool.horizon
      + ["--measure-with", "gaussian", "--samples", "9", "--loss", "huber", "--huber-delta", "0.1"],
    ["balancedness", "--model", "matrix", "--depth", "3", "--data", "a.npy", "--observed", "0.8"] + Tool.horizon
      + ["--save-log", "--stop-loss", "1e-9"],
    ["integrate"] + Tool.tensor + Tool.horizon,
    // Large enough for threads to share a gradient.
    [
      "integrate", "--model", "cp", "--shape", "8,8,8", "--components", "1500", "--rank", "2", "--observed", "250",
      "--init-scale", "0.1", "--until", "300", "--rtol", "1e-6",
    ],
  ]

  @Test(arguments: commands)
  func bytesDoNotDependOnThreads(command: [String]) throws {
    let folder = try Folder()
    try NumpyFile.writeNPY(
      DenseArray(shape: [4, 5], values: (0..<20).map { $0 == 7 ? .nan : sin(Double($0 * $0)) }),
      to: folder.path + "/a.npy")
    let outputs = try ["1", "2", "4", "1"].map { threads in
      try Tool.run(command + ["--json", "--threads", threads], in: folder)
    }
    let first = outputs[0]
    #expect([0, 2].contains(first.status), "\(first)")
    #expect(first.message.isEmpty)
    for other in outputs.dropFirst() {
      #expect(other.output == first.output)
      #expect(other.status == first.status)
    }
    try checkValues(first.json(), at: "report")
    #expect(try Self.keyNames(first.json()).allSatisfy { !$0.contains(where: \.isUppercase) })
  }

  /// JSON has no way to write what is not finite, so a number that parses is finite; texts must not hide one either.
  private func checkValues(_ value: Any, at place: String) throws {
    switch value {
    case let object as [String: Any]: for (key, inner) in object { try checkValues(inner, at: "\(place).\(key)") }
    case let list as [Any]: for inner in list { try checkValues(inner, at: place) }
    case let text as String: #expect(!["nan", "inf", "-inf"].contains(text.lowercased()), "\(place)")
    case let number as NSNumber: #expect(number.doubleValue.isFinite, "\(place)")
    default: #expect(value is NSNull, "\(place)")
    }
  }

  private static func keyNames(_ value: Any) -> [String] {
    switch value {
    case let object as [String: Any]: object.flatMap { [$0.key] + keyNames($0.value) }
    case let list as [Any]: list.flatMap(keyNames)
    default: []
    }
  }

  @Test func keysOfACheck() throws {
    let report = try Tool.run(["balancedness"] + Tool.matrix + Tool.horizon + ["--json", "--control", "--all-rungs"])
      .json()
    #expect(report["schema"] as? String == "flowcheck.report/1")
    #expect(Set(report.keys).isSuperset(of: ["schema", "command", "experiment", "claims", "verdict"]))
    let experiment = try #require(report["experiment"] as? [String: Any])
    let expected: Set = [
      "settings", "model", "parameters", "measurements", "data", "loss", "normalization", "normalization_constant",
      "start", "start_loss", "start_norm", "start_largest_block_norm", "start_unbalancedness", "method", "atol",
      "until",
      "saves", "saves_logarithmically", "stops", "max_steps", "notes",
    ]
    #expect(Set(experiment.keys).isSuperset(of: expected), "\(expected.subtracting(experiment.keys))")
    #expect(experiment["parameters"] as? Int == 21)
    #expect(experiment["measurements"] as? Int == 12)
    let claim = try #require((report["claims"] as? [[String: Any]])?.first)
    #expect(
      Set(claim.keys).isSuperset(of: [
        "claim", "statement", "hypotheses", "rungs", "verdict", "strength", "reason", "controls",
      ]))
    #expect(claim["strength"] as? String == "observed")
    let rungs = try #require(claim["rungs"] as? [[String: Any]])
    #expect(rungs.compactMap { $0["rtol"] as? Double } == [1e-6, 1e-8, 1e-10, 1e-12])
    for rung in rungs {
      #expect(
        Set(rung.keys).isSuperset(of: [
          "rtol", "drift", "is_roundoff", "steps", "rejected", "gradients", "jacobians", "outcome", "is_complete",
        ]))
    }
    let controls = try #require(claim["controls"] as? [[String: Any]])
    #expect(controls.count == 2)
    #expect(controls.allSatisfy { $0["is_rejected"] as? Bool == true })
  }

  /// A number that is not finite becomes null with a note, and the flow's blow-up an inconclusive verdict.
  @Test func blowUp() throws {
    let ending = try Tool.run(
      ["balancedness", "--json"] + Tool.tensor + ["--init-scale", "1e60", "--until", "1", "--save", "3"])
    #expect([2, 64].contains(ending.status), "\(ending)")
    if ending.status == 2 { #expect(try ending.json()["verdict"] as? String == "inconclusive") }
  }
}
