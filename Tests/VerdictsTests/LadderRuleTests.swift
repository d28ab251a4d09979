import CMath
import Testing
import Verdicts

private let halvings = (0...4).map { pow(0.5, Double($0)) }

@Suite("The rule of distances to rank-one trajectories")
struct RankOneRuleTests {
  /// Distances c αᵖ to both references, beside a largest norm of 1.
  private func ladder(
    _ alphas: [Double] = halvings, order p: Double = 3, _ c: Double = 0.1, norm: Double = 1,
    fromStart: ((Double) -> Double)? = nil
  ) -> [RankOneEvidence] {
    alphas.map {
      let distance = c * pow($0, p)
      return RankOneEvidence(
        alpha: $0, reseeded: distance, fromStart: fromStart?($0) ?? distance, largestNorm: norm)
    }
  }

  /// The same ladder with distances off by a part of themselves.
  private func moved(_ ladder: [RankOneEvidence], by part: Double) -> [RankOneEvidence] {
    ladder.map {
      RankOneEvidence(
        alpha: $0.alpha, reseeded: (1 + part) * $0.reseeded, fromStart: (1 + part) * $0.fromStart,
        largestNorm: $0.largestNorm)
    }
  }

  private func judge(
    _ fine: [RankOneEvidence], coarse: [RankOneEvidence]? = nil, guarantee: Double = 0, refinement: Double = 100,
    _ hypotheses: [Hypothesis] = [met]
  ) -> Judgement {
    RankOneRule.judge(
      hypotheses: hypotheses, order: 3, guarantee: guarantee, refinement: refinement, coarse ?? fine, fine)
  }

  @Test("distances that fall at the claimed order over four halvings hold")
  func holds() {
    expect(
      judge(ladder()), .holds,
      "over 4 halvings of α the distances to rank-one trajectories fall to 2.4e-05 (A) and 2.4e-05 (B) with the order 3"
    )
    expect(judge(ladder(), [unmet]), .vacuous)
  }

  @Test("one scale is too few, two are a ladder that is too short; the rungs must have the same scales")
  func scales() {
    expect(judge(ladder([1])), .inconclusive, "too few scales")
    expect(judge(ladder([1, 0.5])), .inconclusive, "halves α 1 times over 2 scales")
    expect(judge(ladder(), coarse: ladder([1, 0.5])), .inconclusive, "too few scales")
  }

  @Test("four halvings and five scales are needed, up to the rounding of the scales")
  func halvingCount() {
    func end(_ missing: Double) -> [Double] { halvings.dropLast() + [pow(0.5, 4 - missing)] }
    expect(judge(ladder(end(0.99e-9))), .holds)
    expect(judge(ladder(end(1.01e-9))), .inconclusive, "four halvings are needed")
    expect(judge(ladder([1, 0.5, 0.25, 0.0625])), .inconclusive, "over 4 scales")
  }

  @Test("the last slope is within 0.15 of the order")
  func slope() {
    for order in [2.851, 3.149] { expect(judge(ladder(order: order)), .holds) }
    for order in [2.849, 3.151] { expect(judge(ladder(order: order)), .inconclusive, "not within 0.15 of 3") }
    // The slope before does not count.
    var bent = ladder()
    bent[0] = RankOneEvidence(alpha: 1, reseeded: 0.03, fromStart: 0.03, largestNorm: 1)
    expect(judge(bent), .holds)
  }

  @Test("the solver may move a distance by a hundredth, of which the finer rung keeps the part of order one half")
  func resolution() {
    expect(judge(ladder(), coarse: moved(ladder(), by: 0.0999)), .holds)
    expect(judge(ladder(), coarse: moved(ladder(), by: 0.1001)), .inconclusive, "the solver moves the distances")
    expect(judge(ladder(), coarse: moved(ladder(), by: 0.00999), refinement: 1), .holds)
    expect(judge(ladder(), coarse: moved(ladder(), by: 0.01001), refinement: 0.01), .inconclusive)
  }

  @Test("at the smallest α the distance is within a twentieth of the norm")
  func followed() {
    let last = 0.1 * pow(0.5, 12)
    expect(judge(ladder(norm: last / 0.0499)), .holds)
    expect(judge(ladder(norm: last / 0.0501)), .inconclusive, "still 2.4e-05 beside a norm of")
  }

  @Test("distances must fall at every scale, to both references, and be numbers on both rungs")
  func monotone() {
    var flat = ladder()
    flat[1] = RankOneEvidence(alpha: 0.5, reseeded: 0.1, fromStart: flat[1].fromStart, largestNorm: 1)
    expect(judge(flat), .inconclusive, "the distance to reference A does not fall at every scale")
    expect(judge(ladder { $0 < 0.2 ? 0.001 : 0.02 }), .inconclusive, "the distance to reference B does not fall")
    var lost = ladder()
    lost[2] = RankOneEvidence(alpha: 0.25, reseeded: .nan, fromStart: 1, largestNorm: 1)
    expect(judge(lost, coarse: ladder()), .inconclusive, "a distance is not finite")
    expect(judge(ladder(), coarse: lost), .inconclusive, "a distance is not finite")
  }

  @Test("a distance that hardly falls over a decade in α, and no faster at its end, refutes, to either reference")
  func stagnation() {
    // B is looked at once A passes, so A has a long ladder here. B falls like α^before down to ¼, then like α^last.
    func judged(
      _ before: Double, _ last: Double? = nil, guarantee: Double = 0, part: Double = 0
    ) -> Judgement {
      let fine = ladder { $0 >= 0.25 ? pow($0, before) : pow(0.25, before) * pow(4 * $0, last ?? before) }
      let coarse = fine.map {
        RankOneEvidence(
          alpha: $0.alpha, reseeded: $0.reseeded, fromStart: (1 + part) * $0.fromStart, largestNorm: 1)
      }
      return RankOneRule.judge(hypotheses: [], order: 3, guarantee: guarantee, refinement: 1, coarse, fine)
    }
    expect(judged(0.3), .violated, "the distance to reference B stays at 0.44 while α falls from 1 to 0.06")
    expect(judged(0.302), .inconclusive)
    // It only begins to fall.
    expect(judged(0.05, 0.249), .violated)
    expect(judged(0.05, 0.251), .inconclusive)
    expect(judged(0, 0.299), .inconclusive)
    expect(judged(0.3, 0), .violated)
    expect(judged(0, guarantee: 0.0999), .violated)
    expect(judged(0, guarantee: 0.1001), .inconclusive)
    expect(judged(0, part: 0.00999), .violated)
    expect(judged(0, part: 0.01001), .inconclusive)
  }

  @Test("a decade in α is needed for that, with a scale in its middle, four halvings are not")
  func decade() {
    let flat = { (ratio: Double) in self.ladder([1, 1 / ratio.squareRoot(), 1 / ratio], order: 0) }
    expect(judge(flat(10.01)), .violated, "the distance to reference A stays at 0.1")
    expect(judge(flat(9.99)), .inconclusive, "four halvings are needed")
    expect(judge(ladder([1, 0.01], order: 0)), .inconclusive)
  }
}

@Suite("The rules of closed forms on a ladder of scales")
struct ClosedFormRuleTests {
  private func point(
    _ alpha: Double, error: Double = 0, magnification: Double = 1, norm: Double = 0, bound: Double? = nil,
    risen: Int = 1
  ) -> IncrementalEvidence {
    IncrementalEvidence(
      alpha: alpha, error: error, magnification: magnification, runnerUpNorm: norm, bound: bound, risen: risen)
  }

  private func judge(
    _ fine: [IncrementalEvidence], coarse: [IncrementalEvidence]? = nil, tolerance: Double = 1e-10,
    _ hypotheses: [Hypothesis] = [met]
  ) -> Judgement {
    IncrementalRule.judge(hypotheses: hypotheses, coarse ?? fine, fine, tolerance: tolerance)
  }

  private func ladder(_ risen: [Int] = [3, 3, 3, 1, 1]) -> [IncrementalEvidence] {
    zip(halvings, risen).map { point($0, risen: $1) }
  }

  @Test("the closed form holds with one component risen at the two smallest scales")
  func risen() {
    expect(judge(ladder()), .holds, "off by at most 0 over the ladder, and one component alone leaves zero")
    expect(judge(ladder([1, 1, 1, 2, 1])), .inconclusive, "1 components have left zero at the smallest α")
    expect(judge(ladder([1, 1, 1, 1, 0])), .inconclusive, "0 components")
    expect(judge(ladder([1, 1, 2, 1, 1])), .holds)
    expect(judge(ladder(), [unmet]), .vacuous)
  }

  @Test("four halvings over five scales are needed")
  func length() {
    expect(judge([1, 0.5, 0.25, 0.125, 0.0626].map { point($0) }), .inconclusive, "shorter than four halvings")
    expect(judge([1, 0.5, 0.25, 0.0625].map { point($0) }), .inconclusive, "shorter than four halvings")
    expect(judge([]), .inconclusive, "shorter than four halvings")
  }

  @Test("a misfit above 1000 τ times the magnification, and 1e5 u, is not the solver's")
  func misfit() {
    for (tolerance, magnification, level) in [(1e-10, 2.0, 2e-7 + 1e5 * unit), (0, 2, 1e5 * unit)] {
      func misfit(_ error: Double) -> Judgement {
        judge(
          [point(1)] + halvings.dropFirst().map { point($0, error: error, magnification: magnification) },
          tolerance: tolerance)
      }
      expect(misfit(0.999 * level), .holds)
      expect(misfit(1.001 * level), .violated, "at α = 0.5 the closed form misses by")
    }
    let fine = halvings.map { point($0, error: 1e-3) }
    expect(judge(fine, coarse: halvings.map { point($0, error: 1.11e-3) }), .violated, "whatever the tolerance")
    expect(judge(fine, coarse: halvings.map { point($0, error: 1.112e-3) }), .inconclusive, "above the solver's 1e-07")
    expect(judge(halvings.map { point($0, error: .nan) }), .inconclusive)
  }

  @Test("a component above its bound by more than a millionth is a violation")
  func bound() {
    expect(judge(ladder().dropLast() + [point(0.0625, norm: 2 * (1 + 0.99e-6), bound: 2)]), .holds)
    expect(
      judge(ladder().dropLast() + [point(0.0625, norm: 2 * (1 + 1.01e-6), bound: 2)]), .violated,
      "at α = 0.0625 a component exceeds its O(αᴺ) bound 2")
    expect(judge(ladder().dropLast() + [point(0.0625, norm: 3)]), .holds)
    // The excess of 1 is moved by the solver.
    func moved(_ norm: Double) -> Judgement {
      let over = Array(ladder().dropLast()) + [point(0.0625, norm: 3, bound: 2 / (1 + 1e-6))]
      return judge(over, coarse: Array(ladder().dropLast()) + [point(0.0625, norm: norm, bound: 2)])
    }
    expect(moved(2.901), .violated)
    expect(moved(2.899), .inconclusive, "tighten integration.refine")
    expect(moved(3.101), .inconclusive, "of which the solver moves 0.1")
  }

  private func judgeModes(_ times: [Double], error: Double = 0, coarse: Double? = nil, _ h: [Hypothesis] = [met])
    -> Judgement
  {
    func ladder(_ error: Double) -> [ModeEvidence] {
      [ModeEvidence(alpha: 0.1, times: [1, 2], error: 0), ModeEvidence(alpha: 0.01, times: times, error: error)]
    }
    return ModeRule.judge(hypotheses: h, ladder(coarse ?? error), ladder(error), tolerance: 1e-10)
  }

  @Test("half-rise times agree with the closed form to 1000 τ and 1e5 u")
  func halfRise() {
    let level = 1e-7 + 1e5 * unit
    expect(judgeModes([1, 2, 3], error: 0.999 * level), .holds, "the closed form's to 1e-07 at every α")
    expect(judgeModes([1, 2, 3], error: 1.001 * level), .violated, "at α = 0.01 the closed form misses by")
    expect(judgeModes([1, 2, 3], error: 1e-3, coarse: 1e-2), .inconclusive, "above the solver's")
    expect(judgeModes([1, 2, 3], error: 1e-3, [unmet]), .vacuous)
  }

  @Test(
    "larger modes rise first as α falls: refuted where they do at no scale of a decade, and not by scales that are large"
  )
  func modes() {
    func judge(_ points: [(Double, [Double])]) -> Judgement {
      let ladder = points.map { ModeEvidence(alpha: $0.0, times: $0.1, error: 0) }
      return ModeRule.judge(hypotheses: [met], ladder, ladder, tolerance: 1e-10)
    }
    expect(
      judge([(0.1, [2, 1]), (0.01, [1, 3, 2])]), .violated,
      "at α = 0.01 a smaller mode rises before a larger one, as at every")
    expect(judge([(0.1, [1, 1]), (0.01, [1, 1])]), .violated)
    expect(judge([(0.1, [2, 1]), (0.0101, [2, 1])]), .inconclusive, "extend init.scales")
    expect(judge([(0.1, [1, 2]), (0.01, [2, 1])]), .inconclusive, "extend init.scales")
    expect(judge([(0.1, [2, 1]), (0.01, [1, 2])]), .holds)
    expect(judgeModes([1]), .holds)
  }
}
