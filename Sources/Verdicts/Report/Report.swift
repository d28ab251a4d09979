/// What a command found out: the one value behind the terminal, JSON, CSV, Markdown, LaTeX and figures.
///
/// A report of claims has the schema `flowcheck.report/1`, one of descents beside their flow `flowcheck.comparison/1`, one of a
/// solved flow `flowcheck.integration/1`; the keys of a section stand beside the common ones.
public struct Report: Sendable {
  /// The command's name, such as `run`.
  public let command: String
  /// What was examined.
  public package(set) var experiment: ExperimentSummary
  /// What was found out, in the order of the claims; empty where nothing was judged.
  public package(set) var claims: [ClaimReport]
  /// Where residuals passed a threshold of the loss on the tightest rung; nil for losses without one.
  public let kinks: KinkReport?
  /// What must not be overlooked about the run that the verdicts rest on.
  public package(set) var warnings: [ReportWarning]
  /// The largest unobserved entry at the end over the largest observed one; nil where everything is observed.
  public let unobservedRatio: Double?
  /// What the model's text asks to record, at the end, by name: each is a column of series.csv and an array of trajectory.npz. Nil
  /// where it asks for nothing, and beside a section that has it among its own numbers.
  public package(set) var observed: [String: Double]?
  /// What only one kind of command has to say.
  public package(set) var section: Section?

  /// What only one kind of command has to say.
  public indirect enum Section: Sendable {
    /// Descents beside their flow.
    case comparison(ComparisonSection)
    /// A flow or descent that was solved and not judged.
    case integration(IntegrationSection)
    /// Something that was measured along a flow and not judged.
    case measured(MeasuredSection)
    /// Something that was measured in many runs and not judged.
    case tabulated(TabulatedSection)
  }

  /// A report; its verdict and schema follow from what is in it.
  public init(
    command: String, experiment: ExperimentSummary, claims: [ClaimReport], kinks: KinkReport? = nil,
    warnings: [ReportWarning] = [], unobservedRatio: Double? = nil, observed: [String: Double]? = nil,
    section: Section? = nil
  ) {
    self.command = command
    self.experiment = experiment
    self.claims = claims
    self.kinks = kinks
    self.warnings = warnings
    self.unobservedRatio = unobservedRatio
    self.observed = observed
    self.section = section
  }

  /// Version of the object's layout.
  public var schema: String {
    switch section {
    case nil, .measured, .tabulated: "flowcheck.report/1"
    case .comparison: "flowcheck.comparison/1"
    case .integration: "flowcheck.integration/1"
    }
  }

  /// The worst verdict, violated before inconclusive and vacuous before holds; nil where nothing was judged.
  public var verdict: Verdict? {
    switch section {
    case .integration, .measured: return nil
    case .tabulated(let section): return section.verdict
    case nil, .comparison: break
    }
    return Verdict.worst(claims.map(\.verdict))
  }

  /// The figures of the whole command, then those of its claims.
  public var figures: [Figure] {
    let own: [Figure] =
      switch section {
      case nil: []
      case .comparison(let section): section.figures
      case .integration(let section): section.figures
      case .measured(let section): section.figures
      case .tabulated(let section): section.figures
      }
    return own + claims.flatMap(\.figures)
  }
}

extension Report: Encodable {
  public func encode(to encoder: any Encoder) throws {
    let object = ReportObject(encoder)
    try object.put("schema", schema)
    try object.put("command", command)
    if case .tabulated = section {
      try object.put("experiment", each: TabulatedExperiment(summary: experiment))
    } else {
      try object.put("experiment", each: experiment)
    }
    try object.put("claims", each: claims)
    if let kinks { try object.put("kinks", each: kinks) }
    try object.put("warnings", each: warnings)
    try object.put("unobservedRatio", unobservedRatio)
    if let observed { try object.put("observed", each: observed) }
    try object.put("verdict", verdict?.rawValue)
    switch section {
    case nil: break
    case .comparison(let section): try section.encode(to: encoder)
    case .integration(let section): try section.encode(to: encoder)
    case .measured(let section): try section.encode(to: encoder)
    case .tabulated(let section): try section.encode(to: encoder)
    }
  }
}

/// The passages of residuals through thresholds of the loss, in the order of time.
public struct KinkReport: Sendable {
  /// One passage.
  public struct Crossing: Sendable {
    /// Flow time.
    public let time: Double
    /// Number of the measurement, from 0.
    public let measurement: Int
    /// The threshold.
    public let level: Double
    /// Whether the residual rises through it.
    public let rises: Bool

    /// A passage of one measurement's residual through one threshold.
    public init(time: Double, measurement: Int, level: Double, rises: Bool) {
      self.time = time
      self.measurement = measurement
      self.level = level
      self.rises = rises
    }
  }

  /// Those located, at most as many as asked.
  public let located: [Crossing]
  /// All that were seen.
  public let count: Int

  /// The passages located out of `count` that were seen.
  public init(located: [Crossing], count: Int) {
    self.located = located
    self.count = count
  }
}

extension KinkReport.Crossing: Encodable {
  public func encode(to encoder: any Encoder) throws {
    let object = ReportObject(encoder)
    try object.put("time", time)
    try object.put("measurement", measurement)
    try object.put("level", level)
    try object.put("rises", rises)
  }
}

extension KinkReport: Encodable {
  public func encode(to encoder: any Encoder) throws {
    let object = ReportObject(encoder)
    try object.put("located", each: located)
    try object.put("count", count)
  }
}
