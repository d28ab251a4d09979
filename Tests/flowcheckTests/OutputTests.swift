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
    #expect(
      folder.names(in: "out") == [
        "config.toml", "problem.npz", "provenance.json", "report.json", "series.csv", "trajectory.npz",
      ])
    let arrays = try trajectory(folder)
    let series = table(try folder.text("out/series.csv"))
    #expect(Set(arrays.keys) == Set(series.keys).union(["W1", "W2", "t_offset", "t_remainder"]))
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
        folder.names(in: command)
          == [own, "config.toml", "problem.npz", "provenance.json", "report.json", "series.csv", "trajectory.npz"]
          .sorted())
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

  /// problem.npz and trajectory.npz give every loss again: the mean of the squared residuals.
  @Test(
    arguments: [
      Tool.matrix + ["--observed", "0.6"], Tool.tensor,
      ["--model", "matrix", "--shape", "3,3", "--depth", "2", "--rank", "1", "--measure-with", "gaussian"]
        + ["--samples", "7"],
      ["--model", "cp", "--shape", "2,3,4", "--components", "2", "--rank", "1", "--measure-with", "rank-one"]
        + ["--samples", "9"],
    ])
  func problem(arguments: [String]) throws {
    let folder = try Folder()
    let ending = try Tool.run(["integrate"] + arguments + Tool.horizon + ["--output", "out"], in: folder)
    #expect(ending.status == 0, "\(ending)")
    let states = try trajectory(folder)
    let named = try NumpyFile.readNPZ("\(folder.path)/out/problem.npz")
    let arrays = Dictionary(uniqueKeysWithValues: named.map { ($0.name, $0.array) })
    let values = try #require(arrays["values"]?.values)
    let target = try #require(arrays["target"])
    let shape = target.shape
    func flat(_ index: ArraySlice<Double>) -> Int { zip(index, shape).reduce(0) { $0 * $1.1 + Int($1.0) } }

    // Each operator as a dense array over the end-to-end object.
    let size = shape.reduce(1, *)
    let operators: [[Double]]
    if let indices = arrays["indices"] {
      #expect(indices.shape == [values.count, shape.count])
      let observed = values.indices.map { flat(indices.values[($0 * shape.count)..<(($0 + 1) * shape.count)]) }
      #expect(values == observed.map { target.values[$0] })
      let heldOut = try #require(arrays["held_out"])
      let hidden = (0..<heldOut.shape[0]).map { flat(heldOut.values[($0 * shape.count)..<(($0 + 1) * shape.count)]) }
      #expect((observed + hidden).sorted() == Array(0..<size) && !hidden.isEmpty)
      operators = observed.map { place in (0..<size).map { $0 == place ? 1 : 0 } }
    } else if let dense = arrays["A"] {
      #expect(dense.shape == [values.count] + shape)
      operators = values.indices.map { Array(dense.values[($0 * size)..<(($0 + 1) * size)]) }
    } else {
      operators = try values.indices.map { k in
        try shape.indices.reduce([1.0]) { product, n in
          let factor = try #require(arrays["x\(n + 1)"])
          #expect(factor.shape == [values.count, shape[n]])
          let vector = factor.values[(k * shape[n])..<((k + 1) * shape[n])]
          return product.flatMap { p in vector.map { p * $0 } }
        }
      }
    }
    func measured(_ object: [Double]) -> [Double] { operators.map { zip($0, object).reduce(0) { $0 + $1.0 * $1.1 } } }
    for (a, b) in zip(measured(target.values), values) { #expect(abs(a - b) <= 1e-14) }

    let losses = try #require(states["loss"]?.values)
    for k in losses.indices {
      let end = try endToEnd(states, save: k, shape: shape)
      let residuals = zip(measured(end), values).map { $0 - $1 }
      let loss = residuals.reduce(0) { $0 + $1 * $1 } / Double(values.count)
      #expect(abs(loss - losses[k]) <= 1e-12 * losses[0])
    }
  }

  /// W_2 W_1, or Σ_r a_r¹ ⊗ … ⊗ a_rᴺ, at a save time.
  private func endToEnd(_ states: [String: DenseArray], save k: Int, shape: [Int]) throws -> [Double] {
    func block(_ name: String) throws -> (rows: Int, columns: Int, entries: [Double]) {
      let array = try #require(states[name])
      let (rows, columns) = (array.shape[1], array.shape[2])
      return (rows, columns, Array(array.values[(k * rows * columns)..<((k + 1) * rows * columns)]))
    }
    if states["W1"] != nil {
      let (first, second) = (try block("W1"), try block("W2"))
      return (0..<second.rows).flatMap { i in
        (0..<first.columns).map { j in
          (0..<first.rows).reduce(0.0) {
            $0 + second.entries[i * second.columns + $1] * first.entries[$1 * first.columns + j]
          }
        }
      }
    }
    let factors = try shape.indices.map { try block("A\($0 + 1)") }
    var end = [Double](repeating: 0, count: shape.reduce(1, *))
    for r in 0..<factors[0].columns {
      let term = factors.reduce([1.0]) { product, factor in
        product.flatMap { p in (0..<factor.rows).map { p * factor.entries[$0 * factor.columns + r] } }
      }
      for i in end.indices { end[i] += term[i] }
    }
    return end
  }

  /// What a run started from is recognized by digests, which other tools compute too.
  @Test func digests() throws {
    let folder = try Folder()
    try folder.write("i0,i1,value\n0,0,1\n1,2,-3\n2,1,0.5\n", to: "a.csv")
    let line = ["integrate", "--model", "matrix", "--depth", "2", "--shape", "3,3", "--data", "a.csv"] + Tool.horizon
    func provenance(_ name: String, _ arguments: [String]) throws -> [String: Any] {
      let ending = try Tool.run(arguments + ["--output", name], in: folder)
      #expect(ending.status == 0, "\(ending)")
      let data = Data(try folder.text("\(name)/provenance.json").utf8)
      return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    }
    let first = try provenance("first", line)
    let digest = try Tool.shell("sha256sum a.csv", in: folder).output.prefix(64)
    #expect(digest.isEmpty || first["data_sha256"] as? String == String(digest))
    #expect(first["start_sha256"] == nil)
    // The same start, drawn or read from a file; another one for another seed.
    let parameters = try #require(first["parameters_sha256"] as? String)
    #expect(try provenance("second", line + ["--seed", "2"])["parameters_sha256"] as? String != parameters)
    let states = try trajectory(folder, "first")
    let start = try ["W1", "W2"].map { block in
      let array = try #require(states[block])
      return (
        name: block,
        array: DenseArray(shape: Array(array.shape.dropFirst()), values: Array(array.values[..<9]))
      )
    }
    try NumpyFile.writeNPZ(start, to: "\(folder.path)/s.npz")
    let third = try provenance("third", line + ["--start", "s.npz"])
    #expect(third["parameters_sha256"] as? String == parameters)
    let startDigest = try Tool.shell("sha256sum s.npz", in: folder).output.prefix(64)
    #expect(startDigest.isEmpty || third["start_sha256"] as? String == String(startDigest))
  }

  /// The commit is one of those that were checked out here, or not known.
  @Test func commit() throws {
    let folder = try Folder()
    #expect(try Tool.run(integrate + ["--output", "out"], in: folder).status == 0)
    let object = try JSONSerialization.jsonObject(with: Data(try folder.text("out/provenance.json").utf8))
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().path
    let log = (try? String(contentsOfFile: root + "/.git/logs/HEAD", encoding: .utf8)) ?? ""
    guard let commit = (object as? [String: Any])?["commit"] as? String else { return }
    #expect(commit.count == 40 && log.contains(" \(commit) "))
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
    #expect(try #require(rungs.first?["steps"] as? Int) >= 3)
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
      #expect(folder.names == ["caption.txt", "csv", "gp", "svg"].map { "\(stem).\($0)" })
      #expect(try folder.text("\(stem).svg").contains("<svg"))
    }
  }
}
