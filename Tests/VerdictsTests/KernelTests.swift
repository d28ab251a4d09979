import Foundation
import Testing
import Verdicts

/// Only the rules may say *holds*.
@Suite("The kernel's door")
struct KernelTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  private static func sources(_ folder: String) throws -> [(name: String, text: String)] {
    let start = root.appending(path: folder)
    let paths = try #require(FileManager.default.enumerator(at: start, includingPropertiesForKeys: nil))
    return try paths.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }.map {
      ($0.path.replacing(start.path + "/", with: ""), try String(contentsOf: $0, encoding: .utf8))
    }
  }

  @Test("a judgement cannot be read from a file")
  func decoding() {
    #expect(!(Judgement.self is any Decodable.Type))
  }

  @Test("no file outside of Verdicts makes a judgement, and its initializer is not for them")
  func initializer() throws {
    let files = try Self.sources("Sources")
    #expect(files.count > 200)
    for file in files where !file.name.hasPrefix("Verdicts/") {
      #expect(!file.text.contains("Judgement("), "\(file.name)")
      #expect(!file.text.contains("extension Judgement"), "\(file.name)")
    }
    let judgement = try #require(files.first { $0.name == "Verdicts/Judgement.swift" }).text
    let initializers = judgement.split(separator: "\n").filter { $0.contains("init(") }
    #expect(initializers.count == 1)
    #expect(initializers.allSatisfy { !$0.contains("public") && !$0.contains("package") && !$0.contains("usable") })
  }

  @Test("Verdicts makes judgements in its rules only, and imports nothing of the project")
  func rules() throws {
    for file in try Self.sources("Sources/Verdicts") {
      if !file.name.hasPrefix("Rules/") { #expect(!file.text.contains("Judgement("), "\(file.name)") }
      let imports = file.text.split(separator: "\n").filter { $0.contains("import ") && !$0.contains("//") }
      #expect(imports.allSatisfy { $0 == "import CMath" }, "\(file.name): \(imports)")
    }
  }

  @Test("the numbers of the rules stand in one file")
  func constants() throws {
    for file in try Self.sources("Sources/Verdicts/Rules") where file.name != "Constants.swift" {
      #expect(file.text.firstMatch(of: /static let \w+ = [\d.]/) == nil, "\(file.name)")
      // A comparison with a number other than 0, 1 or infinity is a threshold without a name.
      let bare = file.text.firstMatch(of: /(?:<=|>=|<|>) -?(?:[2-9]|1[\de.]|0\.)[\de.-]*/)
      if let bare, !file.text[bare.range].hasSuffix("1e6") { Issue.record("\(file.name): \(bare.output)") }
    }
  }
}
