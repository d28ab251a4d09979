import FlowODE
import Models
import Settings

/// Turns checked settings into an ``Experiment``. An error names the flag, file and line of the setting that caused it
/// where there is one.
package struct ExperimentBuilder {
  package let settings: Settings
  /// What is not given means what the command says.
  package var defaults = CommandDefaults()

  /// The relative tolerance of `integrate`.
  package static let defaultTolerance = 1e-9
  /// The ladder of the checks.
  package static let defaultLadder = [1e-6, 1e-8, 1e-10, 1e-12]

  package func experiment() throws -> Experiment {
    let problem = try located("problem.") { try self.problem() }
    let loss = try located("loss.") {
      try LossCatalog.loss(settings.text("loss.name") ?? "l2", delta: settings.number("loss.huber-delta"))
    }
    let start = try located("init.") { try self.start(for: problem) }
    return try located("integration.") { try self.experiment(problem: problem, loss: loss, start: start) }
  }

  /// Adds to an error about a group of settings where those it speaks of stand, if that is a file or a `--set`: of the
  /// group's settings those whose flag the error names, or all if it names none.
  private func located<Value>(_ group: String, _ body: () throws -> Value) throws -> Value {
    do {
      return try body()
    } catch let error as ExperimentError {
      let text = " \(error.description) "
      let given = settings.schema.keys.filter {
        $0.path.hasPrefix(group) && settings.isSet($0.path) && !text.contains(settings.place($0.path))
      }
      let named = given.filter { key in
        text.ranges(of: key.flag).contains { text[$0.upperBound].isWhitespace || ",;:)'".contains(text[$0.upperBound]) }
      }
      let places = (named.isEmpty ? given : named).filter { settings.place($0.path) != $0.flag }
        .map { "\($0.path) at \(settings.place($0.path))" }
      guard !places.isEmpty else { throw error }
      throw ExperimentError(error.problem, remedy: "\(error.remedy) (\(places.joined(separator: ", ")))")
    }
  }

  private func experiment(
    problem: Problem, loss: any Loss, start: (parameters: [Double], summary: String)
  ) throws -> Experiment {
    let stops = stops()
    guard let until = settings.number("integration.until") else {
      throw ExperimentError("no horizon was given", remedy: "give --until, for example --until 40")
    }
    return try Experiment(
      problem: problem, loss: loss,
      normalization: settings.text("loss.normalization").flatMap(Normalization.init(rawValue:))
        ?? defaults.normalization,
      start: start.parameters, startSummary: start.summary,
      method: IntegrationMethod(named: settings.text("integration.method") ?? "auto"),
      absoluteTolerance: try absoluteTolerance(), until: until, saveCount: settings.integer("integration.save") ?? 200,
      savesLogarithmically: settings.boolean("integration.save-log") ?? !stops.isEmpty, stops: stops,
      maxSteps: settings.integer("integration.max-steps") ?? 10_000_000,
      coordinates: settings.text("integration.coordinates").flatMap(Coordinates.init(rawValue:)) ?? .weights)
  }

  /// The tolerances of the rungs.
  package var tolerances: [Double] { settings.numbers("integration.refine") ?? Self.defaultLadder }

  /// The given settings of the experiment as text, for the report.
  package var echo: [String: String] {
    var echo: [String: String] = [:]
    for path in settings.givenPaths { echo[path] = settings.value(path).map(Self.text) }
    return echo
  }

  private static func text(_ value: SettingValue) -> String {
    switch value {
    case .text(let text): text
    case .integer(let integer): "\(integer)"
    case .number(let number): "\(number)"
    case .boolean(let boolean): "\(boolean)"
    case .list(let items): items.map(text).joined(separator: ",")
    }
  }

  private func problem() throws -> Problem {
    guard let name = settings.text("problem.model") ?? defaults.model else {
      let names = ModelCatalog.kinds.map(\.identifier).joined(separator: " or ")
      throw ExperimentError("no model was given", remedy: "give --model \(names)")
    }
    let specification = ModelSpecification(
      shape: settings.integers("problem.shape") ?? [], depth: settings.integer("problem.depth"),
      widths: settings.integers("problem.width"), components: settings.integer("problem.components"))
    if let problem = defaults.problem, !settings.isSet("problem.data"), !settings.isSet("problem.rank") {
      for key in ["problem.observed", "problem.target-norm", "problem.measure-with", "problem.samples"]
      where settings.isSet(key) {
        throw ExperimentError(
          "\(settings.place(key)) does not go with the default problem", remedy: "give --data or --rank as well")
      }
      return try problem(name, specification, settings)
    }
    if settings.isSet("problem.opposite") {
      throw ExperimentError(
        "\(settings.place("problem.opposite")) belongs to the default problem of norms", remedy: "drop it")
    }
    let source: TargetSource
    if let path = settings.text("problem.data") {
      for key in ["problem.rank", "problem.target-norm"] where settings.isSet(key) {
        throw ExperimentError(
          "\(settings.place(key)) describes a generated target and does not go with \(settings.place("problem.data"))",
          remedy: "drop one of them")
      }
      source = .file(path)
    } else {
      guard let rank = settings.integer("problem.rank") else {
        throw ExperimentError(
          "neither data nor a target was given",
          remedy: "give --data with a file, or --rank (and --target-norm) for a generated target")
      }
      source = .generated(rank: rank, norm: settings.number("problem.target-norm") ?? 1)
    }
    let kind = settings.text("problem.measure-with").flatMap(MeasurementKind.init(rawValue:)) ?? .entries
    return try Problem(
      model: name, specification: specification, source: source, kind: kind, observed: try observed(),
      samples: settings.integer("problem.samples"), dataSeed: try seed("problem.data-seed"))
  }

  /// A number with a point or an exponent is a fraction, an integer a count.
  private func observed() throws(ExperimentError) -> ObservedPart? {
    guard let text = settings.text("problem.observed") else { return nil }
    if let count = Int(text) { return .count(count) }
    guard !text.allSatisfy(\.isNumber) else {
      throw ExperimentError(
        "\(settings.place("problem.observed")): the count \(text) is outside the range of integers",
        remedy: "observe at most as many entries as there are")
    }
    guard let fraction = Double(text), fraction.isFinite else {
      throw ExperimentError(
        "\(settings.place("problem.observed")): '\(text)' is no number",
        remedy: "use a fraction in (0, 1] or an integer count")
    }
    return .fraction(fraction)
  }

  private func seed(_ path: String) throws(ExperimentError) -> UInt64 {
    let value = settings.integer(path) ?? 1
    guard let seed = UInt64(exactly: value) else {
      throw ExperimentError("\(settings.place(path)): the seed is \(value)", remedy: "use an integer of at least 0")
    }
    return seed
  }

  private func start(for problem: Problem) throws -> (parameters: [Double], summary: String) {
    if let path = settings.text("init.file") {
      for key in ["init.name", "init.scale", "init.seed", "init.det"] where settings.isSet(key) {
        throw ExperimentError(
          "\(settings.place(key)) describes a random start and does not go with \(settings.place("init.file"))",
          remedy: "drop one of them")
      }
      return (try Initialization.parameters(for: problem.model, file: path), "from \(path)")
    }
    let kind = settings.text("init.name").flatMap(Initialization.init(rawValue:)) ?? defaults.initialization
    let scale = settings.number("init.scale") ?? defaults.scale
    let seed = try seed("init.seed")
    let isSquare = problem.model.endShape.count == 2 && problem.model.endShape[0] == problem.model.endShape[1]
    let determinant =
      settings.text("init.det").flatMap(DeterminantChoice.init(rawValue:))
      ?? (kind == .balanced && isSquare ? defaults.determinant : .any)
    let parameters = try kind.parameters(for: problem.model, scale: scale, seed: seed, determinant: determinant)
    if kind == .identity { return (parameters, "identity, scale \(scale)") }
    let sign = determinant == .any ? "" : ", det \(determinant.rawValue)"
    return (parameters, "\(kind.rawValue), scale \(scale), seed \(seed)\(sign)")
  }

  private func stops() -> [StopCondition] {
    var stops: [StopCondition] = []
    if let level = settings.number("integration.stop-loss") { stops.append(.lossBelow(level)) }
    if let level = settings.number("integration.stop-gradient") { stops.append(.gradientBelow(level)) }
    if let level = settings.number("integration.stop-norm") { stops.append(.componentNormAbove(level)) }
    return stops
  }

  private func absoluteTolerance() throws(ExperimentError) -> AbsoluteTolerance {
    guard let text = settings.text("integration.atol"), text != "auto" else { return .auto }
    guard let value = Double(text) else {
      throw ExperimentError(
        "\(settings.place("integration.atol")): '\(text)' is no number", remedy: "give a number, or auto")
    }
    return .fixed(value)
  }
}
