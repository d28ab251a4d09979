import Testing
import Verdicts

/// Every number of the judging rule for equalities: a case just inside and one just outside of it.
@Suite("Thresholds of the judging rule")
struct EqualityThresholdTests {
  /// Two rungs with the given residuals, coarse and fine; the steps grow unless the numbers are given.
  private func judge(
    _ coarse: Double, _ fine: Double, at tolerances: (Double, Double) = (1e-8, 1e-10), power: Double = 1,
    steps: (Int, Int) = (500, 600), landing: Bool = false, rounding: Double = 0
  ) -> Judgement {
    func rung(_ tolerance: Double, _ residual: Double, _ steps: Int) -> RungEvidence {
      RungEvidence(
        relativeTolerance: tolerance, steps: steps, landsOnSaves: landing, incompleteness: nil,
        evidence: Evidence(
          residual: residual, power: power, largestTerm: 1, worstTime: 0, worstLaw: "a", rounding: rounding))
    }
    return JudgingRule.judge(
      hypotheses: [met], rungs: [rung(tolerances.0, coarse, steps.0), rung(tolerances.1, fine, steps.1)])
  }

  @Test("200 u are roundoff up to 1000 steps, beyond 200 u √(steps/1000)")
  func roundoff() {
    for (steps, level) in [(600, 200.0), (1000, 200), (4000, 400)] {
      let pair = (steps / 2, steps)
      let (below, above) = (0.999 * level * unit, 1.001 * level * unit)
      expect(judge(below, below, at: (1e-13, 1e-15), steps: pair), .holds, "to roundoff")
      expect(judge(above, above, at: (1e-13, 1e-15), steps: pair), .inconclusive, "does not shrink")
    }
  }

  @Test("nothing below 1e5 u, or 4 u a step, is violated")
  func violationLevel() {
    for (steps, level) in [(600, 1e5), (24_999, 1e5), (1_000_000, 4e6)] {
      let pair = (steps / 2, steps)
      let (below, above) = (0.999 * level * unit, 1.001 * level * unit)
      expect(judge(below, below, at: (1e-13, 1e-15), steps: pair), .inconclusive)
      expect(judge(above, above, at: (1e-13, 1e-15), steps: pair), .violated, "stays at")
    }
  }

  @Test("1000 τ is the most the solver may leave: below nothing is violated, above nothing holds")
  func toleranceFactor() {
    expect(judge(0.999e-7, 0.999e-7), .inconclusive, "does not shrink")
    expect(judge(1.001e-7, 1.001e-7), .violated)
    expect(judge(0.999e-5, 0.999e-7), .holds, "shrinks with the tolerance")
    expect(judge(1.001e-5, 1.001e-7), .inconclusive, "above 1000 × the tolerance")
  }

  @Test("one rung is too few, two are enough")
  func rungs() {
    let evidence = Evidence(residual: 0, power: 1, largestTerm: 1, worstTime: 0, worstLaw: "a")
    let rung = RungEvidence(relativeTolerance: 1e-10, steps: 100, incompleteness: nil, evidence: evidence)
    expect(JudgingRule.judge(hypotheses: [], rungs: [rung]), .inconclusive, "one rung cannot tell")
    expect(judge(0, 0), .holds)
  }

  @Test("tolerances ten times apart are compared, up to the rounding of decimals")
  func refinement() {
    expect(judge(0.05, 0.05, at: (9.995e-10, 1e-10)), .violated)
    expect(judge(0.05, 0.05, at: (9.985e-10, 1e-10)), .inconclusive)
    expect(judge(1e-9, 1e-10, at: (9.985e-10, 1e-10)), .inconclusive, "10 times that of the tightest")
  }

  @Test("residuals within a tenth of each other are the same number")
  func agreement() {
    expect(judge(1.11e-2, 1e-2), .violated)
    expect(judge(1.112e-2, 1e-2, power: 100), .inconclusive, "still changes")
    expect(judge(0.901e-2, 1e-2), .violated)
    expect(judge(0.899e-2, 1e-2, power: 100), .inconclusive, "still changes")
  }

  @Test("a hundredth more steps are no refinement, and 10 τ a step are the solver's then")
  func grid() {
    expect(judge(9e-5, 9e-5, steps: (100_000, 101_000), landing: true), .inconclusive, "save times")
    expect(judge(9e-5, 9e-5, steps: (100_000, 101_010), landing: true), .violated)
    expect(judge(0.999e-4, 0.999e-4, steps: (1000, 1000), landing: true), .inconclusive, "save times")
    expect(judge(1.001e-4, 1.001e-4, steps: (1000, 1000), landing: true), .violated)
  }

  @Test(
    "steps that end at save times need not let a residual shrink that is below the tolerance: it holds to the tolerance"
  )
  func belowTheTolerance() {
    let loose = (1e-6, 1e-8)
    expect(judge(0.999e-8, 0.999e-8, at: loose, landing: true), .holds, "holds to 1e-08, the tolerance")
    expect(judge(1e-12, 0.999e-8, at: loose, landing: true), .holds, "holds to 1e-08, the tolerance")
    expect(judge(1.001e-8, 1.001e-8, at: loose, steps: (100, 200), landing: true), .inconclusive, "does not shrink")
    expect(judge(0.999e-8, 0.999e-8, at: loose), .inconclusive, "does not shrink")
    // What it holds to is what an error of 1 % must show beside.
    expect(judge(0.999e-8, 0.999e-8, at: loose, power: 1.001e-5, landing: true), .holds)
    expect(judge(0.999e-8, 0.999e-8, at: loose, power: 0.998e-5, landing: true), .inconclusive)
  }

  @Test("a tolerance of 1e-10 is an answer in itself: a residual below it holds, whether it shrinks or grows")
  func sharpTolerance() {
    expect(judge(0.999e-10, 0.999e-10), .holds, "below the tolerance")
    expect(judge(1e-12, 0.999e-10), .holds, "below the tolerance")
    expect(judge(1.001e-10, 1.001e-10), .inconclusive, "does not shrink")
    expect(judge(0.9e-10, 0.9e-10, at: (1e-8, 1.01e-10)), .inconclusive, "does not shrink")
  }

  @Test("rungs of methods that interpolate and took the very same one step agree in everything, which says nothing")
  func sameSteps() {
    func pair(
      _ meshes: (UInt64?, UInt64?), steps: Int = 1, residual: Double = 0.05, landing: Bool = false
    ) -> Judgement {
      func rung(_ tolerance: Double, _ mesh: UInt64?, _ steps: Int) -> RungEvidence {
        RungEvidence(
          relativeTolerance: tolerance, steps: steps, landsOnSaves: landing, mesh: mesh, incompleteness: nil,
          evidence: Evidence(residual: residual, power: 1, largestTerm: 1, worstTime: 0, worstLaw: "a"))
      }
      return JudgingRule.judge(hypotheses: [met], rungs: [rung(1e-8, meshes.0, steps), rung(1e-10, meshes.1, steps)])
    }
    expect(pair((7, 7)), .inconclusive, "took the same one step")
    expect(pair((7, 7), steps: 2), .violated)
    expect(pair((7, 8)), .violated)
    expect(pair((nil, nil)), .violated)
    expect(pair((7, 7), residual: 0), .holds)
    // Where save times are steps, that is for what their number allows.
    expect(pair((7, 7), landing: true), .violated)
  }

  @Test("the order of a residual that shrinks is at least one half")
  func order() {
    // 2e-10 · 100^0.495 and 2e-10 · 100^0.505.
    expect(judge(1.9544e-9, 2e-10), .inconclusive, "does not shrink")
    expect(judge(2.0466e-9, 2e-10), .holds)
  }

  @Test("the coarser rung's residual counts, shrunk at order one half")
  func cancellation() throws {
    // 1e-6 · (1e-10/1e-8)^0.5 = 1e-7, times ten over the movement.
    let visible = try #require(judge(1e-6, 1e-12).smallestVisibleRateError)
    #expect(abs(visible - 1e-6) < 1e-12)
  }

  @Test("a 1 % error must show ten times above the roundoff")
  func power() {
    // 10 · 200 u over the movement is 1 %.
    expect(judge(0, 0, power: 1.001 * 2e5 * unit), .holds)
    expect(judge(0, 0, power: 0.999 * 2e5 * unit), .inconclusive, "a 1% error in one block would not have been seen")
  }

  @Test("a residual is told from the terms' own rounding ten times above it, and rounding hides a 1 % error likewise")
  func rounding() {
    expect(judge(1e-4, 1e-4, rounding: 0.999e-5), .violated)
    expect(judge(1e-4, 1e-4, rounding: 1.001e-5), .inconclusive)
    expect(judge(0, 0, rounding: 0.999e-3), .holds)
    expect(judge(0, 0, rounding: 1.001e-3), .inconclusive, "rounding alone")
  }
}

extension EqualityThresholdTests {
  /// Two rungs whose residuals agree, with an estimated budget or a bound.
  private func agreeing(_ residual: Double, budget: Double, isEstimate: Bool) -> Judgement {
    func rung(_ tolerance: Double) -> RungEvidence {
      var evidence = Evidence(
        residual: residual, power: 1, largestTerm: 1, worstTime: 0, worstLaw: "a", budget: budget)
      evidence.budgetIsEstimate = isEstimate
      return RungEvidence(
        relativeTolerance: tolerance, steps: tolerance > 1e-9 ? 500 : 600, incompleteness: nil, evidence: evidence)
    }
    return JudgingRule.judge(hypotheses: [met], rungs: [rung(1e-8), rung(1e-10)])
  }

  @Test(
    "a drift that the estimated errors of its integrals explain is no violation, one above them or beside a bound is")
  func estimates() {
    expect(agreeing(1e-3, budget: 1.001e-3, isEstimate: true), .inconclusive)
    expect(agreeing(1e-3, budget: 0.999e-3, isEstimate: true), .violated)
    expect(agreeing(1e-3, budget: 1.001e-3, isEstimate: false), .violated)
  }

  @Test("a drift above an estimated budget may hold, one above a bound may not")
  func excess() {
    func judgement(_ isEstimate: Bool) -> Judgement {
      func rung(_ tolerance: Double, _ residual: Double) -> RungEvidence {
        var evidence = Evidence(
          residual: residual, power: 1, largestTerm: 1, worstTime: 0, worstLaw: "a", budget: 1e-13)
        evidence.budgetIsEstimate = isEstimate
        return RungEvidence(relativeTolerance: tolerance, steps: 600, incompleteness: nil, evidence: evidence)
      }
      return JudgingRule.judge(hypotheses: [met], rungs: [rung(1e-8, 1e-9), rung(1e-10, 1e-11)])
    }
    expect(judgement(true), .holds)
    expect(judgement(false), .inconclusive, "local errors explain")
  }
}
