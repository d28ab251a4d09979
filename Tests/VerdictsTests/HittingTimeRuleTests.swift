import Testing
import Verdicts

@Suite("The rule of hitting times in two coordinates")
struct HittingTimeRuleTests {
  private typealias Run = HittingTimeEvidence.Run

  /// Times of up to two levels, 3 and 7, in the weights and in svd coordinates, coarse and fine.
  private func judge(
    _ weights: (Run, Run), _ svd: (Run, Run)? = nil, tolerance: Double = 1e-10, ignoringLoss: Bool = false
  ) -> Judgement {
    let svd = svd ?? (Run(times: [10, 20]), Run(times: [10, 20]))
    return HittingTimeRule.judge(
      HittingTimeEvidence(
        levels: [3, 7], weights: .init(coarse: weights.0, fine: weights.1), svd: .init(coarse: svd.0, fine: svd.1),
        tolerance: tolerance), ignoringLoss: ignoringLoss)
  }

  /// A second level in the weights at 20(1 + difference), by 20(1 + change) on the coarse rung.
  private func judge(_ difference: Double, change: Double = 0, tolerance: Double = 1e-10) -> Judgement {
    let time = 20 * (1 + difference)
    return judge((Run(times: [10, time * (1 + change)]), Run(times: [10, time])), tolerance: tolerance)
  }

  @Test("times that agree within 1000 τ hold, beyond ten times that they are violated")
  func tolerance() {
    expect(judge(0.999e-7), .holds, "hitting times of 2 levels agree to 1e-07, up to |h| = 7")
    expect(
      judge(1.001e-7), .inconclusive,
      "level 7 is reached at times that differ by 1e-07, and the solver explains 1e-07; tighten")
    expect(judge(0.999e-6), .inconclusive)
    expect(
      judge(1.001e-6), .violated, "level 7 is reached at times that differ by 1e-06, and the solver explains 1e-07")
  }

  @Test("the solver explains three times what the rungs differ by, in both coordinates together")
  func changes() {
    expect(judge(2.99e-3, change: 1e-3), .holds)
    expect(judge(3.01e-3, change: 1e-3), .inconclusive, "tighten integration.refine")
    expect(judge(2.99e-2, change: 1e-3), .inconclusive)
    expect(judge(3.01e-2, change: 1e-3), .violated)
    let weights = (Run(times: [10.01, 20]), Run(times: [10, 20]))
    expect(judge(weights, (Run(times: [10.07, 20]), Run(times: [10.06, 20]))), .holds)
    expect(judge(weights, (Run(times: [10.0705, 20]), Run(times: [10.0605, 20]))), .inconclusive)
  }

  @Test("no difference below 1e5 u is a violation")
  func roundoff() {
    expect(judge(0.999e5 * unit, tolerance: 1e-16), .inconclusive)
    expect(judge(1.001e5 * unit, tolerance: 1e-16), .violated)
  }

  @Test("only levels that every run reached, before the weights lost the sign, count")
  func known() {
    expect(
      judge((Run(times: [10, 20]), Run(times: [10]))), .holds, "hitting times of 1 levels agree to 0, up to |h| = 3")
    expect(judge((Run(times: []), Run(times: [10]))), .inconclusive, "no level of the hidden entry is reached")
    let lost = (Run(times: [10, 90], lost: 15), Run(times: [10, 90], lost: 16))
    expect(judge(lost), .inconclusive, "levels agree to 0 up to |h| = 3; at t = 15 the weights lose the sign of det W")
    expect(judge(lost, ignoringLoss: true), .violated, "level 7")
    expect(judge((Run(times: [10], lost: 9), Run(times: [10]))), .inconclusive, "while the sign is known")
    // On level 3 itself.
    expect(judge((Run(times: [10], lost: 10), Run(times: [10]))), .inconclusive, "while the sign is known")
    expect(judge((Run(times: [10], lost: 10.01), Run(times: [10]))), .inconclusive, "of 1 levels agree")
  }

  @Test("an incomplete run says nothing, unless it lost the sign before")
  func incomplete() {
    let good = Run(times: [10, 20])
    let stuck = Run(times: [10, 20], incompleteness: "stuck; try")
    for runs in [((stuck, good), (good, good)), ((good, stuck), (good, good)), ((good, good), (stuck, good))] {
      expect(judge(runs.0, runs.1), .inconclusive, "an integration is incomplete: stuck; try")
    }
    expect(judge((good, good), (good, stuck)), .inconclusive, "an integration is incomplete")
    let both = Run(times: [10, 20], lost: 30, incompleteness: "stuck")
    expect(judge((both, both)), .inconclusive, "at t = 30 the weights lose")
    expect(judge((both, both), ignoringLoss: true), .holds)
  }
}
