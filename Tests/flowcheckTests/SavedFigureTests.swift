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

  static let hidden = ["integrate", "--model", "matrix", "--shape", "2,2", "--data", "h.csv"]

  /// A folder with Razin and Cohen's data, or such with another entry opposite the hidden one.
  func folder(opposite: Double = 0) throws -> Folder {
    let folder = try Folder()
    try folder.write("i0,i1,value\n0,1,1\n1,0,1\n1,1,\(opposite)\n", to: "h.csv")
    return folder
  }

  func run(_ arguments: [String], to name: String, in folder: Folder) throws {
    let ending = try Tool.run(arguments + ["--output", name], in: folder)
    try #require((0...2).contains(ending.status), "\(ending)")
  }

  /// Draws a figure and hands over its numbers.
  func drawn(_ names: [String], _ figure: String, in folder: Folder) throws -> (sheet: Sheet, message: String) {
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
}
