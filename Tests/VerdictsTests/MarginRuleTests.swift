import Testing
import Verdicts

/// The inequality half of the judging rule on made-up rungs with one law and three save times.
@Suite struct MarginRuleTests {
  private func rung(_ tolerance: Double, slack: [Double], least: [Double]? = nil, landing: Bool = false) -> RungEvidence
  {
    let margin = Margin(
      laws: ["law"], times: [1, 2, 3], slack: slack, least: least ?? slack, size: [1, 1, 1], tightness: 0.9,
      tightestLaw: "law", tightestTime: 2)
    return RungEvidence(
      relativeTolerance: tolerance, steps: 100, landsOnSaves: landing, incompleteness: nil,
      evidence: Evidence(margin: margin))
  }

  private func verdict(
    _ coarse: [Double], _ fine: [Double], least: [Double]? = nil, landing: Bool = false
  ) -> Verdict {
    JudgingRule.judge(
      hypotheses: [],
      rungs: [
        rung(1e-8, slack: coarse, least: least, landing: landing),
        rung(1e-10, slack: fine, least: least, landing: landing),
      ]
    ).verdict
  }

  @Test func positiveSlackHolds() {
    #expect(verdict([0.1, 0.2, 0.3], [0.1, 0.2, 0.3]) == .holds)
  }

  @Test func anAttainedBoundHoldsWithinTheSolversError() {
    #expect(verdict([1e-9, -1e-9, 0.3], [1e-11, -1e-11, 0.3]) == .holds)
  }

  @Test func aSlackThatNoRefinementMovesIsViolated() {
    #expect(verdict([0.1, -1e-3, 0.3], [0.1, -1.001e-3, 0.3]) == .violated)
  }

  /// Below 1000 τ, or where steps end at the save times and are equally many on both rungs, an excess that does not move may still be the solver's.
  @Test func aSmallExcessIsNotViolated() {
    #expect(verdict([0.1, -5e-8, 0.3], [0.1, -5e-8, 0.3]) == .inconclusive)
    #expect(verdict([0.1, -5e-6, 0.3], [0.1, -5e-6, 0.3]) == .violated)
    #expect(verdict([0.1, -5e-6, 0.3], [0.1, -5e-6, 0.3], landing: true) == .inconclusive)
    #expect(verdict([0.1, -5e-5, 0.3], [0.1, -5e-5, 0.3], landing: true) == .violated)
  }

  /// The violation shrinks with the tolerance, so it is the solver's.
  @Test func aNegativeSlackThatShrinksIsNotViolated() {
    #expect(verdict([0.1, -1e-3, 0.3], [0.1, -1e-5, 0.3]) == .inconclusive)
  }

  /// u_slack covers the negative slack but is itself too large to credit the bound with anything.
  @Test func anUnresolvedBoundIsInconclusive() {
    #expect(verdict([0.1, 5e-3, 0.3], [0.1, -1e-3, 0.3]) == .inconclusive)
  }

  /// Between two save times an accepted step exceeds the bound, on both rungs.
  @Test func aViolationBetweenSaveTimesIsSeen() {
    #expect(verdict([0.1, 0.2, 0.3], [0.1, 0.2, 0.3], least: [0.1, -0.05, 0.3]) == .violated)
  }

  @Test func aSlackThatIsNoNumberIsInconclusive() {
    #expect(verdict([0.1, .nan, 0.3], [0.1, .nan, 0.3]) == .inconclusive)
  }

  /// Row by row as law by law, whatever the signs, with ties, zeros and no numbers among them.
  @Test func rowsOfBoundsAreTheirLaws() {
    let count = 11
    var (rows, single) = (
      MarginFold(laws: (0...count).map(String.init), saves: 3), MarginFold(laws: (0...count).map(String.init))
    )
    for state in 0..<9 {
      let offset = 7 * state * state
      func number(_ k: Int, _ factor: Int) -> Double { Double((k * factor + offset) % 23 - 11) / 8 }
      var values = (0..<count).map { number($0, 5) }
      var bounds = (0..<count).map { number($0, 9) }
      if state == 4 { (values[2], bounds[9]) = (.nan, .nan) }
      let terms = (0..<count).map { abs(number($0, 13)) * ($0 == 3 ? 1e9 : 1) }
      rows.note(from: 1, values: values, bounds: bounds, terms: terms, count: count, time: Double(state))
      for k in 0..<count {
        single.note(k + 1, value: values[k], bound: bounds[k], terms: terms[k], time: Double(state))
      }
      if state % 3 == 2 {
        rows.save(time: Double(state))
        single.save(time: Double(state))
      }
    }
    let (one, other) = (rows.margin, single.margin)
    #expect(one.slack.map(\.bitPattern) == other.slack.map(\.bitPattern))
    #expect(one.least.map(\.bitPattern) == other.least.map(\.bitPattern) && one.size == other.size)
    #expect(one.tightness == other.tightness && one.tightestLaw == other.tightestLaw)
    #expect(one.tightestTime == other.tightestTime && (one.tightness ?? 0) > 1)
  }

  @Test func tightnessIsValueOverBoundAlsoBelowZero() {
    var fold = MarginFold(laws: ["a", "b"])
    fold.note(0, value: 2, bound: 4, time: 1)
    fold.note(1, value: -4, bound: -3, time: 1)
    fold.save(time: 1)
    #expect(fold.margin.tightness == 0.75)
    #expect(fold.margin.tightestLaw == "b")
    #expect(fold.margin.slack == [2, 1])
  }
}
