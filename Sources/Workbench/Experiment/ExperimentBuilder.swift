import FlowODE
import Models
import Settings
import Theorems

/// Turns checked settings into an ``Experiment``. An error says in which file and line the setting stands that caused it.
///
/// What is not given is completed with what the command means by it, so that afterwards ``settings`` holds the whole
/// experiment: whatever a number of a report depends on.
package struct ExperimentBuilder {
  /// The settings as given, and those defaults that were asked for.
  package private(set) var settings: Settings
  /// What is not given means what the command says.
  package internal(set) var defaults: CommandDefaults
  /// The `.flow` file that is the model, once it was read.
  var flow: FlowModel?
  /// The loss that the model states itself, where no `.flow` file does.
  var stated: StatedLoss?
  /// Starts programs that compute models.
  let programs: ProgramSource

  /// What `integration.until auto` comes to, where that is known or of no account; nil has it looked for.
  let horizon: SettledHorizon?
  /// Asked while it is looked for.
  let isCancelled: @Sendable () -> Bool

  package init(
    settings: Settings, defaults: CommandDefaults = CommandDefaults(), horizon: SettledHorizon? = nil,
    programs: ProgramSource = ProgramSource(), isCancelled: @escaping @Sendable () -> Bool = { false }
  ) {
    self.settings = settings
    self.defaults = defaults
    self.horizon = horizon
    self.programs = programs
    self.isCancelled = isCancelled
  }

  /// Lets a setting that is not given mean `value`.
  package mutating func complete<Value>(_ key: SettingKey<Value>, _ value: Value) { settings.complete(key, value) }

  /// The setting's value: as given, otherwise what the command means by it; nil if that is nothing.
  package mutating func find<Value>(_ key: SettingKey<Value>) -> Value? {
    if settings[key] == nil, let value = defaults[key] { complete(key, value) }
    return settings[key]
  }

  /// The value of a setting that always has one: as given, otherwise what the command or its key means by it.
  package mutating func read<Value>(_ key: SettingKey<Value>) -> Value {
    guard let value = find(key) else { preconditionFailure("the setting \(key.path) has no default") }
    return value
  }

  package mutating func experiment() throws -> Experiment {
    let problem = try located("problem.") { (builder) in try builder.problem() }
    stated = stated ?? flow?.loss
    let loss = try stated ?? located("loss.") { (builder) in try builder.loss() }
    let start = try located("init.") { (builder) in try builder.start(for: problem) }
    let experiment = try located("integration.") { (builder) in
      try builder.experiment(problem: problem, loss: loss, start: start)
    }
    return experiment.moving(by: flow?.motion)
  }

  /// Adds to an error about a group of settings where those it is about stand, if that is a file or a `--set`; if it is about
  /// none of the group's settings, where all of them stand.
  private mutating func located<Value>(
    _ group: String, _ body: (inout ExperimentBuilder) throws -> Value
  ) throws -> Value {
    do {
      return try body(&self)
    } catch let error as Refusal {
      throw located(group, error)
    }
  }

  private func located(_ group: String, _ error: Refusal) -> any Error {
    let text = "\(error)"
    let given = settings.schema.keys.filter {
      $0.path.hasPrefix(group) && settings.isSet($0.path) && !text.contains(settings.place($0.path))
    }
    let named = given.filter { error.settings.contains($0.path) }
    let places = (named.isEmpty ? given : named).filter { settings.place($0.path) != $0.flag }
      .map { "\($0.path) at \(settings.place($0.path))" }
    return places.isEmpty ? error : WordedRefusal(error, place: places.joined(separator: ", "))
  }

  private mutating func experiment(
    problem: Problem, loss: any Loss, start: (parameters: [Double], summary: String)
  ) throws -> Experiment {
    let stops = stops()
    let until: Double
    switch settings[.until] {
    case nil:
      throw Refusal(
        "no horizon was given",
        remedy: "give integration.until, for example integration.until 40, or integration.until auto")
    case .time(let time): until = time
    // Until it is settled what the run is to wait for.
    case .auto: until = HorizonSearch.latest
    }
    complete(.saveLog, !stops.isEmpty)
    return try Experiment(
      problem: problem, loss: loss, normalization: stated == nil ? read(.normalization) : .sum,
      start: start.parameters,
      startSummary: start.summary, method: IntegrationMethod(named: read(.method)),
      absoluteTolerance: try absoluteTolerance(), until: until, saveCount: read(.save),
      savesLogarithmically: read(.saveLog), stops: stops, maxSteps: read(.maxSteps), coordinates: read(.coordinates))
  }

  private mutating func problem() throws -> Problem {
    guard let name = find(.model) else {
      let names = ModelCatalog.families.map { $0.card.name }.joined(separator: " or ")
      throw Refusal("no model was given", remedy: "give problem.model \(names)")
    }
    if let flow = try flowModel() { return try problem(of: flow) }
    if name == ProgramSource.model { return try externalProblem() }
    try refuse(
      [Setting(.program)], "does not go with the model \(name), which is computed here",
      remedy: "drop it, or use problem.model external")
    let options = ModelSettings.options(settings)
    if let problem = try defaultProblem(name, options) {
      complete(problem.model)
      return problem
    }
    let problem = try measured(name) { (options) throws(Refusal) in try ModelCatalog.model(name, options) }
    complete(problem.model)
    return problem
  }

  /// The problem of a model and what the settings say was measured.
  ///
  /// - Parameters:
  ///   - make: the model of a shape that follows from the data.
  ///   - shape: the model's own shape where it has one before.
  mutating func measured(
    _ name: String, _ make: @escaping Problem.ModelMaker, shape: () -> [Int]? = { nil }
  ) throws -> Problem {
    var options = ModelSettings.options(settings)
    if options.shape.isEmpty, let own = shape() { options.shape = own }
    if let problem = try ownMeasurements(name, options, make) { return problem }
    let source = try source()
    let kind = read(.measureWith)
    let problem = try Problem(
      options: options, source: source, kind: kind, observed: observed(),
      mask: settings[.mask].map { (text) throws(Refusal) in try ObservedMask(text) }, samples: settings[.samples],
      dataSeed: seed(.dataSeed), model: make)
    if kind == .entries, settings[.mask] == nil { complete(.observed, "\(problem.measurements.count)") }
    return problem
  }

  /// The command's own problem, where neither data nor a target is given.
  private mutating func defaultProblem(_ name: String, _ options: ModelOptions) throws -> Problem? {
    let ownData = [
      Setting(.data), Setting(.inputs), Setting(.targets), Setting(.sensing), Setting(.rank),
      Setting(.targetValues),
    ]
    guard let problem = defaults.problem, !ownData.contains(where: { settings.isSet($0.path) }) else {
      try refuse([Setting(.opposite)], "belongs to the default problem of norms", remedy: "drop it")
      return nil
    }
    try refuse(
      [
        Setting(.observed), Setting(.mask), Setting(.target), Setting(.targetNorm), Setting(.measureWith),
        Setting(.samples), Setting(.columns), Setting(.indexBase), Setting(.testData),
      ],
      "does not go with the default problem", remedy: "give problem.data or problem.rank as well")
    return try problem(name, options, read(.opposite))
  }

  /// The problem of `problem.inputs` or `problem.sensing`; nil where neither is given.
  private mutating func ownMeasurements(
    _ name: String, _ options: ModelOptions, _ make: @escaping Problem.ModelMaker
  ) throws -> Problem? {
    let given = [SettingKey<String>.inputs, .targets, .sensing].filter { settings.isSet($0) }
    guard let first = given.first else { return nil }
    let others = [
      Setting(.data), Setting(.rank), Setting(.target), Setting(.targetValues), Setting(.targetNorm),
      Setting(.observed), Setting(.mask), Setting(.columns), Setting(.indexBase), Setting(.testData),
      Setting(.measureWith), Setting(.samples),
    ]
    try refuse(
      others + (first.path == SettingKey.sensing.path ? [] : [Setting(.sensing)]),
      "does not go with \(settings.place(first)), which says what is measured", remedy: "drop one of them")
    if let path = settings[.sensing] { return try Problem(options: options, sensing: path, model: make) }
    guard let inputs = settings[.inputs], let targets = settings[.targets] else {
      throw Refusal(
        "\(settings.place(first)) was given alone",
        remedy: "inputs need targets: give problem.inputs and problem.targets")
    }
    let loss = try located("loss.") { (builder) in try builder.loss() }
    return try Problem(options: options, inputs: inputs, targets: targets, loss: loss, model: make)
  }

  /// Refuses settings that were given; the words follow the place of one.
  @inline(never)
  func refuse(_ keys: [Setting], _ words: String, remedy: String) throws(Refusal) {
    for key in keys where settings.isSet(key.path) {
      throw Refusal("\(settings.place(key.path)) \(words)", remedy: remedy)
    }
  }

  /// The model's settings as it has them, where they followed from others or from the data.
  private mutating func complete(_ model: Model) {
    complete(.shape, model.endShape)
    ModelSettings.complete(&settings, with: model.resolved)
  }

  /// A number with a point or an exponent is a fraction, an integer a count.
  private func observed() throws(Refusal) -> ObservedPart? {
    guard let text = settings[.observed] else { return nil }
    if let count = Int(text) { return .count(count) }
    guard !text.allSatisfy(\.isNumber) else {
      throw Refusal(
        "\(settings.place(.observed)): the count \(text) is outside the range of integers",
        remedy: "observe at most as many entries as there are")
    }
    guard let fraction = Double(text), fraction.isFinite else {
      throw Refusal(
        "\(settings.place(.observed)): '\(text)' is no number",
        remedy: "use a fraction in (0, 1] or an integer count")
    }
    return .fraction(fraction)
  }

  /// A seed, which no integer below 0 can be.
  package mutating func seed(_ key: SettingKey<Int>) throws(Refusal) -> UInt64 {
    let value = read(key)
    guard let seed = UInt64(exactly: value) else {
      throw Refusal("\(settings.place(key)): the seed is \(value)", remedy: "use an integer of at least 0")
    }
    return seed
  }

  private mutating func start(for problem: Problem) throws -> (parameters: [Double], summary: String) {
    if let path = settings[.startFile] {
      try refuse(
        [Setting(.initialization), Setting(.initScale), Setting(.seed), Setting(.determinant)],
        "describes a random start and does not go with \(settings.place(.startFile))", remedy: "drop one of them")
      return (try Initialization.parameters(for: problem.model, file: path), "from \(path)")
    }
    if let flow, let start = try start(of: flow, for: problem) { return start }
    let kind = read(.initialization)
    let scale = read(.initScale)
    let seed = try seed(.seed)
    let isSquare = problem.model.endShape.count == 2 && problem.model.endShape[0] == problem.model.endShape[1]
    if !(kind == .balanced && isSquare) { complete(.determinant, .any) }
    let determinant = read(.determinant)
    let parameters = try kind.parameters(for: problem.model, scale: scale, seed: seed, determinant: determinant)
    if !kind.isDrawn(for: problem.model) { return (parameters, "\(kind.rawValue), scale \(scale)") }
    let sign = determinant == .any ? "" : ", det \(determinant.rawValue)"
    return (parameters, "\(kind.rawValue), scale \(scale), seed \(seed)\(sign)")
  }

  private func stops() -> [StopCondition] {
    var stops: [StopCondition] = []
    if let level = settings[.stopLoss] { stops.append(.lossBelow(level)) }
    if let level = settings[.stopGradient] { stops.append(.gradientBelow(level)) }
    if let level = settings[.stopNorm] { stops.append(.componentNormAbove(level)) }
    return stops
  }

  private mutating func absoluteTolerance() throws(Refusal) -> AbsoluteTolerance {
    let text = read(.atol)
    guard text != "auto" else { return .auto }
    guard let value = Double(text) else {
      throw Refusal(
        "\(settings.place(.atol)): '\(text)' is no number", remedy: "give a number, or auto")
    }
    return .fixed(value)
  }
}
