import FlowODE
import Models
import Verdicts

/// A claim that a text states, before it is said what it says: its name and place, the blocks it is about, and what it assumes.
///
/// The factories beside it make a ``StatedClaim`` of each kind: equalities are judged at accepted steps, rates as integrals along the
/// flow, bounds by their slack, powers by a fit with an interval. Each brings the ways to be wrong that a run must reject.
public struct TextClaim: Sendable {
  /// Names it in reports; no two claims of a run have one name.
  public let name: String
  /// What it says, as it was written.
  public let text: String
  /// Where it stands, such as `lorenz.flow:7`.
  public let place: String
  /// A command line that judges it.
  public let example: String
  /// The parameter blocks that occur in it, by their places in the layout.
  public let blocks: [Int]
  /// What it assumes.
  public let given: [TextEquation]

  /// A claim of a text.
  public init(
    name: String, text: String, place: String, example: String, blocks: [Int], given: [TextEquation] = []
  ) {
    self.name = name
    self.text = text
    self.place = place
    self.example = example
    self.blocks = blocks
    self.given = given
  }

  typealias Relative = StatedClaim.FalseRelative

  /// The claim with its laws and the ways to be wrong.
  func stated(
    _ judgedBy: JudgedBy, residual: String, hypotheses: [HypothesisRule] = [],
    law: Relative, mutants: @escaping @Sendable (ClaimSetting) -> [Mutant<Relative>]
  ) -> StatedClaim {
    let card = ClaimCard(
      name: name, summary: text, formulas: [.init(nil, text)],
      sources: [Source(paper: place)], judgedBy: judgedBy, residual: residual, example: example)
    let assumed = given.enumerated().map { $0.element.hypothesis(number: $0.offset) }
    return StatedClaim(
      card: card, hypotheses: assumed + hypotheses + [.differentiableAlongThePath], statement: text, laws: law.laws,
      mutants: mutants)
  }

  /// Every block's rate, a little wrong.
  ///
  /// - Parameter seesTime: whether the claim says how fast something happens; otherwise a wrong rate of the only block that moves, or
  ///   occurs in it, is another clock, which it cannot see.
  func rateMutants(_ setting: ClaimSetting, seesTime: Bool) -> [Mutant<Relative>] {
    let all = setting.model.layout.blocks
    return blocks.map { block in
      let text = WrongRate.text(all[block].name)
      guard seesTime || all.count > 1 else {
        return Mutant(text, .idle("\(all[block].name) alone moves, so that its rate only sets the clock"))
      }
      guard seesTime || blocks.count > 1 else {
        return Mutant(
          text, .idle("\(all[block].name) alone occurs, so that its rate only sets the clock of what is claimed"))
      }
      return Mutant(text, .rate(block: block, factor: WrongRate.factor))
    }
  }
}

/// Two sides that a text sets equal.
public struct TextEquation: Sendable {
  /// The left side.
  public let left: TextSource
  /// The right side: as many numbers, or one, which stands for all.
  public let right: TextSource

  /// left = right.
  public init(_ left: TextSource, _ right: TextSource) {
    self.left = left
    self.right = right
  }

  var text: String { "\(left.text) = \(right.text)" }

  /// The largest part of their size by which two sides may differ at the start.
  static let startTolerance = 1e-10

  func hypothesis(number: Int) -> HypothesisRule {
    HypothesisRule("given \(number)", "\(text) at the start") { setting in
      guard let values = TextValues([left, right], parameterCount: setting.start.count) else { return nil }
      _ = values.atRest(setting.start)
      let found = Self.departure(values, 0, 1)
      let relative = found.size > 0 ? found.difference / found.size : 0
      return (relative <= Self.startTolerance, "they differ by \(tableNumber(relative)) of their size")
    }
  }

  /// By how much the sides in two places differ, and the larger of them.
  static func departure(_ values: TextValues, _ left: Int, _ right: Int) -> (difference: Double, size: Double) {
    let (a, b) = (values[left], values[right])
    let (m, n) = (values.size(left), values.size(right))
    var (difference, size) = (0.0, 0.0)
    for k in 0..<max(m, n) {
      let (x, y) = (a[m == 1 ? 0 : k], b[n == 1 ? 0 : k])
      if !(abs(x - y) <= difference) { difference = abs(x - y) }
      size = max(size, abs(x), abs(y))
    }
    return (difference, size)
  }
}

/// What became along a run of the equations that a claim assumes.
final class GivenWatch {
  /// The part of the size from which on an equation no longer holds.
  private static let most = 1e-5
  /// What a departure may move a residual by, in departures.
  private static let caution = 10.0

  private let values: TextValues
  private let equations: [TextEquation]
  private var largest = 0.0
  private var worst = 0
  private var end: Double?

  /// - Returns: nil where nothing is assumed.
  init?(_ equations: [TextEquation], parameterCount: Int) {
    guard !equations.isEmpty,
      let values = TextValues(equations.flatMap { [$0.left, $0.right] }, parameterCount: parameterCount)
    else { return nil }
    self.values = values
    self.equations = equations
  }

  func update(_ point: TrajectoryPoint) {
    guard end == nil else { return }
    values.update(point)
    for k in equations.indices {
      let found = TextEquation.departure(values, 2 * k, 2 * k + 1)
      guard found.size > 0 else { continue }
      let relative = found.difference / found.size
      if !(relative <= largest) { (largest, worst) = (relative, k) }
      if !(relative <= Self.most) { end = point.time }
    }
  }

  var inexactness: Inexactness {
    Inexactness(
      "a departure of \(tableNumber(largest)) from \(equations[worst].text)", remedy: "tighten integration.refine",
      largest: end == nil ? Self.caution * largest : 0, end: end)
  }
}
