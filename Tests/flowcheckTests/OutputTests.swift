import ArrayFiles
import Foundation
import Testing

/// What `--output` and `--plot` write, and what they refuse to overwrite.
@Suite("Written results")
struct OutputTests {
  private let integrate = ["integrate"] + Tool.matrix + Tool.horizon

  private func trajectory(_ folder: Folder, _ name: String = "out") throws -> [String: DenseArray] {
    let arrays = try NumpyFile.readNPZ("\(folder.path)/\(name)/trajectory.npz")
    return Dictionary(uniqueKeysWithValues: arrays.map { ($0.name, $0.array) })
  }

  private func table(_ text: String) -> [String: [Double]] {
    let lines = text.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    var columns: [String: [Double]] = [:]
    for (k, name) in (lines.first ?? []).enumerated() {
      columns[name] = lines.dropFirst().map { Double($0[k]) ?? .nan }
    }
    return columns
  }

  @Test func namesShapesAndTime() throws {
    let folder = try Folder()
    #expect(try Tool.run(integrate + ["--output", "out"], in: folder).status == 0)
    #expect(folder.names(in: "out") == ["provenance.json", "report.json", "series.csv", "trajectory.npz"])
    let arrays = try trajectory(folder)
    let series = table(try folder.text("out/series.csv"))
    #expect(Set(arrays.keys) == Set(series.keys).union(["W1", "W2"]))
    #expect(arrays["t"]?.shape == [20])
    #expect(arrays["loss"]?.shape == [20])
    #expect(arrays["W1"]?.shape == [20, 3, 3])
    #expect(arrays["W2"]?.shape == [20, 4, 3])
    let times = try #require(arrays["t"]?.values)
    #expect(times.first == 0 && times.last == 3)
    #expect(zip(times, times.dropFirst()).allSatisfy { $0 < $1 })

    #expect(series["t"] == times)
    for (name, values) in series { #expect(values == arrays[name]?.values, "\(name)") }
    let report = try #require(
      try JSONSerialization.jsonObject(with: Data(try folder.text("out/report.json").utf8)) as? [String: Any])
    // The two are evaluated along different paths, with and without the gradient.
    let final = try #require(report["final_loss"] as? Double)
    #expect(abs(final - (series["loss"]?.last ?? .nan)) <= 4 * final.ulp)
    #expect(report["final_time"] as? Double == times.last)
    // Every quantity of the end table is a column, and ends there.
    let end = try #require(report["final"] as? [String: Double])
    #expect(Set(end.keys) == Set(series.keys).subtracting(["t"]))
    // The JSON reader at hand may be off by a unit in the last place.
    for (name, value) in end { #expect(abs((series[name]?.last ?? .nan) - value) <= 2 * value.ulp, "\(name)") }
    #expect((report["experiment"] as? [String: Any])?["start_loss"] as? Double == series["loss"]?.first)
  }

  @Test func blocksOfATensorModel() throws {
    let folder = try Folder()
    let command = ["balancedness"] + Tool.tensor + Tool.horizon + ["--output", "out"]
    #expect(try Tool.run(command, in: folder).status == 0)
    let arrays = try trajectory(folder)
    #expect(Set(arrays.keys).isSuperset(of: ["t", "loss", "component_norm_1", "A1", "A2", "A3"]))
    #expect(arrays["A1"]?.shape == [20, 3, 3])
    #expect(arrays["A2"]?.shape == [20, 4, 3])
    #expect(arrays["A3"]?.shape == [20, 2, 3])
  }

  /// The commands over scales: one row per α in series.csv, the runs behind it in a file of their own, and the flow at the smallest
  /// α as a trajectory.
  @Test func laddersOfScales() throws {
    let folder = try Folder()
    let problem =
      [
        "--shape", "3,3,3", "--components", "5", "--rank", "1", "--target-norm", "5", "--observed", "12", "--loss",
        "huber",
      ]
      + ["--huber-delta", "0.02", "--save", "30"]
    for (command, until, own, key) in [
      ("rank-one", "300", "distances.csv", "distance_from_start"),
      ("incremental", "1e9", "components.csv", "next_norm"),
    ] {
      let ending = try Tool.run([command] + problem + ["--until", until, "--output", command], in: folder)
      #expect(ending.status == 0, "\(ending.output)\(ending.message)")
      #expect(
        folder.names(in: command) == [own, "provenance.json", "report.json", "series.csv", "trajectory.npz"].sorted())
      let series = table(try folder.text("\(command)/series.csv"))
      let alphas = try #require(series["alpha"])
      #expect(alphas.count >= 5 && zip(alphas, alphas.dropFirst()).allSatisfy { abs($0 / $1 - 2) < 1e-12 })
      let distances = try #require(series[key])
      #expect(zip(distances, distances.dropFirst()).allSatisfy { $0 > $1 })
      #expect(Set(table(try folder.text("\(command)/\(own)"))["alpha"] ?? []) == Set(alphas))
      #expect(try trajectory(folder, command)["A1"]?.shape == [30, 3, 5])
    }
  }

  @Test func reportIsTheJSON() throws {
    let folder = try Folder()
    for command in [integrate, ["balancedness"] + Tool.tensor + Tool.horizon] {
      let ending = try Tool.run(command + ["--json", "--output", "out", "--force"], in: folder)
      #expect(try folder.text("out/report.json") == ending.output)
    }
  }

  /// A slice of the trajectory as `--start`: the first reproduces the run, a later one its remainder.
  @Test func restart() throws {
    let folder = try Folder()
    #expect(try Tool.run(integrate + ["--output", "out", "--rtol", "1e-13"], in: folder).status == 0)
    let arrays = try trajectory(folder)
    let times = try #require(arrays["t"]?.values)
    func slice(_ k: Int, _ name: String) throws {
      let blocks = try ["W1", "W2"].map { block in
        let array = try #require(arrays[block])
        let size = array.shape[1] * array.shape[2]
        return (
          name: block,
          array: DenseArray(
            shape: Array(array.shape.dropFirst()), values: Array(array.values[(k * size)..<((k + 1) * size)]))
        )
      }
      try NumpyFile.writeNPZ(blocks, to: "\(folder.path)/\(name)")
    }
    let problem = [
      "integrate", "--model", "matrix", "--shape", "4,3", "--depth", "2", "--rank", "2", "--rtol", "1e-13",
    ]
    try slice(0, "first.npz")
    let again = try Tool.run(
      problem + Tool.horizon + ["--start", "first.npz", "--output", "again"], in: folder)
    #expect(again.status == 0)
    #expect(try trajectory(folder, "again") == arrays)

    try slice(10, "later.npz")
    let rest = try Tool.run(
      problem + ["--until", "\(3 - times[10])", "--save", "2", "--start", "later.npz", "--output", "rest"], in: folder)
    #expect(rest.status == 0)
    let end = try #require(try trajectory(folder, "rest")["W2"]?.values.suffix(12))
    let expected = try #require(arrays["W2"]?.values.suffix(12))
    for (a, b) in zip(end, expected) { #expect(abs(a - b) < 1e-11) }
  }

  @Test func provenance() throws {
    let folder = try Folder()
    #expect(try Tool.run(integrate + ["--output", "out"], in: folder).status == 0)
    let text = try folder.text("out/provenance.json")
    let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(object["schema"] as? String == "flowcheck.provenance/1")
    for key in ["host", "operating_system", "began", "ended", "command"] { #expect(object[key] is String, "\(key)") }
    #expect(object["arguments"] as? [String] == integrate + ["--output", "out"])
    let versions = try #require(object["versions"] as? [String: String])
    #expect(Set(versions.keys) == ["flowcheck", "gsl", "blas"])
    #expect(versions["gsl"]?.hasPrefix("2.") == true)
    #expect(try #require(object["cpu_seconds"] as? Double) > 0)
    #expect(try #require(object["peak_memory_kilobytes"] as? Int) > 1000)
    let rungs = try #require(object["rungs"] as? [[String: Any]])
    #expect(rungs.count == 1)
    #expect(try #require(rungs.first?["steps"] as? Int) >= 19)
  }

  @Test func overwriting() throws {
    let folder = try Folder()
    let check = ["balancedness"] + Tool.matrix + Tool.horizon
    #expect(try Tool.run(check + ["--output", "out"], in: folder).status == 0)
    let before = try folder.text("out/report.json")
    // The same experiment may be repeated.
    #expect(try Tool.run(check + ["--output", "out", "--quiet"], in: folder).status == 0)
    for other in [check + ["--seed", "2"], integrate, check + ["--save", "21"]] {
      try expectRefusal(other + ["--output", "out"], ["out", "another experiment", "--force"], in: folder)
    }
    #expect(try folder.text("out/report.json") == before)
    #expect(try Tool.run(check + ["--seed", "2", "--output", "out", "--force"], in: folder).status == 0)
    #expect(try folder.text("out/report.json") != before)
    // A report nobody can read is not overwritten either.
    try folder.write("{", to: "out/report.json")
    try expectRefusal(check + ["--output", "out"], ["another experiment"], in: folder)
  }

  @Test func figure() throws {
    let folder = try Folder()
    guard try Tool.shell("command -v gnuplot", in: folder).status == 0 else { return }
    for command in [integrate, ["balancedness"] + Tool.matrix + Tool.horizon] {
      let ending = try Tool.run(command + ["--plot", "`touch x` \"q\" 'p'.svg"], in: folder)
      #expect(ending.status == 0, "\(ending)")
      let stem = "`touch x` \"q\" 'p'"
      #expect(folder.names == ["csv", "gp", "svg"].map { "\(stem).\($0)" })
      #expect(try folder.text("\(stem).svg").contains("<svg"))
    }
  }
}
