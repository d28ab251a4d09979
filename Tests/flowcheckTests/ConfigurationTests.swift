import Foundation
import Testing

/// Settings from TOML files, `--set` and flags.
@Suite("Configuration")
struct ConfigurationTests {
  private static let toml = """
    [problem]
    model = "matrix"
    shape = [4, 3]
    depth = 2
    rank = 2
    [init]
    scale = 0.3
    [integration]
    until = 3
    save = 20
    refine = [1e-6, 1e-8]
    """

  private func experiment(_ arguments: [String], in folder: Folder) throws -> [String: Any] {
    let ending = try Tool.run(["balancedness", "--json"] + arguments, in: folder)
    #expect(ending.status == 0, "\(ending)")
    return try #require(try ending.json()["experiment"] as? [String: Any])
  }

  /// The report without the echo of the settings.
  private func body(_ ending: Ending) throws -> NSDictionary {
    var report = try ending.json()
    var experiment = try #require(report["experiment"] as? [String: Any])
    experiment["settings"] = nil
    report["experiment"] = experiment
    return report as NSDictionary
  }

  @Test func sameExperimentByFlagsAndFile() throws {
    let folder = try Folder()
    try folder.write(Self.toml, to: "a.toml")
    let flags = try Tool.run(
      ["balancedness", "--json", "--refine", "1e-6,1e-8"] + Tool.matrix + Tool.horizon, in: folder)
    let file = try Tool.run(["balancedness", "--json", "--config", "a.toml"], in: folder)
    #expect(flags.status == 0 && file.status == 0)
    // Settings and their echo are the same too: the file's numbers are written as the flags' are.
    #expect(try body(flags) == body(file))
  }

  @Test func laterLayersWin() throws {
    let folder = try Folder()
    try folder.write(Self.toml, to: "a.toml")
    try folder.write("init.seed = 5\nintegration.until = 2.5\n", to: "b.toml")
    func until(_ arguments: [String]) throws -> Double? { try experiment(arguments, in: folder)["until"] as? Double }
    let files = ["--config", "a.toml", "--config", "b.toml"]
    #expect(try until(["--config", "a.toml"]) == 3)
    #expect(try until(files) == 2.5)
    #expect(try until(["--config", "b.toml", "--config", "a.toml"]) == 3)
    #expect(try until(["--set", "integration.until=2"] + files) == 2)
    #expect(try until(["--until", "1.5", "--set", "integration.until=2"] + files) == 1.5)
    #expect(try until(["--set", "integration.until=2", "--set", "integration.until=2.25"] + files) == 2.25)
    #expect((try experiment(files, in: folder)["start"] as? String)?.contains("seed 5") == true)
  }

  /// A file serves several commands: what this one does not use is not its concern.
  @Test func settingsOfOtherCommands() throws {
    let folder = try Folder()
    try folder.write(Self.toml + "\nrtol = 1e-7\n[run]\nclaims = [\"balancedness\"]\n", to: "a.toml")
    for command in ["balancedness", "run", "integrate"] {
      let ending = try Tool.run([command, "--config", "a.toml"], in: folder)
      #expect(ending.status == 0, "\(ending)")
    }
  }

  @Test func claimsFromAFile() throws {
    let folder = try Folder()
    try folder.write(Self.toml + "\n[run]\nclaims = [\"dissipation\", \"balancedness\"]\n", to: "a.toml")
    let ending = try Tool.run(["run", "--config", "a.toml", "--quiet"], in: folder)
    #expect(ending.output.split(separator: "\n").map { $0.prefix(12) } == ["dissipation:", "balancedness"])
    try folder.write(Self.toml + "\n[run]\nclaims = [\"disipation\"]\n", to: "b.toml")
    try expectRefusal(["run", "--config", "b.toml"], ["b.toml:13", "disipation", "dissipation"], in: folder)
  }

  @Test func integerWhereANumberIsWanted() throws {
    let folder = try Folder()
    try folder.write(Self.toml.replacingOccurrences(of: "scale = 0.3", with: "scale = 1"), to: "a.toml")
    let ending = try Tool.run(["integrate", "--json", "--config", "a.toml"], in: folder)
    let experiment = try #require(try ending.json()["experiment"] as? [String: Any])
    #expect((experiment["start"] as? String)?.contains("scale 1") == true)
  }

  /// In a file as on the command line: an integer is a count, a number with a point a fraction.
  @Test func observedCountAndFraction() throws {
    let folder = try Folder()
    for (text, count) in [("1", 1), ("1.0", 12), ("0.5", 6), ("\"0.5\"", 6), ("6", 6)] {
      try folder.write(
        Self.toml.replacingOccurrences(of: "rank = 2", with: "rank = 2\nobserved = \(text)"), to: "a.toml")
      let ending = try Tool.run(["integrate", "--json", "--config", "a.toml"], in: folder)
      #expect((try ending.json()["experiment"] as? [String: Any])?["measurements"] as? Int == count, "\(text)")
    }
  }
}
