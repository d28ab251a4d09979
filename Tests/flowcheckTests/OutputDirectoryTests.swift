import Foundation
import Testing

/// A directory of results belongs to one run at a time, and what is in it to whoever wrote it.
@Suite("Directories of results")
struct OutputDirectoryTests {
  private let integrate = ["integrate"] + Tool.matrix + Tool.horizon

  @Test(
    "a file that no report stands beside is not replaced",
    arguments: ["series.csv", "provenance.json", "trajectory.npz", "problem.npz", "config.toml"])
  func foreignFiles(name: String) throws {
    let folder = try Folder()
    try folder.makeFolder("out")
    try folder.write("mine", to: "out/\(name)")
    try expectRefusal(integrate + ["--output", "out"], ["out/\(name)", "--force"], in: folder)
    #expect(try folder.text("out/\(name)") == "mine" && folder.names(in: "out") == [name])
    #expect(try Tool.run(integrate + ["--output", "out", "--force"], in: folder).status == 0)
    #expect(try folder.text("out/\(name)") != "mine")
    // What stands beside a report of the same experiment is its own.
    #expect(try Tool.run(integrate + ["--output", "out"], in: folder).status == 0)
  }

  @Test("nor are tables that only some claims leave")
  func foreignTables() throws {
    let folder = try Folder()
    try folder.makeFolder("out")
    let problem = ["--shape", "3,3,3", "--components", "5", "--rank", "1", "--target-norm", "5", "--observed", "12"]
    let line = ["rank-one"] + problem + ["--until", "300", "--save", "30", "--output", "out"]
    try folder.write("mine", to: "out/distances.csv")
    try expectRefusal(line, ["out/distances.csv", "--force"], in: folder)
    try FileManager.default.removeItem(at: folder.url("out/distances.csv"))
    try folder.write("mine", to: "out/rank-one-distances.csv")
    let run = ["run", "--claims", "rank-one,dissipation", "--model", "cp", "--init", "balanced"] + line.dropFirst()
    try expectRefusal(run, ["out/rank-one-distances.csv", "--force"], in: folder)
  }

  @Test("while a run writes there another is refused, and the first leaves nothing when it is interrupted")
  func second() throws {
    let folder = try Folder()
    let line = ["integrate", "--model", "matrix", "--shape", "30,30", "--depth", "3", "--rank", "2", "--rtol", "1e-14"]
    let first = try Tool.start(line + ["--until", "1e12", "--output", "out"], in: folder)
    let deadline = Date().addingTimeInterval(60)
    while first.isRunning, !folder.names.contains("out"), Date() < deadline { usleep(1000) }
    // The directory is locked as soon as it is made.
    usleep(300_000)
    for force in [[], ["--force"]] {
      try expectRefusal(integrate + ["--output", "out"] + force, status: 74, ["out", "another run"], in: folder)
    }
    #expect(first.isRunning)
    first.send(SIGINT)
    #expect(try first.wait().status == 75)
    #expect(folder.names.isEmpty)
    #expect(try Tool.run(integrate + ["--output", "out"], in: folder).status == 0)
    #expect(!folder.names(in: "out").contains { $0.hasPrefix(".") })
  }

  /// Of two that start together one writes everything and the other nothing, whichever comes first.
  @Test("two runs into one new directory do not mix")
  func together() throws {
    let folder = try Folder()
    let line = integrate + ["--observed", "8"]
    func files(_ name: String) throws -> [Data] {
      try ["report.json", "series.csv", "trajectory.npz", "problem.npz"].map { file in
        try Data(contentsOf: folder.url("\(name)/\(file)"))
      }
    }
    for seed in ["3", "4"] {
      #expect(try Tool.run(line + ["--seed", seed, "--output", "alone\(seed)"], in: folder).status == 0)
    }
    for attempt in 0..<20 {
      let name = "both\(attempt)"
      let runs = try ["3", "4"].map { try Tool.start(line + ["--seed", $0, "--output", name], in: folder) }
      let endings = try runs.map { try $0.wait() }
      let winners = endings.indices.filter { endings[$0].status == 0 }
      #expect(winners.count == 1 && endings.allSatisfy { [0, 64, 74].contains($0.status) }, "\(endings)")
      guard let winner = winners.first else { continue }
      #expect(try files(name) == files("alone\(3 + winner)"))
      #expect(!folder.names(in: name).contains(".flowcheck.lock"))
    }
  }
}
