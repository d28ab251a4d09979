import Foundation
import Testing

/// Notebooks from the command line: what is stale fails with its place, and what is updated is as recorded.
@Suite("notebook")
struct NotebookCommandTests {
  private static let line =
    "flowcheck balancedness --model matrix --shape 3,3 --depth 2 --rank 1 --until 5 --init-scale 0.5 --plot d.svg --quiet"

  private func folder() throws -> Folder {
    let folder = try Folder()
    try folder.write(
      "# T\n\n```toml a.toml\n[init]\nseed = 2\n```\n\n```console\n$ \(Self.line) --config a.toml\n```\n\n![drift](figures/d.svg)\n",
      to: "n.md")
    return folder
  }

  @Test("a new notebook is filled in, and updating twice changes nothing")
  func update() throws {
    let folder = try folder()
    #expect(try Tool.run(["notebook", "check", "n.md"], in: folder).status == 1)
    #expect(folder.names == ["n.md"])
    #expect(try Tool.run(["notebook", "update", "n.md"], in: folder).status == 0)
    #expect(folder.names(in: "figures") == ["d.csv", "d.gp", "d.svg"])
    let (text, figure) = (try folder.text("n.md"), try folder.text("figures/d.svg"))
    #expect(text.contains("balancedness: holds to"))
    let again = try Tool.run(["notebook", "update", "n.md"], in: folder)
    #expect(again.output.contains("nothing to change"), "\(again)")
    #expect(try folder.text("n.md") == text && folder.text("figures/d.svg") == figure)
    let check = try Tool.run(["notebook", "check", "n.md"], in: folder)
    #expect(check.status == 0 && check.output.contains("1 commands, as recorded"), "\(check)")
  }

  @Test("a number two units off fails with file and line, one unit off does not; nothing is written")
  func stale() throws {
    let folder = try Folder()
    let command = "flowcheck integrate --model matrix --shape 2,2 --depth 2 --rank 1 --until 5 --init-scale 0.5"
    try folder.write("a\n\n```console\n$ \(command)\n```\n", to: "n.md")
    #expect(try Tool.run(["notebook", "update", "n.md"], in: folder).status == 0)
    let text = try folder.text("n.md")
    let rows = text.split(separator: "\n", omittingEmptySubsequences: false)
    let k = try #require(rows.firstIndex { $0.contains("gradient_norm") })
    let number = try #require(rows[k].split(separator: " ").last.flatMap { Double($0) })
    let exponent = Int(log10(number).rounded(.down)) - 1
    for (units, isAlike) in [(1.0, true), (-1, true), (2, false), (-2, false)] {
      // Two significant digits are printed.
      let other = number + units * pow(10, Double(exponent))
      let row = rows[k].prefix(rows[k].count - (rows[k].split(separator: " ").last?.count ?? 0))
      var changed = rows
      changed[k] = row + Substring(String(format: "%.1e", other))
      let broken = changed.joined(separator: "\n")
      try folder.write(broken, to: "n.md")
      let ending = try Tool.run(["notebook", "check", "n.md"], in: folder)
      #expect(ending.status == (isAlike ? 0 : 1), "\(units): \(ending)")
      if !isAlike { #expect(ending.output.hasPrefix("n.md:\(k + 1): recorded"), "\(ending)") }
      #expect(try folder.text("n.md") == broken)
    }
  }

  @Test("a figure whose data have changed is stale")
  func staleFigure() throws {
    let folder = try folder()
    _ = try Tool.run(["notebook", "update", "n.md"], in: folder)
    let data = try folder.text("figures/d.csv")
    let rows = data.split(separator: "\n")
    // A whole column's worth, well above rounding.
    try folder.write(rows.map { $0.replacing("e-1", with: "e-0") }.joined(separator: "\n") + "\n", to: "figures/d.csv")
    let ending = try Tool.run(["notebook", "check", "n.md"], in: folder)
    #expect(
      ending.status == 1 && ending.output.contains("n.md:") && ending.output.contains("figures/d.svg"), "\(ending)")
  }

  @Test("a cell runs flowcheck alone, without a shell, in its own folder")
  func safety() throws {
    let folder = try Folder()
    for (line, words) in [
      ("touch x", "'touch' is not flowcheck"), ("flowcheck list | tee x", "'|' is for a shell"),
      ("flowcheck list > x", "'>'"),
      ("flowcheck list; touch x", "';'"), ("flowcheck $(touch x)", "'$'"), ("flowcheck `touch x`", "'`'"),
      ("flowcheck \"$(touch x)\"", "'$'"), ("flowcheck integrate --output ../x", "leaves"),
      ("flowcheck integrate --plot=/x.svg", "leaves"),
      ("flowcheck integrate --config /etc/passwd", "leaves"),
      ("flowcheck run --program 'touch x'", "--program starts a program"),
      ("flowcheck notebook update n.md", "does not check notebooks"), ("flowcheck 'list", "quote is not closed"),
    ] {
      try folder.write("```console\n$ \(line)\n```\n", to: "n.md")
      try expectRefusal(["notebook", "update", "n.md"], ["n.md:2", words], in: folder)
    }
    for name in ["../x.toml", "a/b.toml", ".."] {
      try folder.write("```toml \(name)\n```\n", to: "n.md")
      try expectRefusal(["notebook", "update", "n.md"], ["n.md:1", "no file's name"], in: folder)
    }
    try expectRefusal(["notebook", "check", "none.md"], status: 74, ["none.md"], in: folder)
    try expectRefusal(["notebook", "check"], ["Missing expected argument"], in: folder)
  }
}
