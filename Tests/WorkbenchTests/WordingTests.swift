import Foundation
import Models
import Settings
import Testing
import Verdicts
import Workbench

/// Libraries name settings by path; the command line says flags.
@Suite("Words for settings")
struct WordingTests {
  @Test(
    arguments: [
      ("raise integration.until", "raise --until"),
      ("raise integration.until.", "raise --until."),
      (
        "integration.save-log, not integration.save; init.scales: no init.scale",
        "--save-log, not --save; --scales: no --init-scale"
      ),
      ("(problem.depth, problem.width)", "(--depth, --width)"),
      ("use loss.name huber loss.huber-delta 0.5", "use --loss huber --huber-delta 0.5"),
      ("drop integration.stop-…, and set integration.until", "drop --stop-…, and set --until"),
      ("use run.threads between 1 and 1024", "use --threads between 1 and 1024"),
      ("'init.name'", "'--init'"), ("", ""), ("init.scale", "--init-scale"), ("…init.scale…", "…--init-scale…"),
      // What only looks like a path, or is part of something else, stays.
      ("--set init.scale=1e-2: no", "--set init.scale=1e-2: no"), ("exp.toml:3", "exp.toml:3"),
      ("data/init.scale", "data/init.scale"), ("init.scale.npz", "init.scale.npz"), ("init.scale2", "init.scale2"),
      ("x-init.scale", "x-init.scale"), ("my_init.scale", "my_init.scale"), ("init.scale/x", "init.scale/x"),
      ("Init.scale", "Init.scale"), ("init. scale", "init. scale"), ("problem.unknown", "problem.unknown"),
      ("flowcheck run --claims growth-law --until 3", "flowcheck run --claims growth-law --until 3"),
      ("1.5e-3", "1.5e-3"),
    ])
  func flags(pair: (String, String)) { #expect(Wording.flags(in: pair.0) == pair.1) }

  /// Every setting that has a flag is said by it, alone and within a sentence, and saying it twice changes nothing.
  @Test func everySetting() {
    for setting in ExperimentSchema.settings where !setting.flag.isEmpty {
      #expect(Wording.flags(in: setting.path) == setting.flag)
      #expect(Wording.flags(in: "a \(setting.path); b.") == "a \(setting.flag); b.")
      #expect(Wording.flags(in: setting.flag) == setting.flag)
    }
  }

  @Test func whatARefusalIsAbout() {
    #expect(
      Refusal("depth 0", remedy: "use problem.depth 2, or run.threads").settings == [
        "problem.depth", "run.threads",
      ])
    #expect(Refusal("a", remedy: "b", settings: ["init.scale"]).settings == ["init.scale"])
    #expect(Refusal("exp.toml", remedy: "").settings == ["exp.toml"])
    #expect(Refusal("3.5 of a/b.csv", remedy: "2.").settings.isEmpty)
  }

  /// Where a setting stands that an error is about: the one it names, or all of its group.
  @Test func placesOfSettings() {
    func refusal(_ text: String) -> String {
      do {
        _ = try Run(.balancedness, settings: loaded(text)).configuration()
        return ""
      } catch { return "\(error)" }
    }
    let problem = "problem.model = 'matrix'\nproblem.shape = [4, 3]\nproblem.rank = 2\nintegration.until = 3\n"
    #expect(
      refusal(problem + "problem.depth = 0").hasSuffix(
        "use --depth 2 or more (1 is a single matrix) (problem.depth at 0.toml:5)"))
    #expect(
      refusal(problem + "problem.depth = 2\ninit.scale = -1").contains(
        "--init-scale a positive number (init.scale at 0.toml:6)"))
    #expect(refusal(problem + "problem.depth = 2\nintegration.save = 1").contains("(integration.save at 0.toml:6)"))
    // A count that a target's rank excludes is about the rank alone.
    #expect(
      refusal("problem.depth = 2\n" + problem.replacing("rank = 2", with: "rank = 9")).contains(
        "--rank 3 or less (problem.rank at 0.toml:4)"))
  }

  /// Every sentence of a report is in words; numbers and names stay.
  @Test func reports() throws {
    let line =
      "balancedness --model matrix --shape 4,3 --depth 2 --rank 2 --until 1e-3 --save 5 --refine 1e-3,1e-4 --control"
    let report = try CommandLine(line).run().report()
    let reason = try #require(report.claims.first?.reason)
    #expect(reason.contains("--") && !reason.contains("integration."), "\(reason)")
    let shouted = report.worded { $0.uppercased() }
    let claim = try #require(shouted.claims.first)
    #expect(claim.reason == reason.uppercased() && claim.claim == "balancedness")
    for text in claim.hypotheses.flatMap({ [$0.statement, $0.detail] })
      + claim.controls.flatMap({ [$0.name, $0.reason] })
      + claim.rungs.map(\.outcome) + claim.notes + [claim.statement] + shouted.experiment.notes
    { #expect(text == text.uppercased()) }
    #expect(
      shouted.experiment.data == report.experiment.data
        && claim.rungs.map(\.drift) == report.claims[0].rungs.map(\.drift))
  }

  static let libraries = ["Models", "FlowODE", "Verdicts", "Theorems"]

  /// No library knows a flag, and what looks like a setting's path in one is that of a setting. Command lines of examples and the
  /// self-test are what a user types.
  @Test(arguments: libraries)
  func librariesNameSettings(library: String) throws {
    let folder = CommandLine.root + "/Sources/\(library)"
    let files = try #require(FileManager.default.enumerator(atPath: folder)).compactMap { $0 as? String }
      .filter { $0.hasSuffix(".swift") && !$0.contains("SelfTest") }
    #expect(!files.isEmpty)
    let known = Set(ExperimentSchema.settings.map(\.path) + ["run.threads", "integration.stop"])
    let tables = Set(ExperimentSchema.settings.compactMap { $0.path.split(separator: ".").first })
    for file in files {
      var isExample = false
      var isBlock = false
      for line in try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8).split(separator: "\n") {
        let code = line.drop { $0 == " " }
        if code.hasPrefix("//") { continue }
        isExample =
          code.contains(#/"flowcheck [a-z-]+ /#) || code.replacing("for example", with: "").contains("xample")
          || isExample && code.hasPrefix("+ \"")
        if isExample { continue }
        let isEnd = code.contains("\"\"\"")
        defer { if isEnd { isBlock.toggle() } }
        for text in isBlock ? [String(code)] : literals(code) {
          #expect(!text.contains(#/(^|[^\w-])--[a-z]/#), "\(file): \(text)")
          for range in dottedPaths(in: text) where tables.contains(text[range].prefix { $0 != "." }) {
            #expect(known.contains(String(text[range])), "\(file): \(text)")
          }
        }
      }
    }
  }

  /// What stands between quotes in a line of code, without what is filled in.
  private func literals(_ code: Substring) -> [String] {
    let filled = String(code).replacing(#/\\\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)/#, with: "…")
    return filled.split(separator: "\"", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 1 }
      .map { String($0.element) }
  }
}
