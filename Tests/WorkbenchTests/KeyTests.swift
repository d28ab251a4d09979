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
      let isInFilesAlone = setting.path == "run.given" || setting.path.hasPrefix("sweep.")
      #expect(setting.flag.isEmpty == isInFilesAlone, "\(setting.path)")
      if setting.kind != .boolean, !setting.flag.isEmpty { #expect(!setting.valueName.isEmpty, "\(setting.path)") }
    }
  }

  /// A flag means one setting in any one command; only claims are named in two of them, and `complexity` takes no flag of the others.
  @Test func flagsAreUnambiguous() {
    let own = Set(ExperimentSchema.complexity.map(\.path))
    let (complexity, others) = (
      ExperimentSchema.settings.filter { own.contains($0.path) },
      ExperimentSchema.settings.filter { !own.contains($0.path) && !$0.flag.isEmpty }
    )
    #expect(complexity.count == own.count && Set(complexity.map(\.flag)).count == own.count)
    for (flag, settings) in Dictionary(grouping: others, by: \.flag) where settings.count > 1 {
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
