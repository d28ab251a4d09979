import Foundation
import Settings
import Testing
import Workbench

/// A command line of `Tests/flowcheckTests/commands.txt`, read without the program.
struct CommandLine: Sendable, CustomTestStringConvertible {
  let line: String
  let words: [String]
  var testDescription: String { line }

  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  /// All of them.
  static let all: [CommandLine] = {
    let path = root + "/Tests/flowcheckTests/commands.txt"
    let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    // `complexity` takes no experiment.
    return text.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") && !$0.hasPrefix("complexity ") }
      .map(CommandLine.init)
  }()

  init(_ line: String) {
    self.line = line
    // No word has blanks; quotes are there for the shell.
    words = line.split(separator: " ").map {
      String($0).replacing("data/", with: Self.root + "/data/").replacing("\"", with: "")
    }
  }

  func command() throws -> ExperimentCommand {
    try #require(ExperimentCommand.all.first { $0.name == words.first })
  }

  /// What the flags set; those that are no settings are left out.
  func settings() throws -> Settings {
    var settings = Settings(schema: ExperimentSchema.schema)
    // Two settings have the same flag in different commands.
    let foreign = words[0] == "compare" ? SettingKey.claims.path : SettingKey.comparisonClaims.path
    var k = 1
    while k < words.count {
      if words[k] == "--set" {
        try settings.set(assignment: words[k + 1])
        k += 2
      } else if let setting = ExperimentSchema.settings.first(where: { $0.flag == words[k] && $0.path != foreign }) {
        let isFlag = setting.kind == .boolean
        try settings.set(path: setting.path, text: isFlag ? "true" : words[k + 1], place: setting.flag)
        k += isFlag ? 1 : 2
      } else {
        k += words[k] == "--threads" ? 2 : 1
      }
    }
    return settings
  }

  func run() throws -> Run { Run(try command(), settings: try settings()) }
}

/// The settings of a printed file, and of more TOML after it.
func loaded(_ texts: String...) throws -> Settings {
  var settings = Settings(schema: ExperimentSchema.schema)
  for (k, text) in texts.enumerated() { try settings.load(toml: text, name: "\(k).toml") }
  return settings
}
