import Foundation
import Testing

/// The articles beside the library (Sources/FlowcheckKit/FlowcheckKit.docc) and the page on the architecture, compared with what they
/// speak of.
@Suite("The articles")
struct DocumentationTests {
  static let articles = ["HowAVerdictIsReached", "WriteYourOwnClaim", "WriteYourOwnModel", "FlowcheckKit"]

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: CommandLines.root.appendingPathComponent(path), encoding: .utf8)
  }

  private static func article(_ name: String) throws -> String {
    try text(name.hasSuffix(".md") ? name : "Sources/FlowcheckKit/FlowcheckKit.docc/\(name).md")
  }

  /// The names of all folders under Sources.
  private static func folders() throws -> Set<String> {
    let root = CommandLines.root.appendingPathComponent("Sources")
    let files = try #require(FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil))
    return Set(files.compactMap { $0 as? URL }.map { $0.deletingLastPathComponent().lastPathComponent })
  }

  /// All Swift files under a folder, by name.
  static func sources(_ folder: String) throws -> [String: String] {
    let root = CommandLines.root.appendingPathComponent(folder)
    let files = try #require(FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil))
    return try files.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }
      .reduce(into: [:]) { $0[$1.lastPathComponent] = try String(contentsOf: $1, encoding: .utf8) }
  }

  /// The fenced blocks of a language.
  private static func blocks(_ text: String, _ language: String) -> [String] {
    text.components(separatedBy: "\n```").enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
      .filter { $0.prefix { $0 != "\n" } == language }.map { String($0.dropFirst(language.count + 1)) }
  }

  @Test("print the example's code as it stands in its files", arguments: ["WriteYourOwnClaim", "WriteYourOwnModel"])
  func snippets(name: String) throws {
    let blocks = Self.blocks(try Self.article(name), "swift")
    let files = try Self.sources("Examples/OwnModel")
    #expect(blocks.count >= 2)
    for block in blocks { #expect(files.values.contains { $0.contains(block) }, "\(name):\n\(block)") }
  }

  @Test("give command lines that work", arguments: articles)
  func commandLines(name: String) throws {
    let blocks = Self.blocks(try Self.article(name), "")
    let lines = blocks.flatMap { $0.split(separator: "\n") }.filter { $0.hasPrefix("own-model ") }
    #expect(lines.isEmpty == (name == "FlowcheckKit"))
    for line in lines {
      let arguments = line.split(separator: " ").dropFirst().map(String.init)
      let ending = try OwnModel.run(arguments)
      #expect(ending.status == 0, "\(line): \(ending)")
      // What the article shows of the output, but for its numbers, which are the processor's too.
      guard let shown = blocks.first(where: { $0.contains("worst drift") }) else { continue }
      let printed = ending.output.split(separator: "\n").map(Self.masked)
      for part in shown.split(separator: "\n").map(Self.masked) {
        #expect(printed.contains(part), "\(part) in \(ending.output)")
      }
    }
  }

  /// A line with # for each of its numbers, and single blanks.
  private static func masked(_ line: Substring) -> String {
    line.split(separator: " ").joined(separator: " ").replacing(/[0-9][0-9.]*(e-?[0-9]+)?/, with: "#")
  }

  /// Everything that is declared in some texts.
  private static func declarations(_ texts: some Sequence<String>) -> Set<String> {
    let keywords: Set = ["struct", "class", "enum", "protocol", "func", "var", "let", "case", "typealias"]
    var names: Set<String> = []
    for text in texts {
      var previous = ""
      for word in text.utf8.split(whereSeparator: {
        !($0 >= 0x80 || $0 == 0x5F || ($0 | 0x20) >= 0x61 || (0x30...0x39).contains($0))
      }) {
        let word = String(word) ?? ""
        if keywords.contains(previous) { names.insert(word) }
        previous = word
      }
    }
    return names
  }

  /// `Type`, `Type.member`, `member(label:)`, `Folder/` or `File.swift` in code marks is there under that name.
  @Test("name what there is")
  func names() throws {
    let files = try ["Sources", "Examples", "Tests"].map(Self.sources).reduce([:]) { $0.merging($1) { a, _ in a } }
    let declared = try Self.declarations(files.values).union(Self.folders())
    #expect(declared.count > 3000)
    func isThere(_ path: String) -> Bool {
      FileManager.default.fileExists(atPath: CommandLines.root.appendingPathComponent(path).path)
    }
    for name in Self.articles + ["ARCHITECTURE.md"] {
      let prose = try Self.article(name).components(separatedBy: "\n```").enumerated()
        .filter { $0.offset % 2 == 0 }.map(\.element).joined(separator: "\n")
      let marked = prose.replacing("``", with: "`").split(separator: "`").enumerated()
        .filter { $0.offset % 2 == 1 }.map { String($0.element) }
      for word in marked
      where word.contains(where: \.isUppercase) && !word.contains(" ") && !isThere(word) && !declared.contains(word) {
        if word.hasSuffix(".swift") {
          #expect(files[String(word.split(separator: "/").last ?? "")] != nil, "\(name): \(word)")
          continue
        }
        for part in word.prefix(while: { $0 != "(" }).split(whereSeparator: { ".:/".contains($0) }).map(String.init) {
          #expect(part.count == 1 || declared.contains(part), "\(name): \(word)")
        }
      }
    }
  }

  @Test("name keys of the report's schema")
  func keys() throws {
    let schema = try Self.text("schemas/report-1.schema.json")
    let rows = try Self.article("HowAVerdictIsReached").split(separator: "\n").filter { $0.hasPrefix("|") }
    let columns = rows.compactMap { $0.split(separator: "|").dropFirst().first }
    let words = columns.flatMap { $0.split(separator: "`").enumerated().filter { $0.offset % 2 == 1 }.map(\.element) }
    #expect(words.count > 10)
    for key in words.compactMap({ $0.split(whereSeparator: { ".[]".contains($0) }).last }) {
      #expect(schema.contains("\"\(key)\""), "\(key)")
    }
  }
}

/// The example's program.
enum OwnModel {
  static func run(_ arguments: [String]) throws -> Ending {
    try Running(executable: Tool.path(of: "own-model"), arguments: arguments, folder: try Folder(), tag: "own").wait()
  }
}
