import Foundation
import Settings
import Testing
import Verdicts
import Workbench

/// The files of the folder `models`, each with the verdicts it expects.
@Suite("Models as text")
struct FlowModelTests {
  static let folder = CommandLine.root + "/models"
  static let files = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
    .filter { $0.hasSuffix(".flow") }.sorted()

  /// What stands behind `# WORD ` in the lines of a text.
  private static func remarks(_ word: String, in text: String) -> [String] {
    text.split(separator: "\n").map(String.init).filter { $0.hasPrefix("# \(word) ") }
      .map { String($0.dropFirst(word.count + 3)) }
  }

  @Test("there are some")
  func some() { #expect(Self.files.count >= 40) }

  @Test("judge their claims as they expect, controls included", arguments: files)
  func expected(file: String) throws {
    let path = Self.folder + "/" + file
    let text = try String(contentsOfFile: path, encoding: .utf8)
    var settings = Settings(schema: ExperimentSchema.schema)
    try settings.set(path: SettingKey.model.path, text: path, place: "--model")
    try settings.set(
      path: SettingKey.until.path, text: try #require(Self.remarks("until", in: text).first), place: "--until")
    try settings.set(path: SettingKey.control.path, text: "true", place: "--control")
    if let method = Self.remarks("method", in: text).first {
      try settings.set(path: SettingKey.method.path, text: method, place: "--method")
    }
    let report = try Run(.run, settings: settings).report()
    var expected: [String: String] = [:]
    for remark in Self.remarks("expect", in: text) {
      let parts = remark.components(separatedBy: ": ")
      expected[parts[0]] = parts[1]
    }
    for claim in report.claims {
      #expect(claim.verdict.rawValue == expected[claim.claim], "\(claim.claim): \(claim.reason)")
      let isTested = claim.controls.contains { $0.isRejected }
      #expect(isTested || claim.verdict != .holds, "\(claim.claim)")
    }
    // Every claim of the text has its expectation, and what no trajectory tells is said.
    let left = expected.filter { $0.value == "left" }.map(\.key)
    #expect(Set(report.claims.map(\.claim)).union(left) == Set(expected.keys))
    for name in left { #expect(report.experiment.notes.contains { $0.hasPrefix("\(name) ") }, "\(name)") }
    #expect(expected.count == text.split(separator: "\n").count { $0.hasPrefix("claim ") })
  }

  @Test("say what they are, where it is from, and one thing at least that is false", arguments: files)
  func headers(file: String) throws {
    let text = try String(contentsOfFile: Self.folder + "/" + file, encoding: .utf8)
    #expect(text.hasPrefix("# ") && Self.remarks("Source:", in: text).count == 1)
    #expect(Self.remarks("expect", in: text).contains { $0.hasSuffix(": violated") })
  }

  /// A file's row of the table in `README.md`: what it is, in its first sentence; its claims, by their verdicts.
  private static func row(of file: String) throws -> String {
    let text = try String(contentsOfFile: folder + "/" + file, encoding: .utf8)
    let head = text.split(separator: "\n").prefix { $0.hasPrefix("#") && !$0.hasPrefix("# Source:") }
      .map { $0.dropFirst(2) }.joined(separator: " ")
    let sentence = head.components(separatedBy: ". ")[0].trimmingCharacters(in: CharacterSet(charactersIn: "."))
    var claims: [(verdict: String, names: [String])] = []
    for parts in remarks("expect", in: text).map({ $0.components(separatedBy: ": ") }) {
      if let k = claims.firstIndex(where: { $0.verdict == parts[1] }) {
        claims[k].names.append(parts[0])
      } else {
        claims.append((parts[1], [parts[0]]))
      }
    }
    let words = claims.map { "\($0.names.joined(separator: ", ")): \($0.verdict)" }.joined(separator: "; ")
    return "| [\(file)](\(file)) | \(sentence) | \(words) |"
  }

  @Test("stand in the folder's table")
  func table() throws {
    let readme = try String(contentsOfFile: Self.folder + "/README.md", encoding: .utf8)
    let rows = readme.split(separator: "\n").map(String.init).filter { $0.hasPrefix("| [") }
    let expected = try Self.files.map(Self.row)
    #expect(rows == expected, "the table is to be\n\(expected.joined(separator: "\n"))")
  }
}
