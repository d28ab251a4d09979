import Models
import Settings
import Testing
import Theorems
import Verdicts
import Workbench

/// `run` with claims of every kind.
@Suite("Claims by name")
struct NamedClaimsTests {
  private static let tensor = """
    problem = { shape = [3, 3, 3], components = 4, rank = 1, target-norm = 5, observed = 12 }
    loss = { name = "huber", huber-delta = 0.02 }
    integration = { until = 1e9, save = 10 }

    """
  private static let matrix = """
    problem = { shape = [3, 3], depth = 2, rank = 2 }
    integration = { until = 1e3, save = 20 }

    """

  private func run(_ claims: String, _ text: String, _ more: String = "") throws -> Run {
    Run(.run, settings: try loaded(text, more, "run.claims = [\(claims)]"))
  }

  /// A claim's own command, as its card's example gives it, and `run` with its name say the same.
  @Test(arguments: ["incremental", "incremental-modes", "incremental-local", "coordinates", "nuclear-norm", "drift"])
  func asInItsOwnCommand(name: String) throws {
    let claim = try #require(ClaimCatalog.claim(name))
    let line = CommandLine(claim.card.example.replacing("flowcheck ", with: ""))
    let own = try #require(try line.run().report().claims.first { $0.claim == name })
    var settings = try line.settings()
    if settings.isSet(.compareCoordinates) {
      settings = settings.keeping(Set(settings.givenPaths).subtracting([SettingKey.compareCoordinates.path]))
    }
    try settings.set(path: SettingKey.claims.path, text: name, place: "--claims")
    let report = try Run(.run, settings: settings).report()
    #expect(try report.claims.map { try JSONText.encode($0) } == [JSONText.encode(own)])
    #expect(own.verdict == .holds && own.controls.contains { $0.isRejected })
  }

  /// Kinds are mixed: one report, the claims as they were named, and the worst verdict.
  @Test func mixed() throws {
    let more = """
      init = { name = "gaussian", scale = 0.3 }
      integration.until = 3
      compare.learning-rates = [8e-3, 4e-3, 2e-3, 1e-3]
      """
    let names = ["step-law", "balancedness", "nuclear-norm", "dissipation", "drift"]
    let report = try run(names.map { "'\($0)'" }.joined(separator: ", "), Self.matrix, more).report()
    #expect(report.claims.map(\.claim) == names)
    #expect(report.verdict == Verdict.worst(report.claims.map(\.verdict)))
    for claim in report.claims where claim.claim != "nuclear-norm" { #expect(claim.verdict == .holds, "\(claim)") }
    #expect(report.claims[2].verdict != .holds && !report.claims[2].tables.isEmpty)
    // Descents leave their section, trajectories their rungs.
    guard case .comparison(let section) = report.section else {
      Issue.record("the report has no section of descents")
      return
    }
    #expect(section.rates.count == 4 && report.claims[1].rungs.count == 2)
    let shown = ReportOutline.verdicts(report).count
    #expect(shown == names.count && ReportOutline.blocks(report).count > shown)
    // A whole file of it says the same again.
    let printed = try run("'nuclear-norm', 'drift'", Self.matrix, more).configuration()
    #expect(try Run(.run, settings: loaded(printed)).configuration() == printed)
  }

  /// What a ladder needs and is not given means what it does in its own command.
  @Test func defaults() throws {
    func whole(_ claims: String, _ text: String, _ more: String = "") throws -> Settings {
      try loaded(run(claims, text, more).configuration())
    }
    let small = try whole("'incremental', 'balancedness'", Self.tensor)
    #expect(small[.model] == "cp" && small[.initialization] == .balanced && small[.initScale] == 1)
    #expect(small[.refine] == [1e-11, 1e-13] && (small[.scales]?.count ?? 0) >= 5 && small[.level] != nil)
    let trajectories = try whole("'balancedness'", Self.matrix, "problem.model = 'matrix'")
    #expect(trajectories[.initialization] == .gaussian && trajectories[.refine]?.count == 4)
    #expect(trajectories[.scales] == nil)
    // Commands that mean different models leave it open.
    let open = #expect(throws: (any Error).self) { try whole("'incremental', 'incremental-modes'", Self.matrix) }
    #expect("\(open.map { "\($0)" } ?? "")".contains("no model was given"))
  }

  /// Settings that none of the named claims takes are refused, with the claims that take them.
  @Test(
    arguments: [
      ("'balancedness'", "init.scales = [1, 0.5]", ["1.toml:1", "rank-one", "nuclear-norm"]),
      ("'incremental'", "integration.bound = 3", ["1.toml:1", "rank-one"]),
      ("'drift'", "compare.closeness = 0.1", ["1.toml:1", "bound"]),
      ("'rank-one'", "compare.momentum = 0.1", ["1.toml:1", "order"]),
      ("'drift'", "compare.claims = ['order']", ["1.toml:1", "--claims"]),
      ("'balancedness'", "integration.compare-coordinates = true", ["1.toml:1", "coordinates"]),
    ] as [(String, String, [String])])
  func foreign(claims: String, setting: String, words: [String]) throws {
    let error = #expect(throws: Refusal.self) {
      try run(claims, Self.tensor, setting).configuration()
    }
    let text = Wording.flags(in: "\(error.map { "\($0)" } ?? "")")
    for word in words { #expect(text.contains(word), "\(text)") }
  }

  @Test func unknownOrRepeated() throws {
    for (claims, word) in [("'nonsense'", "order"), ("'drift', 'drift'", "twice")] {
      let error = #expect(throws: Refusal.self) { try run(claims, Self.matrix).configuration() }
      #expect("\(error.map { "\($0)" } ?? "")".contains(word))
    }
  }
}
