import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// `complexity` as a program: what it keeps, where it goes on, what it refuses.
@Suite("Complexity")
struct ComplexityCommandTests {
  private static let digits = CommandLines.root.appendingPathComponent("data/digits.csv").path
  /// Twelve trainings of a moment each.
  private static let small =
    ["complexity", "--data", digits, "--ranks", "1,2", "--classes", "0,8", "--seeds", "1", "--iterations", "30"]

  private static func lines(_ folder: Folder) throws -> [Substring] {
    try folder.text("out/points.jsonl").split(separator: "\n")
  }

  @Test("threads, a configuration file and a second run change no number")
  func sameNumbers() throws {
    let folder = try Folder()
    let once = try Tool.run(Self.small + ["--json", "--output", "out"], in: folder)
    #expect(once.status == 0 && once.message.isEmpty)
    #expect(folder.names(in: "out") == ["config.toml", "points.jsonl", "provenance.json", "report.json"])
    #expect(try folder.text("out/report.json") == once.output)
    #expect(try Self.lines(folder).count == 13)
    #expect(try Tool.run(Self.small + ["--json", "--threads", "2"], in: folder).output == once.output)
    try folder.write(Tool.run(Self.small + ["--print-config"], in: folder).output, to: "c.toml")
    #expect(try Tool.run(["complexity", "--config", "c.toml", "--json"], in: folder).output == once.output)
    #expect(try folder.text("out/config.toml") == folder.text("c.toml"))
    #expect(
      try Tool.run(["complexity", "--config", "c.toml", "--print-config"], in: folder).output == folder.text("c.toml"))
    // Everything is kept: the same command has nothing to train, and says the same.
    #expect(try Tool.run(Self.small + ["--json", "--output", "out"], in: folder).output == once.output)
    #expect(try Self.lines(folder).count == 13)
  }

  @Test("what a run left behind is gone on from, half a line is no point, and numbers are the same")
  func resumes() throws {
    let folder = try Folder()
    let whole = try Tool.run(Self.small + ["--json", "--output", "out"], in: folder).output
    let lines = try Self.lines(folder)
    // As if it had been killed while it wrote its sixth point.
    let kept = lines.prefix(6).joined(separator: "\n") + "\n" + lines[6].prefix(20)
    try folder.write(kept, to: "out/points.jsonl")
    unlink(folder.url("out/report.json").path)
    for name in ["config.toml", "provenance.json"] { unlink(folder.url("out/\(name)").path) }
    #expect(try Tool.run(Self.small + ["--json", "--output", "out", "--threads", "2"], in: folder).output == whole)
    let again = try Self.lines(folder)
    #expect(again.prefix(6) == lines.prefix(6) && Set(again) == Set(lines))
    // A point that is kept is believed, not trained again.
    let other = lines.map { String($0).replacing(/"train_error":[^,}]*/, with: "\"train_error\":0.5") }
    try folder.write(other.joined(separator: "\n") + "\n", to: "out/points.jsonl")
    let believed = try Tool.run(Self.small + ["--format", "csv", "--output", "out"], in: folder).output
    #expect(believed.contains("\"original\",1.0,2.0,0.5,0.5,0.5,0.5,\n"))
  }

  @Test("an interrupted run says how far it came, keeps that, and ends with status 75", arguments: [SIGINT, SIGTERM])
  func interrupted(number: Int32) throws {
    let folder = try Folder()
    let long = [
      "complexity", "--data", Self.digits, "--ranks", "1", "--classes", "0", "--seeds", "1..200", "--iterations", "200",
      "--baselines", "none", "--output", "out", "--threads", "2",
    ]
    // Another experiment's report would keep the same command from going on.
    #expect(try Tool.run(Self.small + ["--output", "out"], in: folder).status == 0)
    let running = try Tool.start(long + ["--force"], in: folder)
    let deadline = Date().addingTimeInterval(60)
    // Until the other files are gone, the trainings are the other experiment's.
    while running.isRunning, folder.names(in: "out").count > 1 || ((try? Self.lines(folder).count) ?? 0) < 4,
      Date() < deadline
    { usleep(10_000) }
    running.send(number)
    let ending = try running.wait()
    let count = try Self.lines(folder).count - 1
    expectRefusal(
      ending, status: 75, ["interrupted after \(count) of 200 trainings", "kept in out", "the same command goes on"])
    #expect(count >= 3 && count < 200 && folder.names(in: "out") == ["points.jsonl"])
  }

  @Test("another experiment's points are refused by name, and nothing is changed")
  func others() throws {
    let folder = try Folder()
    let line = [
      "complexity", "--data", "d.csv", "--classes", "0,1", "--ranks", "1", "--iterations", "3", "--seeds", "1",
    ]
    try folder.write("1,0,0\n0,1,1\n1,0,0\n0,1,1\n1,1,0\n0,1,1\n", to: "d.csv")
    #expect(try Tool.run(line + ["--output", "out"], in: folder).status == 0)
    let before = try folder.text("out/points.jsonl")
    for (flags, words) in [
      (["--learning-rate", "0.01"], ["--learning-rate 0.002 there, 0.01 here"]),
      (["--test", "1"], ["--test 2 there, 1 here"]),
      (["--ranks", "1,2"], ["--ranks 1 there, 1,2 here"]), (["--values", "3"], ["--values 2 there, 3 here"]),
    ] {
      try expectRefusal(
        line + flags + ["--output", "out"], ["another experiment", "--force"] + words, in: folder)
    }
    #expect(try folder.text("out/points.jsonl") == before)
    try folder.write("1,1,0\n0,1,1\n1,0,0\n0,1,1\n1,1,0\n0,1,1\n", to: "d.csv")
    try expectRefusal(line + ["--output", "out"], ["the file of --data had other contents", "--force"], in: folder)
    #expect(try Tool.run(line + ["--output", "out", "--force"], in: folder).status == 0)
    #expect(try folder.text("out/points.jsonl") != before)
    // Lines of somebody else's.
    for text in ["mine\n", "\(before.split(separator: "\n")[0])\nmine\n"] {
      try folder.write(text, to: "out/points.jsonl")
      let ending = try Tool.run(line + ["--output", "out"], in: folder)
      #expect(ending.status == 74 || ending.status == 64, "\(ending)")
      #expect(try folder.text("out/points.jsonl") == text)
    }
    #expect(try Tool.run(["balancedness"] + Tool.matrix + Tool.horizon + ["--output", "out"], in: folder).status == 64)
  }

  @Test("data that cannot be used end with status 74 and a sentence")
  func data() throws {
    let folder = try Folder()
    try folder.write("1,0,0\n0,nan,1\n", to: "nan.csv")
    try folder.write("1,0,0\n0,1,0\n1,1,0\n", to: "one.csv")
    try folder.write([0, 0, 8, 3, 0, 0, 0, 9, 0, 0, 0, 1, 0, 0, 0, 1, 5], to: "cut.idx")
    try folder.write([0, 0, 8, 1, 0, 0, 0, 1, 5], to: "labels.idx")
    try expectRefusal(["complexity", "--data", "nan.csv"], status: 74, ["nan.csv, line 2"], in: folder)
    try expectRefusal(["complexity", "--data", "one.csv"], ["all 2 images for training have the label 0"], in: folder)
    try expectRefusal(
      ["complexity", "--data", "cut.idx", "--labels", "labels.idx"], status: 74, ["cut.idx", "incomplete"], in: folder)
    try expectRefusal(["complexity", "--data", "cut.idx"], ["--labels"], in: folder)
    try expectRefusal(["complexity"], ["--data"], in: folder)
    try expectRefusal(["complexity", "--data", "none.csv"], status: 74, ["none.csv"], in: folder)
  }

  @Test("the file of the paper's constants is understood, and says which files it lacks")
  func paper() throws {
    let path = CommandLines.root.appendingPathComponent("experiments/B4-mnist.toml").path
    let folder = try Folder()
    try expectRefusal(["complexity", "--config", path], status: 74, ["train-images-idx3-ubyte.gz"], in: folder)
    // Two images of two pixels in the place of MNIST's.
    for part in ["train", "t10k"] {
      try folder.write(
        [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 255, 0, 0, 200], to: "\(part)-images-idx3-ubyte.gz")
      try folder.write([0, 0, 8, 1, 0, 0, 0, 2, 0, 1], to: "\(part)-labels-idx1-ubyte.gz")
    }
    let ending = try Tool.run(
      ["complexity", "--config", path, "--ranks", "1", "--iterations", "10", "--json"], in: folder)
    let experiment = try #require(try ending.json()["experiment"] as? [String: Any])
    let settings = try #require(experiment["settings"] as? [String: String])
    #expect(settings["complexity.learning-rate"] == "0.0005" && settings["complexity.batch"] == "5000")
    #expect(settings["complexity.train"] == "2" && settings["complexity.test"] == "2")
    #expect(settings["complexity.white"] == "255.0" && settings["complexity.classes"] == "0,1")
  }

  @Test("both figures are drawn, and every format is printed")
  func formats() throws {
    let folder = try Folder()
    let ending = try Tool.run(Self.small + ["--plot", "e.svg", "--format", "latex"], in: folder)
    #expect(ending.status == 0 && ending.output.contains("tabular"))
    #expect(
      folder.names == [
        "e-test.caption.txt", "e-test.csv", "e-test.gp", "e-test.svg", "e.caption.txt", "e.csv", "e.gp", "e.svg",
      ])
    #expect(try folder.text("e.gp").components(separatedBy: "filledcurves").count == 4)
    let markdown = try Tool.run(Self.small + ["--format", "markdown"], in: folder).output
    #expect(markdown.contains("| random labels | 2 | 2 |"))
    #expect(try Tool.run(Self.small + ["-q"], in: folder).output == "done: 12 trainings\n")
  }
}
