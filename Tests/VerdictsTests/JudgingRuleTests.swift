import Testing
import Verdicts

/// A rung with the given residual; the number of steps grows like that of a method of order 8 unless given.
private func rung(
  _ rtol: Double, _ residual: Double, power: Double = 1, steps: Int? = nil, effective: Double? = nil,
  landing: Bool = false, incomplete: String? = nil, budget: Double? = nil
) -> RungEvidence {
  RungEvidence(
    relativeTolerance: rtol, effectiveTolerance: effective,
    steps: steps ?? Int(100 / rtol.squareRoot().squareRoot().squareRoot()), landsOnSaves: landing,
    incompleteness: incomplete,
    evidence: Evidence(
      residual: residual, power: power, largestTerm: 1, worstTime: 2.5, worstLaw: "law A", budget: budget))
}

private let ladder = [1e-6, 1e-8, 1e-10, 1e-12]

private func judge(_ rungs: [RungEvidence], _ hypotheses: [Hypothesis] = []) -> Judgement {
  JudgingRule.judge(hypotheses: hypotheses, rungs: rungs)
}

@Suite("The judging rule")
struct JudgingRuleTests {
  @Test("violations of relative size 1e-3 … 1e-9 are violated on the ladder to 1e-12; smaller ones are inconclusive")
  func syntheticViolations() {
    for exponent in 3...14 {
      var size = 1.0
      for _ in 0..<exponent { size /= 10 }
      // A solver error on top, of either sign.
      for solver in [10.0, -10, 0.1] {
        let judgement = judge(ladder.map { rung($0, abs(size + solver * $0) + 1e-15) })
        switch exponent {
        case 3...8: #expect(judgement.verdict == .violated, "1e-\(exponent): \(judgement)")
        case 9 where solver == 0.1: #expect(judgement.verdict == .violated, "\(judgement)")
        case 9 where solver == 10: #expect(judgement.verdict == .inconclusive, "\(judgement)")
        case 10 where solver == 0.1: #expect(judgement.verdict == .inconclusive, "1e-\(exponent): \(judgement)")
        // A solver error one rung earlier that is larger than the violation masks it: the level of *holds* must say so.
        default: #expect(judgement.verdict != .violated)
        }
        if judgement.verdict == .holds, exponent <= 12 {
          #expect((judgement.smallestVisibleRateError ?? 0) >= 9 * size)
        }
      }
    }
  }

  @Test("a true law with residual c τ holds for c up to 1000 and is inconclusive at 1e4")
  func syntheticLaws() {
    for c in [1e-3, 1, 30, 300, 999] {
      #expect(judge(ladder.map { rung($0, c * $0) }).verdict == .holds)
      #expect(judge(ladder.map { rung($0, c * $0.squareRoot() * 1e-6) }).verdict == .holds)
    }
    #expect(judge(ladder.map { rung($0, 1e4 * $0) }).verdict == .inconclusive)
    // At roundoff the last rungs need not shrink.
    #expect(judge([1e-9, 1e-12, 3e-14, 4e-14].enumerated().map { rung(ladder[$0], $1) }).verdict == .holds)
  }

  @Test("an order below one half does not count as shrinking")
  func slowDecrease() {
    // r ∝ τ^q with 1e-10 at the end: q = 0.45 does not hold, q = 0.55 does.
    #expect(judge([rung(1e-10, 7.94e-10), rung(1e-12, 1e-10)]).verdict == .inconclusive)
    #expect(judge([rung(1e-10, 1.26e-9), rung(1e-12, 1e-10)]).verdict == .holds)
  }

  @Test("every branch has its verdict and names what was short")
  func branches() {
    let met = Hypothesis("a", isMet: true, detail: "")
    let unmet = Hypothesis("the start is balanced", isMet: false, detail: "unbalancedness 0.3")
    let good = [rung(1e-8, 1e-8), rung(1e-10, 1e-10)]
    let constant = [rung(1e-8, 1e-2), rung(1e-10, 1e-2)]
    let cases: [(String, [RungEvidence], [Hypothesis], Verdict, String)] = [
      ("holds", good, [met], .holds, "holds to 1e-10"),
      ("violated", constant, [met], .violated, "law A at t = 2.5"),
      ("unmet beats violated", constant, [met, unmet], .vacuous, "the start is balanced (unbalancedness 0.3)"),
      ("unmet beats holds", good, [unmet], .vacuous, "0.3"),
      ("unmet beats incomplete", [rung(1e-8, 1, incomplete: "x")], [unmet], .vacuous, "0.3"),
      ("no rungs", [], [], .inconclusive, "integration.refine"),
      ("one rung", [good[1]], [], .inconclusive, "integration.refine"),
      ("one violated rung", [constant[1]], [], .inconclusive, "integration.refine"),
      (
        "incomplete, coarse", [rung(1e-8, 1e-2, incomplete: "5 steps were used up"), constant[1]], [], .inconclusive,
        "rtol 1e-08 is incomplete: 5 steps"
      ),
      ("incomplete, fine", [good[0], rung(1e-10, 0, incomplete: "stuck")], [], .inconclusive, "stuck"),
      ("NaN", [good[0], rung(1e-10, .nan)], [], .inconclusive, "not finite"),
      ("NaN, coarse", [rung(1e-8, .nan), good[1]], [], .inconclusive, "not finite"),
      ("infinite", [rung(1e-8, .infinity), rung(1e-10, .infinity)], [], .inconclusive, "not finite"),
      ("no movement", good.map { rung($0.relativeTolerance, 0, power: 0) }, [], .inconclusive, "not at all"),
      (
        "no number for the movement", good.map { rung($0.relativeTolerance, 0, power: .nan) }, [], .inconclusive,
        "integration.until"
      ),
      (
        "infinite movement", good.map { rung($0.relativeTolerance, 0, power: .infinity) }, [], .inconclusive,
        "integration.until"
      ),
      (
        "little movement", good.map { rung($0.relativeTolerance, 1e-15, power: 1e-11) }, [], .inconclusive,
        "only 1e-11"
      ),
      (
        "movement below the drift", [rung(1e-8, 1e-8, power: 1e-8), rung(1e-10, 1e-10, power: 1e-8)], [], .inconclusive,
        "tighten integration.refine"
      ),
      (
        "a violation although little moved", [rung(1e-8, 1e-4, power: 1e-4), rung(1e-10, 1e-4, power: 1e-4)], [],
        .violated, "0.0001"
      ),
      ("above 1000 τ, moving", [rung(1e-8, 1e-4), rung(1e-10, 1e-6)], [], .inconclusive, "integration.method"),
      ("grows", [rung(1e-8, 1e-10), rung(1e-10, 2e-10)], [], .inconclusive, "does not shrink"),
      ("constant, small", [rung(1e-8, 5e-10), rung(1e-10, 5e-10)], [], .inconclusive, "does not shrink"),
      ("zero before, something after", [rung(1e-8, 0), rung(1e-10, 2e-10)], [], .inconclusive, "order none"),
      ("zero after", [rung(1e-8, 1e-11), rung(1e-10, 0)], [], .holds, "roundoff"),
      (
        "beyond the budget", [rung(1e-8, 1e-9), rung(1e-10, 1e-11, budget: 1e-12)], [], .inconclusive,
        "local errors explain"
      ),
      ("within the budget", [rung(1e-8, 1e-9), rung(1e-10, 1e-11, budget: 1e-10)], [], .holds, "1e-11"),
      ("just inside 10 %", [rung(1e-8, 1.1e-2), rung(1e-10, 1e-2)], [], .violated, "0.01"),
      ("just outside 10 %", [rung(1e-8, 1.12e-4), rung(1e-10, 1e-4)], [], .inconclusive, "still changes"),
    ]
    for (name, rungs, hypotheses, verdict, words) in cases {
      let judgement = judge(rungs, hypotheses)
      #expect(judgement.verdict == verdict, "\(name): \(judgement)")
      #expect(judgement.reason.contains(words), "\(name): \(judgement.reason)")
      #expect((judgement.smallestVisibleRateError != nil) == (verdict == .holds), "\(name)")
    }
  }

  @Test("the smallest visible rate error is ten times the residual over the movement, and below 1 %")
  func power() {
    #expect(
      judge([rung(1e-8, 1e-8), rung(1e-10, 1e-10, power: 1e-2)]).smallestVisibleRateError.map { abs($0 - 1e-6) < 1e-18 }
        == true)
    for power in [1e-9, 1e-7, 1e-4, 1] {
      for residual in [0, 1e-15, 1e-12, 1e-10] {
        let judgement = judge([rung(1e-8, 100 * residual, power: power), rung(1e-10, residual, power: power)])
        // The residual of the rung before, at order one half, is ten times the last.
        let visible = 10 * max(10 * residual, 200 * 0x1p-52) / power
        #expect((judgement.verdict == .holds) == (visible < 0.01))
      }
    }
  }

  @Test("a residual that the solver's error happens to cancel does not make the run look sharper than it is")
  func cancellation() throws {
    // A violation of 2.5e-3 and a solver error of −2.5e-3 · (τ/1e-4)^0.5.
    let lucky = judge([rung(1e-3, 5.4e-3), rung(1e-4, 1e-9)])
    #expect(lucky.verdict == .inconclusive, "\(lucky)")
    let milder = judge([rung(1e-3, 5.4e-4), rung(1e-4, 1e-9)])
    #expect(try #require(milder.smallestVisibleRateError) > 1e-3)
  }

  @Test("rounding of the terms themselves is no violation, and hides what is smaller")
  func rounding() {
    func pair(_ residual: Double, rounding: Double) -> Judgement {
      judge(
        [1e-8, 1e-10].map {
          RungEvidence(
            relativeTolerance: $0, steps: $0 > 1e-9 ? 400 : 500, incompleteness: nil,
            evidence: Evidence(
              residual: residual, power: 1, largestTerm: 1, worstTime: 0, worstLaw: "", rounding: rounding))
        })
    }
    #expect(pair(1e-4, rounding: 0).verdict == .violated && pair(1e-4, rounding: 1e-6).verdict == .violated)
    #expect(pair(1e-4, rounding: 1e-4).verdict == .holds && pair(1e-4, rounding: 2e-5).verdict == .inconclusive)
    #expect(pair(1e-4, rounding: 0.5).reason.contains("rounding alone"))
  }

  @Test("two runs of the same accuracy cannot show a violation, nor that a law holds")
  func refinementThatIsNone() {
    // Tolerances close together: a solver error of 2000 τ agrees within 10 % by itself.
    let close = judge([rung(1.05e-8, 2.1e-5), rung(1e-8, 2e-5)])
    #expect(close.verdict == .inconclusive && close.reason.contains("integration.refine"))
    // A fixed atol of 1e-3 makes all rungs alike, whatever rtol says.
    let fixed = judge(ladder.map { rung($0, 2e-4, effective: 1e-3 + $0) })
    #expect(fixed.verdict == .inconclusive && fixed.reason.contains("integration.atol"))
    #expect(judge(ladder.map { rung($0, 1e-1, effective: 1e-3 + $0) }).verdict == .inconclusive)
    // Where it bites at the last rungs only, an earlier rung still is a comparison.
    let late = ladder.map { rung($0, 0.05, effective: $0 + 2e-10) }
    #expect(judge(late).verdict == .violated)
    let lawful = ladder.map { rung($0, 20 * ($0 + 2e-10), effective: $0 + 2e-10) }
    #expect(judge(lawful).verdict == .holds)
    // Rungs between that disagree are no agreement.
    #expect(judge([rung(1e-8, 0.05), rung(2e-10, 0.5), rung(1e-10, 0.05)]).verdict == .inconclusive)
  }

  @Test("runs whose steps the save grid sets are not called violated by what the solver may do on that grid")
  func gridBound() {
    func pair(_ residual: Double, _ steps: Int) -> Judgement {
      judge([rung(1e-8, residual, steps: 1000, landing: true), rung(1e-10, residual, steps: steps, landing: true)])
    }
    // The level is 10 τ a step: 1e-4.
    #expect(pair(9e-5, 1000).verdict == .inconclusive && pair(9e-5, 1000).reason.contains("integration.save"))
    #expect(pair(1.2e-4, 1000).verdict == .violated && pair(9e-5, 1100).verdict == .violated)
    // Of methods that interpolate, equal steps say nothing.
    #expect(judge([rung(1e-8, 9e-5, steps: 1000), rung(1e-10, 9e-5, steps: 1000)]).verdict == .violated)
    #expect(judge([rung(1e-8, 9e-5, steps: 1000, landing: true), rung(1e-10, 9e-5, steps: 1000)]).verdict == .violated)
  }

  @Test("rounding that adds up over very many steps is not a violation")
  func longRuns() {
    func pair(_ residual: Double, _ steps: Int) -> Verdict {
      judge([rung(1e-13, residual, steps: steps / 2), rung(1e-14, residual, steps: steps)]).verdict
    }
    #expect(pair(3e-11, 1000) == .violated)
    #expect(pair(3e-9, 10_000_000) == .inconclusive)
    #expect(pair(3e-8, 10_000_000) == .violated)
    #expect(JudgingRule.roundoffLevel(steps: 10) == 200 * 0x1p-52)
    #expect(JudgingRule.roundoffLevel(steps: 100_000) == 2000 * 0x1p-52)
  }

  @Test("the order is d log r / d log τ in effect, or none")
  func order() throws {
    let half = try #require(JudgingRule.order(rung(1e-6, 1e-5), rung(1e-10, 1e-7)))
    #expect(abs(half - 0.5) <= 1e-14)
    let inEffect = try #require(
      JudgingRule.order(rung(1e-6, 1e-5, effective: 1e-4), rung(1e-10, 1e-7, effective: 1e-6)))
    #expect(abs(inEffect - 1) <= 1e-14)
    for (a, b) in [(0, 1), (1, 0), (Double.nan, 1), (1, .nan), (.infinity, 1)] {
      #expect(JudgingRule.order(rung(1e-6, a), rung(1e-8, b)) == nil)
    }
    #expect(JudgingRule.order(rung(1e-8, 1), rung(1e-8, 1)) == nil)
  }
}
