import Foundation
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Reports as pages: whole, without anything from elsewhere, and without a word of a user's as markup.
@Suite("HTML reports")
struct HTMLReportTests {
  /// Texts that other programs would take for theirs.
  static let hostile = [
    "<script>alert(1)</script>", "\\input{x}", "$(touch x)", "=1+1", "`touch x`", "x\" onload=\"y", "&amp;<b>",
  ]

  /// The page as XML, which it is but for the elements without an end.
  private func parsed(_ page: String) throws -> XMLDocument {
    let closed = page.replacing("<!DOCTYPE html>\n", with: "").replacing(try Regex("<meta ([^>]*)>")) {
      "<meta \($0[1].substring ?? "")/>"
    }
    return try XMLDocument(data: Data(closed.utf8), options: [])
  }

  @Test("a page is well formed, fetches nothing, and has the verdict, the tables and the figures")
  func page() throws {
    let folder = try Folder()
    let ending = try Tool.run(
      ["balancedness"] + Tool.matrix + Tool.horizon + ["--control", "--report", "r.html"], in: folder)
    #expect(ending.status == 0 && folder.names == ["r.html"], "\(ending) \(folder.names)")
    let page = try folder.text("r.html")
    let document = try parsed(page)
    #expect(page.contains("default-src 'none'") || page.contains("default-src &#39;none&#39;"))
    for word in ["<script", "http://", "https://", "@import", "src=", "<link"] where word != "http://" {
      #expect(!page.contains(word), "\(word)")
    }
    // Names of namespaces are no addresses that are fetched.
    let addresses = page.ranges(of: "http://").map { page[$0.lowerBound...].prefix(40) }
    #expect(addresses.allSatisfy { $0.hasPrefix("http://www.w3.org/") }, "\(addresses)")
    let identifiers = try document.nodes(forXPath: "//@id").compactMap(\.stringValue)
    #expect(Set(identifiers).count == identifiers.count)
    #expect(try document.nodes(forXPath: "//*[local-name()='svg']").count >= 1)
    #expect(try document.nodes(forXPath: "//*[local-name()='math']").count >= 1)
    #expect(try document.nodes(forXPath: "//table").count >= 1)
    let text = try #require(document.rootElement()?.stringValue)
    let verdict = try #require(ending.output.split(separator: "\n").last)
    #expect(text.contains(verdict))
    #expect(text.contains("control  ".split(separator: " ")[0]) && text.contains("--report r.html"))
    // The same run gives the same page.
    _ = try Tool.run(["balancedness"] + Tool.matrix + Tool.horizon + ["--control", "--report", "r.html"], in: folder)
    #expect(try folder.text("r.html") == page)
  }

  @Test("many figures on one page have names of their own, and so have its regions")
  func manyFigures() throws {
    let folder = try Folder()
    let growth = [
      "growth", "--shape", "3,3,3", "--components", "3", "--rank", "1", "--init", "balanced", "--init-scale", "0.2",
    ]
    let ending = try Tool.run(growth + ["--until", "200", "--save", "20", "--report", "r.html"], in: folder)
    #expect((0...2).contains(ending.status))
    let document = try parsed(try folder.text("r.html"))
    #expect(try document.nodes(forXPath: "//*[local-name()='svg']").count > 3)
    for attribute in ["id", "aria-label"] {
      let path = attribute == "id" ? "//@id" : "//*[@role='region']/@aria-label"
      let names = try document.nodes(forXPath: path).compactMap(\.stringValue)
      #expect(names.count > 3 && Set(names).count == names.count, "\(attribute)")
    }
    // What refers to a mark refers to one that is there.
    let identifiers = Set(try document.nodes(forXPath: "//@id").compactMap(\.stringValue))
    let links = try document.nodes(forXPath: "//@*[local-name()='href']").compactMap(\.stringValue).filter {
      $0.hasPrefix("#")
    }
    #expect(!links.isEmpty && links.allSatisfy { identifiers.contains(String($0.dropFirst())) })
  }

  @Test("labels of data, names of files and claims pass through every rendering as they are", arguments: hostile)
  func escaping(label: String) throws {
    let folder = try Folder()
    let name = label.replacing("/", with: "_")
    try folder.write("u,i,r\n0,0,1\n1,0,2\n0,1,1\n", to: "\(name).csv")
    let quoted = "'" + "\(name).csv".replacing("'", with: "'\\''") + "'"
    let line =
      "\"$F\" integrate --model matrix --depth 2 --data \(quoted) --columns u,i,r --index-base 0 --until 3 --init-scale 0.5 "
      + "--report r.html --plot p.svg"
    #expect(try Tool.shell(line, in: folder).status == 0)
    let document = try parsed(try folder.text("r.html"))
    #expect(try document.nodes(forXPath: "//script | //b | //*[@onload]").isEmpty)
    #expect(try #require(document.rootElement()?.stringValue).contains("\(name).csv"))
    for format in ["text", "markdown", "latex", "csv", "json", "jsonl"] {
      let printed = try Tool.shell("\(line) --format \(format)", in: folder)
      #expect(printed.status == 0, "\(format)")
      switch format {
      case "latex": #expect(!printed.output.contains("\\input{x}"))
      case "json", "jsonl": _ = try printed.json()
      case "csv": #expect(!printed.output.split(separator: "\n").contains { $0.hasPrefix("=") || $0.hasPrefix("\"=") })
      default: break
      }
    }
    // Nothing was run.
    #expect(!folder.names.contains("x"))
  }

  @Test("a sweep's page has its tables; a page that cannot be written is refused before anything runs")
  func others() throws {
    let folder = try Folder()
    try folder.write(
      "[problem]\nmodel = \"matrix\"\nshape = [2, 2]\ndepth = 2\nrank = 1\n[init]\nscale = 0.5\nseed = [1, 2]\n[integration]\nuntil = 5\n"
        + "[sweep]\ncommand = \"balancedness\"\n", to: "s.toml")
    #expect(try Tool.run(["sweep", "s.toml", "--report", "s.html"], in: folder).status == 0)
    #expect(try parsed(try folder.text("s.html")).nodes(forXPath: "//table").count >= 2)
    let run = ["balancedness"] + Tool.matrix + Tool.horizon
    try expectRefusal(run + ["--report", "r.txt"], ["r.txt", ".html"], in: folder)
    try expectRefusal(run + ["--report", "none/r.html"], ["none", "cannot be written"], in: folder)
    try FileManager.default.createDirectory(at: folder.url("kept.html"), withIntermediateDirectories: false)
    try expectRefusal(run + ["--report", "kept.html"], ["kept.html", "it is a folder"], in: folder)
  }
}
