/// Everything found out about one claim.
public struct ClaimReport: Sendable {
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
  /// What exact algebra says besides; nil where nothing was asked or decided.
  public package(set) var proof: ProofNote?

  /// The judgement's verdict.
  public var verdict: Verdict { judgement.verdict }
  /// The judgement's reason, one sentence.
  public var reason: String { judgement.reason }
  /// Whether some control was rejected; nil where none were asked for. A *holds* that is not controlled rests on the claim's own
  /// numbers alone.
  public var isControlled: Bool? { controls.isEmpty ? nil : controls.contains(where: \.isRejected) }
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
  public func encode(to encoder: any Encoder) throws {
    let object = ReportObject(encoder)
    try object.put("claim", claim)
    try object.put("kind", kind)
    try object.put("statement", statement)
    try object.put("hypotheses", each: hypotheses)
    try object.put("rungs", each: rungs)
    if let settled { try object.put("settled", each: settled) }
    try object.put("verdict", verdict.rawValue)
    try object.put("strength", strength.rawValue)
    try object.put("reason", reason)
    if let proof { try object.put("proof", each: proof) }
    try object.put("smallestVisibleRateError", smallestVisibleRateError)
    try object.put("controls", each: controls)
    if let isControlled { try object.put("isControlled", isControlled) }
    try object.put("tables", each: tables)
    try object.put("figures", each: figures)
    if let fit { try object.put("fit", each: fit) }
    try object.put("notes", each: notes)
  }
}

/// The slope of a fitted line with its 95 % interval: evidence that is printed and decides nothing.
public struct SlopeInterval: Sendable {
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

extension SlopeInterval: Encodable {
  public func encode(to encoder: any Encoder) throws {
    let object = ReportObject(encoder)
    try object.put("slope", slope)
    try object.put("low", low)
    try object.put("high", high)
  }
}
