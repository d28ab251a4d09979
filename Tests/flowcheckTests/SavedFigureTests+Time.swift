import ArrayFiles
import Foundation
import Testing

/// Figures over time, of reports and of sweeps.
extension SavedFigureTests {
  @Test("singular values: a panel a run, those of its series; of matrices alone")
  func singularValues() throws {
    let folder = try Folder()
    for depth in ["1", "2"] {
      try run(
        [
          "integrate", "--model", "matrix", "--shape", "4,3", "--depth", depth, "--rank", "2", "--until", "20",
          "--save", "9",
        ], to: depth, in: folder)
    }
    let (sheet, _) = try drawn(["1", "2"], "singular-values", in: folder)
    for depth in ["1", "2"] {
      let series = Sheet(try folder.text("\(depth)/series.csv"))
      for (k, symbol) in [(1, "σ₁"), (2, "σ₂"), (3, "σ₃")] {
        #expect(try sheet.column("\(symbol), depth \(depth)") == series.column("component_norm_\(k)"))
      }
    }
    #expect(try folder.text("f.gp").ranges(of: "set tmargin").count == 2)
    try run(["integrate"] + Tool.tensor + ["--until", "1", "--save", "3"], to: "t", in: folder)
    try expectRefusal(
      ["plot", "t", "--figure", "singular-values", "--plot", "g.svg"], status: 64, ["--model matrix"], in: folder)
  }

  @Test("alignment is the cosine between a component and what is missing of the target, by number as its norm is")
  func alignment() throws {
    let folder = try Folder()
    try run(
      [
        "integrate", "--model", "cp", "--shape", "2,3,2", "--components", "3", "--rank", "1", "--init-scale", "0.4",
        "--until", "30", "--save", "6",
      ], to: "o", in: folder)
    let (sheet, _) = try drawn(["o"], "alignment", in: folder)
    let states = try NumpyFile.readArchive("\(folder.path)/o/trajectory.npz")
    let target = try #require(try NumpyFile.readArchive("\(folder.path)/o/problem.npz").array("target")?.values)
    let blocks = try ["A1", "A2", "A3"].map { try #require(try states.array($0)) }
    let (d, components) = ([2, 3, 2], 3)
    let saves = blocks[0].shape[0]
    for t in 0..<saves {
      func entry(_ block: Int, _ i: Int, _ r: Int) -> Double {
        blocks[block].values[(t * d[block] + i) * components + r]
      }
      func term(_ r: Int) -> [Double] {
        (0..<12).map { k in entry(0, k / 6, r) * entry(1, k / 2 % 3, r) * entry(2, k % 2, r) }
      }
      func product(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
      // All entries are observed: −∇L(W) is a multiple of target − W.
      let terms = (0..<components).map(term)
      let missing = (0..<12).map { k in target[k] - terms.reduce(0) { $0 + $1[k] } }
      for r in 0..<components {
        let expected =
          product(terms[r], missing) / (product(terms[r], terms[r]) * product(missing, missing)).squareRoot()
        let found = try sheet.column("component \(r)")[t]
        // Between steps the gradient is the continuation's, as exact as rtol.
        #expect(
          abs(found - expected) <= 1e-8, "component \(r) at save \(t): \(found), by hand \(expected)")
      }
    }
    // Of several runs a panel each.
    try run(
      ["integrate"] + Tool.tensor + ["--until", "30", "--save", "6", "--init-scale", "0.2"], to: "p", in: folder)
    _ = try drawn(["o", "p"], "alignment", in: folder)
    #expect(try folder.text("f.gp").ranges(of: "set tmargin").count == 2)
  }

  @Test("curves have the settings in which runs differ for names: symbols, defaults, and no more than tell them apart")
  func labels() throws {
    let folder = try Folder()
    let common = ["integrate", "--model", "matrix", "--shape", "3,3", "--depth", "2", "--rank", "1", "--save", "5"]
    try run(common + ["--until", "1", "--method", "dop853"], to: "a", in: folder)
    try run(common + ["--until", "2", "--init-scale", "0.125", "--init", "balanced"], to: "b", in: folder)
    try run(common + ["--until", "20", "--init-scale", "0.125", "--seed", "2"], to: "c", in: folder)
    let (sheet, _) = try drawn(["a", "b", "c"], "loss", in: folder)
    let names = sheet.names.filter { !$0.hasPrefix("t (") }
    #expect(
      names == ["gaussian, α 0.05, seed 1", "balanced, α 0.125, seed 1", "gaussian, α 0.125, seed 2"], "\(names)")
    // Horizons that lie far apart need a logarithmic axis, and the start has no logarithm.
    #expect(try folder.text("f.gp").contains("set logscale x"))
    let (other, _) = try drawn(["a", "b"], "loss", in: folder)
    #expect(try other.column("t (gaussian, α 0.05)").first == 0)
    // Two that differ in how they are solved alone are told apart by that.
    try run(
      common + ["--until", "2", "--init-scale", "0.125", "--init", "balanced", "--rtol", "1e-6"], to: "d", in: folder)
    #expect(try drawn(["b", "d"], "loss", in: folder).sheet.names.contains { $0.contains("rtol 1e-06") })
  }

  @Test("errors are told apart by axes, runs by curves")
  func errors() throws {
    let folder = try Folder()
    for scale in ["0.4", "0.2"] {
      try run(
        ["integrate"] + Tool.tensor + ["--until", "5", "--save", "6", "--init-scale", scale], to: scale, in: folder)
    }
    let (sheet, _) = try drawn(["0.4", "0.2"], "error", in: folder)
    for scale in ["0.4", "0.2"] {
      let series = Sheet(try folder.text("\(scale)/series.csv"))
      #expect(try sheet.column("α \(scale), reconstruction error") == series.column("reconstruction_error"))
      #expect(try sheet.column("α \(scale), held-out error") == series.column("held_out_error"))
    }
  }

  @Test("the drift stands beside what is roundoff and a control that was rejected, with its order")
  func drift() throws {
    let folder = try Folder()
    try run(["balancedness"] + Tool.matrix + Tool.horizon + ["--control"], to: "o", in: folder)
    let (sheet, _) = try drawn(["o"], "drift", in: folder)
    let report = try #require(
      try JSONSerialization.jsonObject(with: Data(folder.text("o/report.json").utf8)) as? [String: Any])
    let claim = try #require((report["claims"] as? [[String: Any]])?.first)
    let rungs = try #require(claim["rungs"] as? [[String: Any]])
    let steps = try #require(rungs.last?["steps"] as? Int)
    let figures = try #require(claim["figures"] as? [[String: Any]])
    let drift = try #require(figures.first { $0["name"] as? String == "drift" })
    let curves = try #require(drift["curves"] as? [[String: Any]])
    func heights(_ role: String) throws -> [Double] {
      try #require(curves.first { $0["role"] as? String == role }?["y"] as? [Double])
    }
    let unit = 0x1p-52
    let level = 200 * unit * max(1, Double(steps) / 1000).squareRoot()
    #expect(try heights("upper-bound").allSatisfy { abs($0 - level) <= 1e-12 * level })
    #expect(try heights("lower-bound").allSatisfy { abs($0 - unit) <= 1e-12 * unit })
    let controls = try #require(claim["controls"] as? [[String: Any]])
    let control = try #require(controls.first { $0["is_rejected"] as? Bool == true })
    let name = try #require(control["name"] as? String)
    let path = try sheet.column("control: \(name)")
    // The worst of the control's drift at save times is no more than that over all steps, and far above roundoff.
    let worst = try #require(control["residual"] as? Double)
    #expect(path.count > 5 && path.allSatisfy { $0 <= worst * (1 + 1e-9) } && (path.max() ?? 0) > 1e6 * level)
    for rung in rungs where rung["is_roundoff"] as? Bool == false {
      guard let order = rung["order"] as? Double else { continue }
      #expect(sheet.names.contains { $0.hasSuffix("order \((order * 10).rounded() / 10)") }, "\(sheet.names)")
    }
  }

  @Test("a sweep's median stands against the number of most values, a curve for every other")
  func summary() throws {
    let folder = try Folder()
    try folder.write(
      """
      [problem]
      model = "matrix"
      shape = [3, 3]
      depth = [1, 2]
      rank = 1
      observed = [4, 6, 8]
      [init]
      seed = "1..3"
      [integration]
      until = 4
      save = 3
      [sweep]
      command = "integrate"
      """, to: "s.toml")
    #expect(try Tool.run(["sweep", "s.toml", "--output", "out"], in: folder).status == 0)
    let ending = try Tool.run(
      ["plot", "out", "--figure", "summary", "--of", "loss", "--plot", "s.svg"], in: folder)
    #expect(ending.status == 0, "\(ending)")
    let sheet = Sheet(try folder.text("s.csv"))
    #expect(try sheet.column("observed") == [4, 6, 8])
    for depth in ["1", "2"] {
      let median = try sheet.column("depth \(depth)")
      let edges = [
        try sheet.column("depth \(depth), first quartile"), try sheet.column("depth \(depth), third quartile"),
      ]
      #expect(median.indices.allSatisfy { edges[0][$0] <= median[$0] && median[$0] <= edges[1][$0] })
    }
  }

  @Test("what a figure needs is said where it is not there, runs without it are named, and the help has all of them")
  func missing() throws {
    let folder = try folder()
    try run(["integrate"] + Tool.matrix + ["--until", "1", "--save", "3"], to: "o", in: folder)
    for (figure, word) in [
      ("hidden-entry", "hidden_entry"), ("norms-effective-rank", "nuclear_norm"), ("determinant", "determinant"),
    ] {
      try expectRefusal(
        ["plot", "o", "--figure", figure, "--plot", "a.svg"], status: 64, [figure, word, "hidden"], in: folder)
    }
    try run(
      Self.hidden + ["--depth", "2", "--init", "balanced", "--until", "1", "--save", "5"], to: "h", in: folder)
    let (_, message) = try drawn(["o", "h"], "hidden-entry", in: folder)
    #expect(message.contains("left out") && message.contains(": o"), "\(message)")
    // Without the data there is no bound, and the rest is drawn.
    try FileManager.default.removeItem(at: folder.url("h/problem.npz"))
    #expect(try drawn(["h"], "hidden-entry", in: folder).sheet.names.count == 2)
    try folder.write("no archive", to: "h/problem.npz")
    try expectRefusal(
      ["plot", "h", "--figure", "hidden-entry", "--plot", "a.svg"], status: 64, ["problem.npz"], in: folder)
    let help = try Tool.run(["plot", "--help"]).output
    for name in [
      "loss", "error", "gradient", "norms", "singular-values", "norms-loss", "hidden-entry", "norms-effective-rank",
      "determinant", "summary", "drift", "alignment",
    ] {
      #expect(help.contains(" \(name) "), "\(name)")
    }
  }
}
