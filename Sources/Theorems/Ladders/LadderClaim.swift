import FlowODE
import Verdicts

/// A statement about a ladder of runs. The claim says what is true, how it could be false, and which rule of ``Verdicts`` decides;
/// running, perturbing and reporting are the machine's.
///
/// To add one, write one file with a conforming type and name it in ``ClaimCatalog``.
public protocol LadderClaim<Runs>: CatalogedClaim {
  /// The runs it is about; claims about the same ones are judged from them together.
  associatedtype Runs: Ladder
  /// What it rests on, in the order in which an unmet one is named.
  static var hypotheses: [LadderHypothesis<Runs>] { get }
  /// What must be flagged, or the claim proves nothing here.
  static var mutants: [LadderMutant<Runs>] { get }
  /// What kind of statement reports call it.
  static var reportKind: String { get }
  /// Why a control may be missed, and what to try: the end of a sentence.
  static var missedControl: String { get }
  /// The statement for this ladder, with its formula.
  static func statement(_ ladder: Runs) -> String
  /// Whether the claim is about this ladder at all; it is left out where not asked for by name.
  static func applies(to ladder: Runs) -> Bool
  /// - Parameter hypotheses: none for a control that breaks them on purpose.
  static func judge(_ ladder: Runs, _ found: Runs.Found, _ hypotheses: [Hypothesis]) -> LadderFinding
  /// Tables, figures and files of what was found.
  static func exhibits(_ ladder: Runs, _ found: Runs.Found) -> LadderExhibits
}

extension LadderClaim {
  public static var kind: ClaimKind { .ladder }
  public static var reportKind: String { "limit" }
  public static var missedControl: String { ControlRule.refinementRemedy }
  public static func applies(to ladder: Runs) -> Bool { true }
  public static func exhibits(_ ladder: Runs, _ found: Runs.Found) -> LadderExhibits { LadderExhibits() }

  /// What `list` and `explain` print: the texts of what runs.
  public static var page: ClaimPage { ClaimPage(self) }
}

extension ClaimPage {
  fileprivate init(_ claim: any LadderClaim.Type) {
    self.init(card: claim.card, hypotheses: claim.conditions, controls: claim.controls)
  }
}

extension LadderClaim {
  /// The hypotheses in words.
  fileprivate static var conditions: [String] { hypotheses.map(\.text) }
  /// What must be flagged, in words.
  fileprivate static var controls: [String] { mutants.map(\.text) }
}

/// A claim's verdict with what it rests on.
public struct LadderFinding {
  /// What the rule says.
  public var judgement: Judgement
  /// The fitted order, for claims about one; decides nothing.
  public var fit: SlopeInterval?
  /// Further sentences for the report.
  public var notes: [String] = []
  /// The number that controls print: a residual, or the last local order.
  public var figure: Double?

  /// A verdict and what goes with it.
  @inline(never)
  public init(_ judgement: Judgement, fit: SlopeInterval? = nil, notes: [String] = [], figure: Double? = nil) {
    self.judgement = judgement
    self.fit = fit
    self.notes = notes
    self.figure = figure
  }
}

/// A condition that a claim about a ladder rests on: its text stands in the claim's page, its check decides before the runs or
/// looks at them.
public struct LadderHypothesis<Runs: Ladder>: Sendable {
  /// What the claim's page prints.
  public let text: String
  private let check: @Sendable (Runs, Runs.Found?) -> HypothesisRule.Finding?

  /// A condition that can be decided before anything runs.
  ///
  /// - Parameter check: whether it is met, and the number or fact that decided; nil where the ladder leaves nothing to ask.
  public init(_ text: String, check: @escaping @Sendable (Runs) -> HypothesisRule.Finding?) {
    self.text = text
    self.check = { ladder, _ in check(ladder) }
  }

  /// A condition that only the runs decide.
  public init(_ text: String, along check: @escaping @Sendable (Runs, Runs.Found) -> HypothesisRule.Finding?) {
    self.text = text
    self.check = { ladder, found in found.flatMap { check(ladder, $0) } }
  }

  /// - Parameter found: nil before the runs.
  func evaluate(_ ladder: Runs, _ found: Runs.Found?) -> Hypothesis? {
    check(ladder, found).map { Hypothesis(text, isMet: $0.isMet, detail: $0.detail) }
  }
}

/// A way to be wrong, in general words for the claim's page, with what it comes to on a ladder.
public struct LadderMutant<Runs: Ladder>: Sendable {
  enum Change: Sendable {
    /// Other runs, judged as the claim's own are; those with equal keys are run once.
    case runs(key: String, dropsHypotheses: Bool, @Sendable (Runs, Runs.Found) throws -> Runs?)
    /// Another statement about what was found.
    case finding(@Sendable (Runs, Runs.Found, RunContext) throws -> LadderFinding?)
  }

  /// What the claim's page prints.
  public let text: String
  let name: (@Sendable (Runs, Runs.Found) -> String?)?
  let silence: (@Sendable (Runs, Runs.Found) throws -> String?)?
  let change: Change

  /// The claim on other runs, on which it is false.
  ///
  /// - Parameters:
  ///   - key: what mutants of several claims share that change the runs in the same way.
  ///   - name: what a report calls it, where that says more than the text.
  ///   - silence: why it could say nothing on these runs, so that it is not counted; nil where it could.
  ///   - droppingHypotheses: whether the hypotheses are broken on purpose and not asked for.
  ///   - change: the other runs; nil where the claim would not be false there.
  public init(
    _ text: String, key: String, name: (@Sendable (Runs, Runs.Found) -> String?)? = nil,
    silence: (@Sendable (Runs, Runs.Found) throws -> String?)? = nil, droppingHypotheses: Bool = false,
    runs change: @escaping @Sendable (Runs, Runs.Found) throws -> Runs?
  ) {
    self.text = text
    self.name = name
    self.silence = silence
    self.change = .runs(key: key, dropsHypotheses: droppingHypotheses, change)
  }

  /// A false statement about what the claim's own runs found, or runs of its own.
  ///
  /// - Parameters:
  ///   - name: what a report calls it, where that says more than the text.
  ///   - silence: why it could say nothing on these runs, so that it is not counted; nil where it could.
  ///   - finding: what a rule says of it; nil where it is not false.
  public init(
    _ text: String, name: (@Sendable (Runs, Runs.Found) -> String?)? = nil,
    silence: (@Sendable (Runs, Runs.Found) throws -> String?)? = nil,
    finding: @escaping @Sendable (Runs, Runs.Found, RunContext) throws -> LadderFinding?
  ) {
    self.text = text
    self.name = name
    self.silence = silence
    change = .finding(finding)
  }
}
