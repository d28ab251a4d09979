/// Everything found out about one claim.
public struct ClaimReport: Sendable, Equatable {
  /// The claim's name.
  public let claim: String
  /// `equality`, `inequality`, or what a study calls its kind.
  public let kind: String
  /// What it says in this experiment, with its formula.
  public package(set) var statement: String
  /// The conditions it rests on, evaluated, in the order in which they were asked.
  public package(set) var hypotheses: [Hypothesis]
  /// One row a tolerance; empty for what was judged from something else than one refinement ladder.
  public package(set) var rungs: [RungReport]
  /// Why the tighter rungs were not run; nil if all were.
  public let settled: SettledLadder?
  /// Verdict and reason, from a rule.
  public package(set) var judgement: Judgement
  /// How strong the evidence is.
  public let strength: Strength
  /// What became of the ways to be wrong; empty where none were run.
  public package(set) var controls: [ControlReport]
  /// Numbers behind the verdict that are not a row per rung.
  public package(set) var tables: [Table]
  /// What the numbers look like; the first is the claim's own choice.
  public let figures: [Figure]
  /// The fitted slope of an order in the learning rate; decides nothing.
  public let fit: SlopeInterval?
  /// What a reader must know besides.
  public package(set) var notes: [String]

  /// The judgement's verdict.
  public var verdict: Verdict { judgement.verdict }
  /// The judgement's reason, one sentence.
  public var reason: String { judgement.reason }
  /// For *holds*: the smallest relative error in the rate of the block that moves the terms most that the run would have exposed.
  public var smallestVisibleRateError: Double? { judgement.smallestVisibleRateError }

  /// A report around a judgement, which only the rules make.
  public init(
    claim: String, kind: String, statement: String, hypotheses: [Hypothesis], rungs: [RungReport] = [],
    settled: SettledLadder? = nil, judgement: Judgement, strength: Strength = .observed, controls: [ControlReport],
    tables: [Table] = [],
    figures: [Figure] = [], fit: SlopeInterval? = nil, notes: [String] = []
  ) {
    self.claim = claim
    self.kind = kind
    self.statement = statement
    self.hypotheses = hypotheses
    self.rungs = rungs
    self.settled = settled
    self.judgement = judgement
    self.strength = strength
    self.controls = controls
    self.tables = tables
    self.figures = figures
    self.fit = fit
    self.notes = notes
  }
}

extension ClaimReport: Encodable {
  private enum Key: String, CodingKey {
    case claim, kind, statement, hypotheses, rungs, settled, verdict, strength, reason, smallestVisibleRateError
    case controls, tables, figures, fit, notes
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(claim, forKey: .claim)
    try container.encode(kind, forKey: .kind)
    try container.encode(statement, forKey: .statement)
    try container.encode(hypotheses, forKey: .hypotheses)
    try container.encode(rungs, forKey: .rungs)
    try container.encodeIfPresent(settled, forKey: .settled)
    try container.encode(verdict, forKey: .verdict)
    try container.encode(strength, forKey: .strength)
    try container.encode(reason, forKey: .reason)
    try container.encodeIfPresent(smallestVisibleRateError, forKey: .smallestVisibleRateError)
    try container.encode(controls, forKey: .controls)
    try container.encode(tables, forKey: .tables)
    try container.encode(figures, forKey: .figures)
    try container.encodeIfPresent(fit, forKey: .fit)
    try container.encode(notes, forKey: .notes)
  }
}

/// The slope of a fitted line with its 95 % interval: evidence that is printed and decides nothing.
public struct SlopeInterval: Sendable, Equatable, Encodable {
  /// The fitted slope.
  public let slope: Double
  /// Ends of the interval.
  public let low: Double
  /// The upper end.
  public let high: Double

  /// A slope between the ends of its interval.
  public init(slope: Double, low: Double, high: Double) {
    self.slope = slope
    self.low = low
    self.high = high
  }
}
