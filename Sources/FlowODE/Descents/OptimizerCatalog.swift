import Models

/// The registry of discrete methods: one row each.
public enum OptimizerCatalog {
  /// A method as the command line knows it.
  public struct Row: Sendable {
    /// The method's name on the command line.
    public let identifier: String
    /// One line for lists.
    public let summary: String
    /// Which constants it takes.
    public let takes: Set<String>
    let make: @Sendable (OptimizerSettings) throws(Refusal) -> any Optimizer

    /// A method to be added to the catalogue.
    ///
    /// - Parameters:
    ///   - takes: which of `momentum`, `friction`, `epsilon` and `batch` it takes; others are refused where they are given.
    ///   - make: the method with its constants, or ``Refusal`` for one out of range.
    public init(
      identifier: String, summary: String, takes: Set<String> = [],
      make: @escaping @Sendable (OptimizerSettings) throws(Refusal) -> any Optimizer
    ) {
      self.identifier = identifier
      self.summary = summary
      self.takes = takes
      self.make = make
    }
  }

  private static let added = AddedRows<Row>("optimizer") { ($0.identifier, "“\($0.summary)”") }

  /// Every row, in the order in which they are listed: the package's own and then those that were added.
  public static var rows: [Row] { builtIn + added.all }

  /// Adds a method, for programs that bring their own. To be called before a command line is read.
  ///
  /// - Throws: ``Refusal`` if the name is taken or cannot be typed.
  public static func add(_ row: Row) throws(Refusal) {
    try added.add(row, beside: builtIn.map { ($0.identifier, "“\($0.summary)”") })
  }

  private static let builtIn: [Row] = [
    Row(identifier: "gd", summary: "gradient descent, θ ← θ − ηg", takes: []) { _ in PlainGradientDescent() },
    Row(
      identifier: "momentum",
      summary: "heavy-ball momentum at fixed μ (compare.momentum); flow time η/(1 − μ) an iteration",
      takes: ["momentum"]
    ) { (settings) throws(Refusal) in try Momentum(settings.momentum ?? 0.9, looksAhead: false) },
    Row(
      identifier: "nesterov",
      summary: "Nesterov's momentum at fixed μ (compare.momentum); flow time η/(1 − μ) an iteration",
      takes: ["momentum"]
    ) { (settings) throws(Refusal) in try Momentum(settings.momentum ?? 0.9, looksAhead: true) },
    Row(
      identifier: "heavy-ball",
      summary: "semi-implicit Euler steps η of the heavy-ball flow with friction τ (compare.friction)",
      takes: ["friction"]
    ) { (settings) throws(Refusal) in try HeavyBall(friction: settings.friction ?? 1) },
    Row(
      identifier: "group-rmsprop",
      summary: "one adaptive scalar step for all parameters (compare.epsilon); its flow time is their sum",
      takes: ["epsilon"]
    ) { (settings) throws(Refusal) in try GroupRMSprop(epsilon: settings.epsilon(default: GroupRMSprop.epsilon)) },
    Row(
      identifier: "adam",
      summary: "Adam, adaptive per coordinate (compare.epsilon): has no gradient flow as its limit", takes: ["epsilon"]
    ) { (settings) throws(Refusal) in try Adam(epsilon: settings.epsilon(default: Adam.epsilon)) },
    Row(
      identifier: "sgd",
      summary: "gradient descent on random batches of observations (compare.batch, compare.batch-seed)",
      takes: ["batch"]
    ) { (settings) throws(Refusal) in try StochasticGradientDescent(settings) },
  ]

  /// Looks a method up by name.
  ///
  /// - Throws: ``Refusal`` for an unknown name, or a constant that does not belong to it or is out of range.
  public static func optimizer(
    _ identifier: String, _ settings: OptimizerSettings
  ) throws(Refusal) -> any Optimizer {
    guard let row = rows.first(where: { $0.identifier == identifier }) else {
      throw Refusal(
        "unknown optimizer '\(identifier)'", remedy: "choose one of \(rows.map(\.identifier).joined(separator: ", "))")
    }
    let given: [(String, Bool)] = [
      ("momentum", settings.momentum != nil), ("friction", settings.friction != nil),
      ("epsilon", settings.epsilon != nil), ("batch", settings.batch != nil),
    ]
    for (name, isGiven) in given where isGiven && !row.takes.contains(name) {
      let takers = rows.filter { $0.takes.contains(name) }.map(\.identifier).joined(separator: " or ")
      throw Refusal(
        "compare.\(name) does not go with the optimizer \(identifier)",
        remedy: "drop it or use compare.optimizer \(takers)")
    }
    return try row.make(settings)
  }
}
