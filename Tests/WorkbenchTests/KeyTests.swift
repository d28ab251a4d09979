import Foundation
import Settings
import Testing
import Workbench

/// The table of settings.
@Suite("Settings")
struct KeyTests {
  @Test func everySettingIsDescribed() {
    for setting in ExperimentSchema.settings {
      #expect(setting.help.hasSuffix("."), "\(setting.path)")
      #expect(setting.path.split(separator: ".").count == 2, "\(setting.path)")
      #expect(setting.flag.isEmpty == (setting.path == "run.given"), "\(setting.path)")
      if setting.kind != .boolean, !setting.flag.isEmpty { #expect(!setting.valueName.isEmpty, "\(setting.path)") }
    }
  }

  /// A flag means one setting in any one command; only claims are named in two of them.
  @Test func flagsAreUnambiguous() {
    let flags = Dictionary(grouping: ExperimentSchema.settings.filter { !$0.flag.isEmpty }, by: \.flag)
    for (flag, settings) in flags where settings.count > 1 {
      #expect(flag == "--claims" && settings.map(\.path) == ["compare.claims", "run.claims"])
    }
  }

  /// A path stands once, in its key: everywhere else the key is named.
  @Test func noPathIsTypedTwice() throws {
    for target in ["Workbench", "flowcheck"] {
      let folder = CommandLine.root + "/Sources/\(target)"
      let files = try #require(FileManager.default.enumerator(atPath: folder)).compactMap { $0 as? String }
      for file in files where file.hasSuffix(".swift") && !file.hasPrefix("Keys/") {
        let text = try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
        for setting in ExperimentSchema.settings { #expect(!text.contains("\"\(setting.path)\""), "\(file)") }
      }
    }
  }
}
