import Foundation
import Settings
import Testing
import Verdicts
import Workbench

/// Files whose claims are known to be true or false: no true one is called violated, no false one is said to hold.
@Suite("Random files with laws")
struct RandomLawTests {
  /// Two hundred where there is time.
  private static let count = ProcessInfo.processInfo.environment["FLOWCHECK_SLOW"] == "1" ? 200 : 40

  @Test("have no wrong verdict")
  func verdicts() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("laws-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var words: [String: Int] = [:]
    var undecided: [String] = []
    for seed in 0..<Self.count {
      var generator = LawGenerator(seed)
      let program = generator.program()
      let path = folder.appendingPathComponent("\(seed).flow").path
      try program.text.write(toFile: path, atomically: true, encoding: .utf8)
      var settings = Settings(schema: ExperimentSchema.schema)
      for (key, text) in [
        // A step budget, for a point that slides along the kink of a function takes no end of steps.
        (SettingKey.model.path, path), (SettingKey.until.path, "3"), (SettingKey.maxSteps.path, "20000"),
      ] {
        try settings.set(path: key, text: text, place: key)
      }
      let report = try Run(.run, settings: settings).report()
      #expect(Set(report.claims.map(\.claim)) == Set(program.truths.keys))
      for claim in report.claims {
        let isTrue = try #require(program.truths[claim.claim])
        #expect(
          claim.verdict != (isTrue ? .violated : .holds),
          "\(seed) \(claim.claim): \(claim.statement): \(claim.reason)\n\(program.text)")
        words["\(isTrue) \(claim.verdict.rawValue)", default: 0] += 1
        if ![.holds, .violated].contains(claim.verdict) {
          undecided.append("\(seed) \(claim.claim) \(claim.statement): \(claim.reason)")
        }
      }
    }
    // Words that decide nothing would never be wrong.
    let (held, refuted) = (words["true holds"] ?? 0, words["false violated"] ?? 0)
    let (laws, others) = (
      words.filter { $0.key.hasPrefix("true") }.values.reduce(0, +),
      words.filter { $0.key.hasPrefix("false") }.values.reduce(0, +)
    )
    #expect(laws > Self.count && others > Self.count, "\(words)")
    // A norm that any rate of its block keeps is no evidence, and is said to be none.
    #expect(held * 4 >= laws * 3 && refuted * 10 >= others * 9, "\(words) \(undecided)")
  }
}
