import FlowODE
import Models
import Settings
import Testing
import Verdicts
import Workbench

/// Files that state whole experiments.
@Suite("Whole experiments as files")
struct ConfigurationTests {
  /// A printed file is complete: nothing is added when it is read, and it says what was given.
  @Test(arguments: CommandLine.all)
  func readingWhatWasPrinted(line: CommandLine) throws {
    let run = try line.run()
    let text = try run.configuration()
    let again = Run(run.command, settings: try loaded(text))
    #expect(try again.configuration() == text)
    // What is not in the file has no default that the command would complete.
    var builder = ExperimentBuilder(settings: again.settings, defaults: run.command.defaults)
    _ = try run.command.plan(&builder, 1)
    #expect(
      builder.settings.givenPaths
        == builder.settings.schema.keys.map(\.path).filter { builder.settings.value($0) != nil })
    let given = try #require(again.settings[.given])
    #expect(Set(given).isSuperset(of: Set(run.settings.givenPaths).subtracting([SettingKey.control.path])))
  }

  /// The settings of each command, with the values that its help texts promise.
  @Test func defaultsOfTheCommands() throws {
    let matrix = "problem = { model = 'matrix', shape = [4, 3], depth = 2, rank = 2 }\nintegration.until = 3\n"
    let tensor = "problem = { shape = [3, 4, 2], components = 3, rank = 1, target-norm = 5 }\nintegration.until = 3\n"
    func whole(_ command: ExperimentCommand, _ text: String) throws -> Settings {
      try loaded(Run(command, settings: loaded(text)).configuration())
    }
    let check = try whole(.balancedness, matrix)
    #expect(
      check.value("problem.width") == .list([.integer(3)]) && check[.targetNorm] == 1 && check[.observed] == "12"
        && check[.dataSeed] == 1)
    #expect(check[.measureWith] == .entries && check[.loss] == "l2" && check[.normalization] == .mean)
    #expect(check[.initialization] == .gaussian && check[.initScale] == 0.05 && check[.seed] == 1)
    #expect(check[.determinant] == .any && check[.save] == 200 && check[.saveLog] == false)
    #expect(check[.method] == "auto" && check[.coordinates] == .weights && check[.atol] == "auto")
    #expect(check[.refine] == [1e-6, 1e-8, 1e-10, 1e-12] && check[.maxSteps] == 10_000_000 && check[.control] == false)
    #expect(check[.rtol] == nil && check[.scales] == nil && check[.learningRates] == nil)

    let stopped = try whole(
      .integrate, matrix.replacing("integration.until = 3", with: "integration = { until = 3, stop-loss = 1e-9 }"))
    #expect(stopped[.saveLog] == true && stopped[.rtol] == 1e-9 && stopped[.error] == false)
    #expect(stopped[.refine] == nil && stopped[.control] == nil)

    let norms = try whole(.norms, "problem.depth = 2\nintegration.until = 3")
    #expect(norms[.model] == "matrix" && norms[.shape] == [2, 2] && norms[.opposite] == 0)
    #expect(norms[.normalization] == .halfSum && norms[.initialization] == .balanced)
    #expect(norms[.determinant] == .positive && norms[.observed] == nil && norms[.compareCoordinates] == false)

    let compare = try whole(.compare, matrix + "compare.learning-rates = [8e-2, 4e-2, 2e-2, 1e-2]")
    #expect(compare[.save] == 1000 && compare[.refine] == [1e-10, 1e-12] && compare[.optimizer] == "gd")
    #expect(compare[.against] == .flow && compare[.measure] == .parameters && compare[.batchSeed] == 1)
    #expect(compare[.comparisonClaims]?.contains("order") == true && compare[.momentum] == nil)
    let momentum = try whole(
      .compare, matrix + "compare = { learning-rates = [8e-2, 4e-2, 2e-2, 1e-2], optimizer = 'momentum' }")
    #expect(momentum[.momentum] == 0.9 && momentum[.friction] == nil)

    let growth = try whole(.growth, tensor)
    #expect(growth[.model] == "cp" && growth.value("problem.width") == nil && growth.value("problem.depth") == nil)
    let huber = "loss = { name = 'huber', huber-delta = 0.001 }\n"
    let rankOne = try whole(.rankOne, tensor + huber)
    #expect(rankOne[.initScale] == 1 && rankOne[.initialization] == .balanced && rankOne[.leader] == 1.5)
    #expect(rankOne[.refine] == [1e-11, 1e-13] && rankOne[.bound] == nil)
    let scales = try #require(rankOne[.scales])
    #expect(scales.count >= 5 && zip(scales, scales.dropFirst()).allSatisfy { $0 == 2 * $1 })
    #expect(try #require(try whole(.incremental, tensor + huber)[.level]) > 0)
    let modes = try whole(
      .incremental, "problem = { model = 'matrix', shape = [3, 3], depth = 2, rank = 3 }\nintegration.until = 9")
    #expect(modes[.level] == nil && modes[.leader] == nil && modes[.scales]?.count == 5)
  }

  /// Data and starts from files take no seeds or scales, and keep the paths as they were given.
  @Test func nothingThatDoesNotGoTogether() throws {
    let line = try #require(CommandLine.all.first { $0.line.contains("digits") })
    let whole = try loaded(line.run().configuration())
    #expect(whole[.data] == CommandLine.root + "/data/digits.npy" && whole[.shape] == [8, 8, 1797])
    #expect(whole[.targetNorm] == nil && whole[.rank] == nil)
  }

  private static let text = """
    problem = { model = 'matrix', shape = [4, 3], depth = 2, rank = 2 }
    integration = { until = 1, save = 20, refine = [1e-6, 1e-8] }
    init.scale = 0.3
    """

  private func echo(_ settings: Settings, _ command: ExperimentCommand = .balancedness) throws -> [String: String] {
    try Run(command, settings: settings).report().experiment.settings
  }

  /// What a report lists: from a whole file only what was given, and every change made to it.
  @Test func changesOfAWholeFile() throws {
    let original = try loaded(Self.text)
    let whole = try Run(.balancedness, settings: original).configuration()
    let given = try echo(original)
    #expect(given["init.scale"] == "0.3" && given["init.seed"] == nil)
    #expect(try echo(loaded(whole)) == given)
    // Stated once more, a default stays one; another value is given.
    #expect(try echo(loaded(whole, "init.seed = 1")) == given)
    var changed = given
    changed["init.seed"] = "2"
    #expect(try echo(loaded(whole, "init.seed = 2")) == changed)
    #expect(
      try echo(loaded(whole.replacing("seed = 1", with: "seed = 2").replacing("data-seed = 2", with: "data-seed = 1")))
        == changed)
    // A flag is given even where it says what holds anyway.
    var flagged = try loaded(whole)
    try flagged.set(path: SettingKey.maxSteps.path, text: "10000000", place: "--max-steps")
    changed = given
    changed["integration.max-steps"] = "10000000"
    #expect(try echo(flagged) == changed)
    // A changed file prints what changed, too.
    let second = try Run(.balancedness, settings: loaded(whole, "init.seed = 2")).configuration()
    #expect(try loaded(second)[.given]?.contains("init.seed") == true)
    #expect(try echo(loaded(second))["init.seed"] == "2")
  }

  /// A default that follows from a changed one is stated by the file, so it counts as given.
  @Test func defaultsThatFollow() throws {
    let text = """
      problem = { shape = [3, 3, 3], components = 4, rank = 1, target-norm = 5, observed = 12 }
      loss = { name = "huber", huber-delta = 0.02 }
      integration.until = 1
      """
    let whole = try Run(.rankOne, settings: loaded(text)).configuration()
    func paths(_ settings: Settings) throws -> [String] {
      try #require(try loaded(Run(.rankOne, settings: settings).configuration())[.given])
    }
    let given = try paths(loaded(text))
    #expect(try paths(loaded(whole)) == given)
    #expect(Set(try paths(loaded(whole, "init.seed = 2"))) == Set(given + ["init.seed", "init.scales"]))
  }

  @Test func controlsAreNotListed() throws {
    #expect(try echo(loaded(Self.text, "run.control = true")) == echo(loaded(Self.text)))
    let report = try Run(.balancedness, settings: loaded(Self.text, "run.control = true")).report()
    #expect(report.claims.first?.controls.isEmpty == false)
  }

  @Test func unknownGivenSettings() throws {
    let error = #expect(throws: SettingsError.self) {
      _ = try Run(.balancedness, settings: loaded(Self.text + "\nrun.given = ['init.scal']")).configuration()
    }
    #expect(error?.description == "0.toml:4: there is no setting 'init.scal'; did you mean init.scale?")
  }
}
