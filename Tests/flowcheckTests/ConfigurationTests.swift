import ArrayFiles
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
    let lines = try folder.text("a.toml").split(separator: "\n", omittingEmptySubsequences: false)
    func place(_ key: String) -> String {
      "a.toml:\((lines.firstIndex { $0.hasPrefix("\(key) =") } ?? -1) + 1)"
    }
    for (command, note) in [
      ("balancedness", "note: unused here: integration.rtol (\(place("rtol"))), run.claims (\(place("claims")))"),
      ("run", "note: unused here: integration.rtol (\(place("rtol")))"),
      ("integrate", "note: unused here: integration.refine (\(place("refine"))), run.claims (\(place("claims")))"),
    ] {
      let ending = try Tool.run([command, "--config", "a.toml", "--json"], in: folder)
      #expect(ending.status == 0, "\(ending)")
      #expect(ending.message == note + "\n", "\(command)")
      let experiment = try #require(try ending.json()["experiment"] as? [String: Any])
      // Reports speak of flags where they mean settings.
      let notes = try #require(experiment["notes"] as? [String])
      #expect(notes.contains { $0.hasPrefix("unused here: ") && $0.contains("a.toml:") }, "\(notes)")
    }
    // What is not used is read all the same.
    try folder.write("[init]\nscales = \"x\"\n", to: "b.toml")
    try expectRefusal(
      ["balancedness", "--config", "b.toml"] + Tool.matrix + Tool.horizon,
      ["b.toml:2", "init.scales", "list of numbers"],
      in: folder)
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

  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  /// The command lines of commands.txt, without what is no setting but `--threads`.
  static let lines: [[String]] = {
    let text = (try? String(contentsOfFile: root + "/Tests/flowcheckTests/commands.txt", encoding: .utf8)) ?? ""
    return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
      line.split(separator: " ").map { String($0).replacing("data/", with: root + "/data/") }
        .filter { $0 != "--json" && $0 != "--exit-zero" }
    }
  }()

  /// `--print-config` prints a file that prints itself.
  @Test(arguments: lines)
  func printedFilesAreComplete(line: [String]) throws {
    let folder = try Folder()
    let printed = try Tool.run(line + ["--print-config"], in: folder)
    #expect(printed.status == 0 && printed.message.isEmpty, "\(printed)")
    try folder.write(printed.output, to: "a.toml")
    #expect(printed.output.hasPrefix("# An experiment of flowcheck \(line[0]), "))
    let again = try Tool.run([line[0], "--config", "a.toml", "--print-config"], in: folder)
    #expect(again.output == printed.output, "\(again.message)")
    #expect(folder.names == ["a.toml"])
  }

  /// Lines that take less than 0.3 s, of every command but the slow ones.
  private static let cheap = lines.filter { line in
    line.contains("rk2") || line.contains("rkc2") || line.contains("gauss2") || line.contains("msadams")
      || line[0] == "integrate" || line[0] == "incremental" || line.contains("bsimp") || line.contains("sgd")
      || line.contains("momentum") || line.contains("adam") || line.contains("rk2imp")
  }

  /// A printed file means the same as the line that printed it: the same bytes.
  @Test(arguments: cheap)
  func printedFilesMeanTheSame(line: [String]) throws {
    let folder = try Folder()
    try folder.write(try Tool.run(line + ["--print-config"], in: folder).output, to: "a.toml")
    let first = try Tool.run(line + ["--json"], in: folder)
    let second = try Tool.run([line[0], "--config", "a.toml", "--json"], in: folder)
    #expect(!first.output.isEmpty && first.output == second.output)
    #expect(first.status == second.status)
  }

  /// The file that `--output` leaves is the printed one, and repeats the experiment.
  @Test func theWrittenFile() throws {
    let folder = try Folder()
    let line = ["balancedness"] + Tool.tensor + Tool.horizon + ["--control"]
    let first = try Tool.run(line + ["--output", "out", "--json"], in: folder)
    #expect(try folder.text("out/config.toml") == Tool.run(line + ["--print-config"], in: folder).output)
    let again = try Tool.run(
      ["balancedness", "--config", "out/config.toml", "--output", "out", "--json"], in: folder)
    #expect(again.status == 0 && again.output == first.output, "\(again.message)")
  }

  /// Paths stay as they were given, whatever characters they have.
  @Test func pathsOfFiles() throws {
    let folder = try Folder()
    let name = "a \"b\" 'c' \\ü→\n#.csv"
    try folder.write("i0,i1,value\n0,0,1\n1,2,-3\n2,1,0.5\n", to: name)
    let line = ["integrate", "--model", "matrix", "--depth", "2", "--shape", "3,3", "--data", name] + Tool.horizon
    try folder.write(try Tool.run(line + ["--print-config"], in: folder).output, to: "a.toml")
    let written = try folder.text("a.toml")
    #expect(written.contains(#"data = "a \"b\" 'c' \\ü→\n#.csv""#), "\(written)")
    let first = try Tool.run(line + ["--json", "--output", "out"], in: folder)
    let second = try Tool.run(["integrate", "--config", "a.toml", "--json"], in: folder)
    #expect(first.status == 0 && first.output == second.output, "\(first.message)\(second.message)")
    // A start from a file is kept as a path, and takes no scale.
    let trajectory = try NumpyFile.readNPZ("\(folder.path)/out/trajectory.npz")
    let start = try ["W1", "W2"].map { block in
      let array = try #require(trajectory.first { $0.name == block }?.array)
      let size = array.shape[1] * array.shape[2]
      return (
        name: block, array: DenseArray(shape: Array(array.shape.dropFirst()), values: Array(array.values[..<size]))
      )
    }
    try NumpyFile.writeNPZ(start, to: "\(folder.path)/s t.npz")
    let restart = try Tool.run(line + ["--start", "s t.npz", "--print-config"], in: folder).output
    #expect(restart.contains("file = \"s t.npz\"") && !restart.contains("scale ="))
    try folder.write(restart, to: "b.toml")
    let third = try Tool.run(["integrate", "--config", "b.toml", "--json"], in: folder)
    let typed = try Tool.run(line + ["--start", "s t.npz", "--json"], in: folder)
    #expect(third.status == 0 && third.output == typed.output, "\(third.message)")
  }

  @Test func whatCannotBePrintedIsRefused() throws {
    let folder = try Folder()
    try expectRefusal(["balancedness", "--print-config"] + Tool.matrix, ["--until"], in: folder)
    try expectRefusal(["run", "--print-config"] + Tool.matrix + Tool.horizon, ["--claims"], in: folder)
    try expectRefusal(
      ["compare", "--print-config"] + Tool.matrix + Tool.horizon + ["--learning-rates", "-1"], ["--learning-rates"],
      in: folder)
  }
}
