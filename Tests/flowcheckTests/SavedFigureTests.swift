import ArrayFiles
import Foundation
import Testing

/// The numbers of figures that are drawn from saved results, beside what they must be.
@Suite("figures from saved results")
struct SavedFigureTests {
  /// A table of numbers with quoted names, of which some cells are empty.
  struct Sheet {
    let names: [String]
    private let rows: [[Double?]]

    init(_ text: String) {
      let lines = text.split(separator: "\n")
      let header = lines.first ?? ""
      names =
        header.hasPrefix("\"")
        ? header.dropFirst().dropLast().components(separatedBy: "\",\"")
        : header.split(separator: ",").map(String.init)
      rows = lines.dropFirst().map { line in
        line.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
      }
    }

    /// The column of a name, without empty cells at its end.
    func column(_ name: String) throws -> [Double] {
      let place = try #require(names.firstIndex(of: name), "\(name) in \(names)")
      return rows.compactMap { place < $0.count ? $0[place] : nil }
    }
  }

  private static let hidden = ["integrate", "--model", "matrix", "--shape", "2,2", "--data", "h.csv"]

  /// A folder with Razin and Cohen's data, or such with another entry opposite the hidden one.
  private func folder(opposite: Double = 0) throws -> Folder {
    let folder = try Folder()
    try folder.write("i0,i1,value\n0,1,1\n1,0,1\n1,1,\(opposite)\n", to: "h.csv")
    return folder
  }

  private func run(_ arguments: [String], to name: String, in folder: Folder) throws {
    let ending = try Tool.run(arguments + ["--output", name], in: folder)
    try #require((0...2).contains(ending.status), "\(ending)")
  }

  /// Draws a figure and hands over its numbers.
  private func drawn(_ names: [String], _ figure: String, in folder: Folder) throws -> (sheet: Sheet, message: String) {
    let ending = try Tool.run(["plot"] + names + ["--figure", figure, "--plot", "f.svg"], in: folder)
    try #require(ending.status == 0, "\(ending)")
    return (Sheet(try folder.text("f.csv")), ending.message)
  }

  /// The least |w00| over all matrices with det > 0 whose observed entries are off by δ in norm, by trying them: with w01 = 1 − b,
  /// w10 = 1 − c and w11 = a, w00 > (1 − b)(1 − c)/a and a² + b² + c² = δ².
  private func leastEntry(_ delta: Double) -> Double {
    let count = 1000
    var least = Double.infinity
    for i in 0...count {
      for j in 0...i {
        let (b, c) = (delta * Double(i) / Double(count), delta * Double(j) / Double(count))
        let square = delta * delta - b * b - c * c
        if square > 0 { least = min(least, abs((1 - b) * (1 - c)) / square.squareRoot()) }
      }
    }
    return least
  }

  @Test(
    "the hidden entry against δ²/2, whatever the loss's normalization, one curve a run, and its infimum once for all of them"
  )
  func hiddenEntry() throws {
    let folder = try folder()
    let start = ["--init", "balanced", "--det", "positive", "--init-scale", "0.3", "--until", "400", "--save", "40"]
    try run(Self.hidden + start + ["--depth", "3", "--normalization", "half-sum"], to: "a", in: folder)
    try run(Self.hidden + start + ["--depth", "4", "--normalization", "half-sum"], to: "b", in: folder)
    let (sheet, _) = try drawn(["a", "b"], "hidden-entry", in: folder)
    for (name, label) in [("a", "depth 3"), ("b", "depth 4")] {
      let series = Sheet(try folder.text("\(name)/series.csv"))
      let (x, y) = (try sheet.column("ℓ = δ²/2 (\(label))"), try sheet.column(label))
      #expect(try y == series.column("hidden_entry").map { abs($0) })
      for (drawn, loss) in zip(x, try series.column("loss")) { #expect(abs(drawn - loss) <= 1e-12 * loss) }
    }
    #expect(sheet.names.count { $0.hasPrefix("bound") } == 1 && sheet.names.count == 6)
    let bound = zip(try sheet.column("ℓ = δ²/2 (bound)"), try sheet.column("bound"))
    for (x, y) in Array(bound).enumerated().filter({ $0.offset.isMultiple(of: 40) }).map(\.element) {
      let expected = leastEntry((2 * x).squareRoot())
      #expect(y <= expected * (1 + 1e-9) && y >= expected * (1 - 1e-3), "at \(x)")
    }
    // The loss falls to the right.
    let script = try folder.text("f.gp")
    let range = try #require(script.firstMatch(of: try Regex(#"set xrange \[([0-9.e-]+):([0-9.e-]+)\]"#)))
    let ends = [1, 2].compactMap { range[$0].substring.flatMap { Double($0) } }
    #expect(ends.count == 2 && ends[0] > ends[1])
    // The mean over three measurements is 2/3 of the half-sum.
    try run(Self.hidden + start + ["--depth", "3"], to: "c", in: folder)
    let other = try drawn(["c"], "hidden-entry", in: folder).sheet
    let means = try Sheet(try folder.text("c/series.csv")).column("loss")
    for (x, mean) in zip(try other.column("ℓ = δ²/2 (|w00|)"), means) {
      #expect(abs(x - 1.5 * mean) <= 1e-12 * x)
    }
  }

  @Test("runs of other data have bounds of their own, under names of their own")
  func severalBounds() throws {
    let folder = try folder(opposite: 0.5)
    let flow = ["--depth", "3", "--init", "balanced", "--det", "positive", "--until", "100", "--save", "10"]
    try run(Self.hidden + flow, to: "a", in: folder)
    try folder.write("i0,i1,value\n0,1,1\n1,0,1\n1,1,0\n", to: "g.csv")
    try run(["integrate", "--model", "matrix", "--shape", "2,2", "--data", "g.csv"] + flow, to: "b", in: folder)
    let (sheet, _) = try drawn(["a", "b"], "hidden-entry", in: folder)
    #expect(sheet.names.contains("data h.csv") && sheet.names.contains("data g.csv"))
    let bounds = sheet.names.filter { $0.hasPrefix("bound") }
    #expect(bounds.count == 2 && Set(bounds).count == 2, "\(sheet.names)")
    let perturbed = try #require(bounds.first { $0.contains("minor 0.5") })
    for (x, y) in zip(try sheet.column("ℓ = δ²/2 (\(perturbed))"), try sheet.column(perturbed)) {
      let delta = (2 * x).squareRoot()
      #expect(abs(y - (1 - delta) * (1 - delta) / (0.5 + delta)) <= 1e-9 * y)
    }
  }

  @Test("norms above, effective rank and distance to rank one below, each beside its bound")
  func norms() throws {
    let folder = try folder()
    try run(
      Self.hidden + [
        "--depth", "3", "--normalization", "half-sum", "--init", "balanced", "--det", "positive", "--until", "1e5",
        "--stop-loss", "1e-4", "--save", "60",
      ], to: "a", in: folder)
    let (sheet, _) = try drawn(["a"], "norms-effective-rank", in: folder)
    let series = Sheet(try folder.text("a/series.csv"))
    let titles = ["nuclear norm", "Schatten-1/2 quasi-norm", "effective rank", "distance to rank one"]
    let columns = ["nuclear_norm", "schatten_half_norm", "effective_rank", "rank_one_distance"]
    for (title, column) in zip(titles, columns) {
      #expect(try sheet.column("W, \(title)") == series.column(column), "\(title)")
    }
    // (Σ √σ)², from the singular values.
    let (s1, s2) = (try series.column("component_norm_1"), try series.column("rank_one_distance"))
    for (k, norm) in try series.column("schatten_half_norm").enumerated() {
      let sum = s1[k].squareRoot() + s2[k].squareRoot()
      #expect(abs(norm - sum * sum) <= 1e-9 * norm)
    }
    /// A bound as δ and value.
    func bound(_ title: String) throws -> [(delta: Double, value: Double)] {
      zip(try sheet.column("ℓ = δ²/2 (bound, \(title))"), try sheet.column("bound, \(title)")).map {
        ((2 * $0).squareRoot(), $1)
      }
    }
    // Theorem 1: a/√ℓ − b with a = 1/(√2 c), b = max{√2 a, 8c²}; c = 1 and 2.
    for (delta, value) in try bound(titles[0]) { #expect(abs(value - (1 / delta - 8)) <= 1e-9 * (1 / delta)) }
    for (delta, value) in try bound(titles[1]) { #expect(abs(value - (1 / (2 * delta) - 32)) <= 1e-9 / delta) }
    for (delta, value) in try bound(titles[3]) where delta < 1 { #expect(abs(value - delta) <= 1e-12) }
    for (k, (delta, value)) in try bound(titles[2]).enumerated() where k.isMultiple(of: 60) && delta < 0.5 {
      // Shannon entropy of a share of at most δ/(B(δ) + δ).
      let share = delta / (leastEntry(delta) + delta)
      let entropy = -share * log(share) - (1 - share) * log(1 - share)
      #expect(abs(value - exp(entropy)) <= 1e-5, "\(delta)")
    }
    #expect(try bound(titles[0]).count > 5 && bound(titles[2]).count == 200)
    // Four pairs of axes on one loss axis.
    let script = try folder.text("f.gp")
    #expect(script.ranges(of: "set tmargin").count == 4)
    #expect(Set(script.matches(of: try Regex(#"set xrange (\[.*\])"#)).map { $0[1].substring }).count == 1)
  }

  @Test("det W: both signs are seen, and what has no logarithm or sign is told")
  func determinant() throws {
    let folder = try folder()
    let flow = ["--depth", "3", "--init", "balanced", "--until", "100", "--save", "10"]
    for sign in ["positive", "negative"] { try run(Self.hidden + flow + ["--det", sign], to: sign, in: folder) }
    let (sheet, _) = try drawn(["positive", "negative"], "determinant", in: folder)
    for (name, factor, title) in [("positive", 1.0, "det W > 0"), ("negative", -1, "det W < 0")] {
      let expected = try Sheet(try folder.text("\(name)/series.csv")).column("determinant").map { factor * $0 }
      let shown = try sheet.column("\(name), \(title)")
      #expect(expected.allSatisfy { $0 > 0 } && expected == shown, "\(name)")
    }
    // By hand: one value of the other sign, one that is 0, one that is not known, one far below the others.
    let lines = try folder.text("positive/series.csv").split(separator: "\n").map { $0.split(separator: ",") }
    let place = try #require(lines[0].firstIndex(of: "determinant"))
    var changed = lines.map { $0.map(String.init) }
    for (row, text) in [(2, "-0.5"), (3, "0.0"), (4, "nan"), (5, "1e-200"), (6, "-inf")] { changed[row][place] = text }
    try folder.write(changed.map { $0.joined(separator: ",") }.joined(separator: "\n"), to: "positive/series.csv")
    let (other, message) = try drawn(["positive"], "determinant", in: folder)
    #expect(try other.column("det W, det W < 0") == [0.5])
    #expect(try other.column("det W, det W > 0").count == lines.count - 6)
    #expect(
      message.contains("1 point below") && message.contains("2 points left out that are not finite"), "\(message)")
  }

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
