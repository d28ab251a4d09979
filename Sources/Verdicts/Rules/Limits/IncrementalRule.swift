/// The instant when the leading component reaches its level, at one α.
public struct IncrementalEvidence: Sendable, Equatable {
  /// α, the scale of the start.
  public let alpha: Double
  /// The largest relative departure of a component from the closed form.
  public let error: Double
  /// How many times the flow magnifies the solver's error in a component's norm.
  public let magnification: Double
  /// The largest other component's norm, and its O(αᴺ) bound where there is one.
  public let runnerUpNorm: Double
  /// The O(αᴺ) bound on that norm; nil where there is none.
  public let bound: Double?
  /// How many components have left zero.
  public let risen: Int

  /// What one scale shows.
  public init(
    alpha: Double, error: Double, magnification: Double, runnerUpNorm: Double, bound: Double?, risen: Int
  ) {
    self.alpha = alpha
    self.error = error
    self.magnification = magnification
    self.runnerUpNorm = runnerUpNorm
    self.bound = bound
    self.risen = risen
  }
}

extension IncrementalRule {
  /// Judges the closed form at every α of the ladder, then that one component alone left zero:
  ///
  /// 1. a hypothesis is not met → *vacuous*;
  /// 2. at some α the closed form misses by more than the solver explains → *violated* if tightening does not move that,
  ///    *inconclusive* otherwise;
  /// 3. a component exceeds its bound → *violated* if tightening does not move the excess, *inconclusive* otherwise;
  /// 4. the ladder is too short, or several components have risen at its end → *inconclusive*;
  /// 5. otherwise → *holds*.
  ///
  /// - Parameters:
  ///   - coarse: the ladder at a coarser tolerance.
  ///   - fine: the ladder at `tolerance`.
  public static func judge(
    hypotheses: [Hypothesis], _ coarse: [IncrementalEvidence], _ fine: [IncrementalEvidence], tolerance: Double
  ) -> Judgement {
    if let vacuous = VacuousRule.judge(hypotheses) { return vacuous }
    for (a, b) in zip(coarse, fine) {
      if let misfit = LadderRule.misfit(
        alpha: b.alpha, coarse: a.error, fine: b.error, tolerance: tolerance, magnification: b.magnification)
      {
        return misfit
      }
    }
    for (looser, point) in zip(coarse, fine) {
      guard let bound = point.bound else { continue }
      let excess = point.runnerUpNorm - bound * (1 + boundSlack)
      guard excess > 0 else { continue }
      let text = "at α = \(tableSetting(point.alpha)) a component exceeds its O(αᴺ) bound \(tableNumber(bound))"
      // The flow magnifies the solver's error in a component that starts small.
      let moved = abs(point.runnerUpNorm - looser.runnerUpNorm)
      guard moved <= JudgingRule.agreement * excess else {
        return Judgement(
          .inconclusive,
          "\(text) by \(tableNumber(excess)), of which the solver moves \(tableNumber(moved)); tighten integration.refine"
        )
      }
      return Judgement(.violated, text)
    }
    guard LadderRule.isLong(fine.map(\.alpha)), let last = fine.last else {
      return Judgement(
        .inconclusive, "the closed form holds, but the ladder is shorter than four halvings; give init.scales five")
    }
    guard fine.suffix(risenScales).allSatisfy({ $0.risen == 1 }) else {
      return Judgement(
        .inconclusive, "\(last.risen) components have left zero at the smallest α; use smaller init.scales")
    }
    let error = fine.map(\.error).max() ?? 0
    return Judgement(
      .holds,
      "holds: the closed form is off by at most \(tableNumber(error)) over the ladder, and one component alone leaves zero"
    )
  }
}
