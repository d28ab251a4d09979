import Checkers
import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Grids of experiments from the command line: what is kept, what an interruption costs, and what is refused.
@Suite("Sweeps")
struct SweepTests {
  private static let file = """
    [problem]
    model = "matrix"
    shape = [2, 2]
    depth = 2
    rank = 1
    [init]
    scale = [0.3, 0.1]
    seed = "1..60"
    [integration]
    until = 20
    save = 20
    [sweep]
    command = "balancedness"
    """

  private func folder(_ text: String = file) throws -> Folder {
    let folder = try Folder()
    try folder.write(text, to: "s.toml")
    return folder
  }

  /// Every file below a directory but provenance.json, by its path from there.
  private func contents(_ folder: Folder, _ directory: String) throws -> [String: Data] {
    let root = folder.url(directory)
    var files: [String: Data] = [:]
    let found = try #require(FileManager.default.enumerator(at: root, includingPropertiesForKeys: [.isDirectoryKey]))
    for case let url as URL in found where url.lastPathComponent != "provenance.json" {
      if try url.resourceValues(forKeys: [.isDirectoryKey]).isDirectory == true { continue }
      files[String(url.path.dropFirst(root.path.count))] = try Data(contentsOf: url)
    }
    return files
  }

  @Test(
    "a sweep that is killed again and again, and gone on with by the same line, leaves what an uninterrupted one does")
  func killed() throws {
    let folder = try folder()
    let whole = try Tool.run(["sweep", "s.toml", "--output", "whole", "--jobs", "1"], in: folder)
    #expect(whole.status == 0, "\(whole)")
    for kill in 1...6 {
      // Ever later, and the last time at once.
      let running = try Tool.start(["sweep", "s.toml", "--output", "out", "--jobs", "2"], in: folder)
      let deadline = Date().addingTimeInterval(60)
      let wanted = kill == 6 ? 0 : 17 * kill
      while running.isRunning, folder.names(in: "out/points").count < wanted, Date() < deadline { usleep(500) }
      running.send(kill % 3 == 0 ? SIGTERM : SIGKILL)
      let ending = try running.wait()
      #expect(ending.wasSignalled || ending.status == 75 || ending.status == 0, "\(ending)")
    }
    let last = try Tool.run(["sweep", "s.toml", "--output", "out", "--jobs", "2"], in: folder)
    #expect(last.status == 0 && last.output == whole.output, "\(last)")
    let (expected, found) = (try contents(folder, "whole"), try contents(folder, "out"))
    #expect(expected.count == 1 + 120 * 3)
    #expect(expected == found, "\(Set(expected.keys).symmetricDifference(found.keys))")
  }

  @Test("shards together are the sweep, and say what they have done")
  func shards() throws {
    let folder = try folder()
    let whole = try Tool.run(["sweep", "s.toml", "--output", "whole"], in: folder)
    // Side by side.
    let parts = try (1...3).map {
      try Tool.start(["sweep", "s.toml", "--output", "out", "--jobs", "1", "--shard", "\($0)/3"], in: folder)
    }
    for part in parts {
      let ending = try part.wait()
      #expect(ending.status == 0 && ending.output.contains("40 of 40 points finished"), "\(ending)")
    }
    #expect(try contents(folder, "whole") == contents(folder, "out"))
    let summary = try Tool.run(["summarize", "out"], in: folder)
    #expect(summary.status == 0)
    // Only the heading has the command's name.
    #expect(summary.output.split(separator: "\n").dropFirst() == whole.output.split(separator: "\n").dropFirst())
  }

  @Test("two sweeps into one directory: one is refused, and nothing is mixed")
  func twice() throws {
    let folder = try folder()
    let slow = Self.file.replacing("shape = [2, 2]", with: "shape = [12, 12]").replacing(
      "save = 20", with: "save = 2000")
    try folder.write(slow, to: "slow.toml")
    let running = try Tool.start(["sweep", "slow.toml", "--output", "out"], in: folder)
    let deadline = Date().addingTimeInterval(60)
    while running.isRunning, folder.names(in: "out").contains("sweep.json") == false, Date() < deadline { usleep(500) }
    let second = try Tool.run(["sweep", "slow.toml", "--output", "out"], in: folder)
    expectRefusal(second, status: 74, ["out", "another run is doing these points"])
    let shard = try Tool.run(["sweep", "slow.toml", "--output", "out", "--shard", "1/2"], in: folder)
    expectRefusal(shard, status: 74, ["another run is doing these points"])
    let other = try Tool.run(["sweep", "s.toml", "--output", "out"], in: folder)
    #expect(other.status == 74 || other.status == 64)
    running.send(SIGINT)
    let ended = try running.wait()
    #expect(ended.status == 75 && ended.message.contains("the same command goes on"), "\(ended)")
    // Nobody is at work any more, and it still is another sweep's.
    let third = try Tool.run(["sweep", "s.toml", "--output", "out"], in: folder)
    expectRefusal(third, status: 64, ["holds another sweep", "--save: 2000 there, 20 here", "--force"])
    #expect(!folder.names(in: "out").contains { $0.hasPrefix(".lock") })
    let anew = try Tool.run(["sweep", "s.toml", "--output", "out", "--force"], in: folder)
    #expect(anew.status == 0 && folder.names(in: "out/points").count == 120)
  }

  @Test("points that are not as expected, and those that fail, are told at once, counted, and can be run again")
  func unexpected() throws {
    let text = Self.file.replacing("seed = \"1..60\"", with: "seed = [1, 2]")
      .replacing("until = 20", with: "until = [20, 1e-17]").replacing("scale = [0.3, 0.1]", with: "scale = [0.3, -1]")
    let folder = try folder(text)
    let ending = try Tool.run(["sweep", "s.toml", "--output", "out", "--json", "--junit", "j.xml"], in: folder)
    // α = −1 is no scale: the error's status, after everything else was done.
    #expect(ending.status == 64, "\(ending)")
    #expect(ending.message.contains("--init-scale") && ending.message.contains("balancedness inconclusive"))
    let report = try ending.json()
    let tables = try #require(report["tables"] as? [[String: Any]])
    func rows(_ name: String) throws -> [[Any]] {
      try #require(tables.first { $0["name"] as? String == name }?["rows"] as? [[Any]])
    }
    #expect(
      try rows("verdicts").map { $0.dropFirst(3).map { "\($0)" } } == [
        ["2", "2", "0", "0", "0", "2"], ["2", "0", "0", "2", "0", "0"],
      ])
    #expect(try rows("not-finished").count == 4)
    let unmet = try rows("not-as-expected")
    #expect(unmet.count == 2)
    let again = try #require(unmet[0].last as? String)
    let alone = try Tool.shell(again.replacing("flowcheck", with: "\"$F\""), in: folder)
    #expect(alone.status == 2 && alone.output.contains("inconclusive"), "\(alone)")
    let junit = try folder.text("j.xml")
    #expect(junit.contains("<testsuites name=\"flowcheck sweep\" tests=\"8\" failures=\"2\" errors=\"4\">"))
    // A summary knows no errors, but what is missing.
    #expect(try Tool.run(["summarize", "out"], in: folder).status == 2)
  }

  @Test("a JUnit file that cannot be written is refused before anything is run", arguments: ["none/j.xml", ".", ""])
  func junitPlace(_ path: String) throws {
    let folder = try folder(Self.file)
    let ending = try Tool.run(["sweep", "s.toml", "--output", "out", "--junit", path], in: folder)
    expectRefusal(ending, status: 64, ["--junit"])
    #expect(!folder.names.contains("out"))
  }

  @Test("what a sweep writes and prints is valid by its schema")
  func schemas() throws {
    let folder = try folder(Self.file.replacing("seed = \"1..60\"", with: "seed = 1"))
    func faults(_ text: String, _ schema: String) throws -> [String] {
      let url = CommandLines.root.appendingPathComponent("schemas/\(schema)-1.schema.json")
      return try JSONSchema(Data(contentsOf: url)).faults(JSONSerialization.jsonObject(with: Data(text.utf8)))
    }
    let printed = try Tool.run(["sweep", "s.toml", "--output", "out", "--json"], in: folder)
    #expect(try faults(printed.output, "report") == [])
    #expect(try faults(Tool.run(["summarize", "out", "--json"], in: folder).output, "report") == [])
    #expect(try faults(folder.text("out/sweep.json"), "sweep") == [])
    #expect(try faults(folder.text("out/points/1/point.json"), "point") == [])
    #expect(try faults(folder.text("out/points/1/report.json"), "report") == [])
    #expect(try faults(folder.text("out/points/1/provenance.json"), "provenance") == [])
    // A point's own command gives its report again; of points nothing is asked of algebra.
    let again = try Tool.run(
      ["balancedness", "--config", "out/points/2/config.toml", "--no-proof", "--json"], in: folder)
    #expect(try again.output == folder.text("out/points/2/report.json"))
  }

  @Test("an expected violation is one, and its absence is not")
  func expectations() throws {
    let text = Self.file.replacing("seed = \"1..60\"", with: "seed = 1")
    let folder = try folder(text + "\nexpect = \"violated\"\n")
    #expect(try Tool.run(["sweep", "s.toml"], in: folder).status == 1)
    #expect(try Tool.run(["sweep", "s.toml", "--set", "sweep.expect=holds"], in: folder).status == 0)
    #expect(try Tool.run(["sweep", "s.toml", "--set", "sweep.expect=balancedness=holds"], in: folder).status == 0)
    #expect(try Tool.run(["sweep", "s.toml", "--exit-zero"], in: folder).status == 0)
  }

  @Test("what cannot be a sweep is refused with its place, and leaves nothing")
  func refused() throws {
    let folder = try folder()
    let run = ["sweep", "s.toml", "--output", "out"]
    for (arguments, words) in [
      (run + ["--set", "init.seed=3..1"], ["--set init.seed=3..1", "descends"]),
      (run + ["--set", "init.sed=3"], ["did you mean init.seed"]),
      (run + ["--set", "init.scales=1"], ["does not use init.scales"]),
      (run + ["--set", "sweep.expect=hold"], ["'hold' is no verdict"]),
      (run + ["--set", "sweep.command=balance"], ["did you mean \"balancedness\""]),
      (run + ["--set", "problem.depth=1..3000", "--set", "init.seed=1..3000"], ["more than 1000000 points"]),
      (run + ["--shard", "0/3"], ["--shard", "1 ≤ i ≤ n"]), (run + ["--shard", "4/3"], ["--shard"]),
      (run + ["--jobs", "0"], ["--jobs"]), (["balancedness", "--config", "s.toml"], ["s.toml:7", "sweep"]),
      (["summarize", "."], ["sweep.json", "flowcheck sweep"]),
    ] {
      let status: Int32 = arguments[0] == "summarize" ? 74 : 64
      try expectRefusal(arguments, status: status, words, in: folder)
    }
  }

  @Test("a few points tell what all would cost, and nothing is kept")
  func estimate() throws {
    let folder = try folder()
    let ending = try Tool.run(["sweep", "s.toml", "--output", "out", "--estimate", "--jobs", "2"], in: folder)
    #expect(ending.status == 0 && folder.names == ["s.toml"])
    #expect(ending.output.contains("120 points: about ") && ending.output.contains("with --jobs 2"), "\(ending)")
  }

  @Test("a full disk ends the sweep and leaves finished points as they are")
  func full() throws {
    let folder = try folder()
    // A limit on the size of files stands for the disk: 4 KiB is less than a report.
    let ending = try Tool.shell("trap '' XFSZ; ulimit -f 4; \"$F\" sweep s.toml --output out --jobs 1", in: folder)
    #expect(ending.status == 74 && ending.message.contains("error: "), "\(ending)")
    #expect(folder.names(in: "out/points").isEmpty)
    #expect(try Tool.run(["sweep", "s.toml", "--output", "out"], in: folder).status == 0)
  }
}
