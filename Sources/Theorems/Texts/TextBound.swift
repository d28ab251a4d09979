import FlowODE
import Models
import Verdicts

extension TextClaim {
  /// A comparison that is true at the start stays true along the flow.
  ///
  /// **Judged by.** The slack of every entry at every accepted step, at every save time and where it is least between them.
  /// **Refuted by.** The bound moved to where the observed values cross it by 1 % of their range; a rate has no say, for another flow may
  /// keep the comparison as well.
  public func invariant(_ comparison: TextComparison) -> StatedClaim {
    bound(comparison, times: -Double.infinity ... .infinity, hypotheses: [comparison.hypothesis])
  }

  /// Both sides stay equal along the flow if they are at the start.
  public func invariant(_ left: [TextSource], equal right: [TextSource], _ equation: TextEquation) -> StatedClaim {
    equality(left, right, hypotheses: [equation.hypothesis(number: given.count)])
  }

  /// A comparison is true at all times of an interval.
  ///
  /// **Judged by.** The slack of every entry at every accepted step and save time of the interval, at its ends and where it is least
  /// between them; a run that ends before cannot tell.
  /// **Refuted by.** The bound moved to where the observed values cross it by 1 % of their range.
  public func always(_ comparison: TextComparison, from: Double, to: Double) -> StatedClaim {
    bound(comparison, times: from...max(from, to), hypotheses: [])
  }

  private func bound(
    _ comparison: TextComparison, times: ClosedRange<Double>, hypotheses: [HypothesisRule]
  ) -> StatedClaim {
    let laws: @Sendable (Bool, ClaimSetting) -> Laws? = { isMoved, setting in
      TextSides(comparison, setting).map {
        .bound(TextBoundTerms(self, comparison, $0, times: times, isMoved: isMoved))
      }
    }
    return stated(
      .bound, residual: "the least slack at and between accepted steps", hypotheses: hypotheses,
      law: Relative { laws(false, $0) }
    ) { _ in
      [
        Mutant(
          "the bound moved past the observed values by 1 % of their range",
          .statement(Relative { laws(true, $0) }))
      ]
    }
  }
}

/// The sides of a comparison within some times.
private final class TextBoundTerms: BoundTerms, InteriorWatch {
  /// How far past the least slack a moved bound lies, in ranges of the slack.
  private static let shift = 0.01
  /// A range this small beside the sides is none that a moved bound could be told by.
  private static let leastRange = 1e-4

  let names: [String]
  private let sides: TextSides
  let times: ClosedRange<Double>
  private let isMoved: Bool
  private var least: [Double]
  private var most: [Double]
  private var size: [Double]
  private var last = -Double.infinity

  init(
    _ claim: TextClaim, _ comparison: TextComparison, _ sides: TextSides, times: ClosedRange<Double>, isMoved: Bool
  ) {
    self.sides = sides
    self.times = times
    self.isMoved = isMoved
    let width = sides.width
    names = width == 1 ? [comparison.text] : (0..<width).map { "\(comparison.text), entry \($0 + 1)" }
    least = [Double](repeating: .infinity, count: width)
    most = [Double](repeating: -.infinity, count: width)
    size = [Double](repeating: 0, count: width)
  }

  func note(_ point: TrajectoryPoint, integrals: UnsafePointer<Double>, into fold: inout MarginFold) {
    last = point.time
    // The ends of the times are shown to within rounding.
    let rounding = 2 * point.time.ulp
    guard point.time + rounding >= times.lowerBound, point.time - rounding <= times.upperBound else { return }
    sides.update(point)
    for k in 0..<sides.width {
      let (larger, smaller) = (sides.larger(k), sides.smaller(k))
      // Where both sides are 0 the bound is attained.
      let scale = max(abs(larger), abs(smaller), .leastNormalMagnitude)
      size[k] = max(size[k], scale)
      fold.note(k, value: smaller, bound: larger, terms: size[k], time: point.time)
      least[k] = min(least[k], larger - smaller)
      most[k] = max(most[k], larger - smaller)
    }
  }

  var watch: (any InteriorWatch)? { self }
  var isOpen: Bool { true }
  var count: Int { sides.width }
  var takesVelocity: Bool { sides.takesVelocity }
  func least(_ k: Int) -> Double { least[k] }
  func size(_ k: Int) -> Double { size[k] }

  func write(_ point: TrajectoryPoint, into values: UnsafeMutablePointer<Double>) {
    sides.update(point)
    for k in 0..<sides.width { values[k] = sides.larger(k) - sides.smaller(k) }
  }

  /// The slack with the bound where it was moved to.
  func margin(_ fold: MarginFold) -> Margin {
    let margin = fold.margin
    guard isMoved else { return margin }
    let width = sides.width
    let shifts = (0..<width).map { least[$0] + Self.shift * (most[$0] - least[$0]) }
    func moved(_ slack: [Double]) -> [Double] {
      slack.enumerated().map { $0.element - shifts[$0.offset % width] }
    }
    return Margin(
      laws: margin.laws, times: margin.times, slack: moved(margin.slack), least: moved(margin.least),
      size: margin.size, tightness: margin.tightness, tightestLaw: margin.tightestLaw,
      tightestTime: margin.tightestTime)
  }

  func complete(_ evidence: inout Evidence) {
    if last < times.upperBound, times.upperBound < .infinity {
      evidence.doubt =
        "the run ends at t = \(tableNumber(last)), before \(tableNumber(times.upperBound)); raise integration.until"
    }
    if isMoved {
      evidence.isFalsified = (0..<sides.width).contains { most[$0] - least[$0] > Self.leastRange * size[$0] }
    }
  }
}
