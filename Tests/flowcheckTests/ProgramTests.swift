import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Programs as models, as a user has them run.
@Suite("Programs")
struct ProgramTests {
  private static let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("ExternalModelsTests/program.py").path

  private func words(_ what: String) -> String { "python3 '\(Self.file)' \(what)" }

  private static let text = """
    param x[3]
    loss any
    init x = [0.5, -0.25, 0.125]
    claim still: conserved x[1]
    claim falls: nonincreasing norm2(x)
    """

  /// x′ = −(4x³ + x) in closed form: x(t)² = x₀² e^(−2t) / (1 + 4 x₀² (1 − e^(−2t))).
  @Test func trajectory() throws {
    let folder = try Folder()
    try folder.write(Self.text, to: "a.flow")
    let ending = try Tool.run(
      ["integrate", "a.flow", "--program", words("good"), "--until", "1", "--rtol", "1e-12", "--json"], in: folder)
    #expect(ending.status == 0, "\(ending)")
    let decay = exp(-2.0)
    let loss = [0.5, -0.25, 0.125].reduce(0.0) { sum, start in
      let square = start * start * decay / (1 + 4 * start * start * (1 - decay))
      return sum + square * square + square / 2
    }
    let last = try #require(try ending.json()["final_loss"] as? Double)
    #expect(abs(last - loss) < 1e-11 * loss, "\(last), \(loss)")
  }

  @Test func claims() throws {
    let folder = try Folder()
    try folder.write(Self.text, to: "a.flow")
    let ending = try Tool.run(
      ["run", "a.flow", "--program", words("prints"), "--until", "1", "--control", "--threads", "2", "--json"],
      in: folder)
    #expect(ending.status == 1 && ending.message.contains("f is"), "\(ending)")
    let claims = try #require(try ending.json()["claims"] as? [[String: Any]])
    #expect(claims.map { $0["verdict"] as? String } == ["violated", "holds"])
  }

  @Test func noFileStartsOne() throws {
    let folder = try Folder()
    let named = Self.text.replacingOccurrences(of: "loss any", with: "loss program \"\(words("good"))\"")
    try folder.write(named, to: "a.flow")
    try folder.write("[problem]\nmodel = \"external\"\nprogram = \"\(words("good"))\"\n", to: "a.toml")
    let end = ["--until", "1"]
    try expectRefusal(["run", "a.flow"] + end, ["a.flow:2:1", "no file starts one", "--allow-program"], in: folder)
    try expectRefusal(
      ["integrate", "--config", "a.toml"] + end, ["a.toml:3", "no file starts one", "--allow-program"], in: folder)
    #expect(try Tool.run(["integrate", "a.flow", "--allow-program"] + end, in: folder).status == 0)
    #expect(try Tool.run(["integrate", "--config", "a.toml", "--allow-program"] + end, in: folder).status == 0)
    // What a directory keeps of a run is a file as well.
    let first = ["integrate", "--model", "external", "--program", words("good"), "--output", "out"] + end
    #expect(try Tool.run(first, in: folder).status == 0)
    // What the words name is recorded, and of what a program computes no unbalancedness is known.
    let provenance = try JSONSerialization.jsonObject(with: Data(folder.text("out/provenance.json").utf8))
    let files = try #require((provenance as? [String: Any])?["program_files"] as? [[String: String]])
    let file = try #require(files.first?["file"])
    #expect(files.count == 1 && words("good").contains(file))
    let sum = try Tool.shell("sha256sum '\(file)'", in: folder).output.prefix(64)
    #expect(sum.isEmpty || files.first?["sha256"] == String(sum))
    #expect(try !folder.text("out/report.json").contains("unbalancedness"))
    #expect(try !folder.text("out/series.csv").contains("unbalancedness"))
    let again = ["integrate", "--config", "out/config.toml", "--output", "out2"]
    #expect(try Tool.run(again, in: folder).status == 64)
    #expect(try Tool.run(again + ["--allow-program"], in: folder).status == 0)
    #expect(try folder.text("out/report.json") == folder.text("out2/report.json"))
  }

  @Test func refusals() throws {
    let folder = try Folder()
    try folder.write(Self.text, to: "a.flow")
    try folder.write("param x[3]\nloss norm2(x)\nclaim conserved x[1]\n", to: "own.flow")
    let model = ["--model", "external"]
    let end = ["--until", "1"]
    try expectRefusal(["integrate"] + model + end, ["external", "--program"], in: folder)
    try expectRefusal(["run", "a.flow"] + end, ["a.flow", "loss"], in: folder)
    for (flags, words) in [
      (model + ["--program", "no-such-program-anywhere"], "cannot be started"), (model + ["--program", "'a"], "quote"),
      (model + ["--program", words("good"), "--shape", "3"], "--shape"),
      (model + ["--program", words("good"), "--loss", "huber"], "--loss"),
      (model + ["--program", words("good"), "--rank", "1"], "--rank"),
      (model + ["--program", words("good"), "--init", "balanced"], "no balanced start"),
      (model + ["--program", words("good"), "--coordinates", "svd"], "svd"),
      (["own.flow", "--program", words("good")], "states its loss"),
      (["a.flow", "--program", words("other-block")], "y[3]"),
      (["--model", "matrix", "--shape", "2,2", "--rank", "1", "--program", words("good")], "--program"),
      (model + ["--program", words("good"), "--time-limit", "0"], "--time-limit"),
    ] {
      try expectRefusal(["integrate"] + flags + end, [words], in: folder)
    }
  }

  @Test(arguments: ["balancedness", "growth"]) func lawless(command: String) throws {
    let ending = try Tool.run(
      [command, "--model", "external", "--program", words("good"), "--until", "1", "--init-scale", "0.5"])
    #expect([2, 64].contains(ending.status) && !ending.wasSignalled, "\(ending)")
  }

  @Test func comparison() throws {
    let ending = try Tool.run(
      [
        "compare", "--model", "external", "--program", words("good"), "--until", "1", "--init-scale", "0.5",
        "--learning-rates", "1e-2,5e-3,2.5e-3,1.25e-3",
      ])
    #expect(ending.status == 0, "\(ending)")
  }

  @Test(arguments: ["exit-late", "lie-late", "nan-late", "complains-late"]) func culprit(what: String) throws {
    let folder = try Folder()
    let flags = ["--model", "external", "--program", words(what), "--until", "20", "--init-scale", "0.5"]
    let ending = try Tool.run(["integrate"] + flags + ["--output", "out"], in: folder)
    expectRefusal(ending, status: 74, ["the program", what])
    #expect(folder.names.isEmpty)
  }

  /// Only the standard three and the protocol's two, whatever the caller left open.
  @Test func descriptors() throws {
    guard FileManager.default.fileExists(atPath: "/dev/fd") else { return }
    let folder = try Folder()
    let ending = try Tool.shell(
      "exec 7</dev/null 9</dev/null; \"$F\" integrate --model external --program \"\(words("descriptors"))\" --until 1 -q",
      in: folder)
    // The listing itself has one more open.
    #expect(ending.message.contains("open: [0, 1, 2, 3, 4, 5]"), "\(ending)")
  }

  /// A program in the middle of a call that it does not answer, and one that ignores signals and has a child.
  @Test(arguments: [SIGINT, SIGTERM], ["hang-late", "deaf-late", "forks"]) func interrupted(number: Int32, what: String)
    throws
  {
    let folder = try Folder()
    let running = try Tool.start(
      ["integrate", "--model", "external", "--program", words(what), "--until", "1e12", "--max-steps", "1000000000"]
        + ["--method", "rk8pd", "--atol", "1e-300", "--init-scale", "0.5", "--output", "out"], in: folder)
    let deadline = Date().addingTimeInterval(60)
    while running.isRunning, !folder.names.contains("out"), Date() < deadline { usleep(10_000) }
    usleep(500_000)
    running.send(number)
    let ending = try running.wait()
    #expect(ending.status == 75 && ending.message.contains("interrupted"), "\(ending)")
    #expect(!folder.names.contains("out"))
    guard what == "forks" else { return }
    for process in try folder.text("child.pid").split(separator: " ").compactMap({ pid_t($0) }) {
      let state = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
      #expect(kill(process, 0) != 0 || state?.contains(") Z ") == true)
    }
  }
}
