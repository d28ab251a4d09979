import Testing
import Verdicts

/// What rounding makes of a residual in the method, where that was measured.
@Suite("Rounding in the method")
struct MethodRoundingTests {
  /// A ladder whose last rung has this residual, beside those of runs that differ from it in rounding alone.
  private func judge(_ residual: Double, besides others: [Double], power: Double = 1) -> Judgement {
    let rungs = [(1e-8, 5e-9), (1e-10, 3.2e-11), (1e-12, residual)].map { tolerance, residual in
      var evidence = Evidence(
        residual: residual, power: power, largestTerm: 1, worstTime: 0, worstLaw: "a")
      if tolerance == 1e-12 { evidence.noteMethodRounding(besides: others) }
      return RungEvidence(relativeTolerance: tolerance, steps: 500, incompleteness: nil, evidence: evidence)
    }
    return JudgingRule.judge(hypotheses: [met], rungs: rungs)
  }

  @Test(
    "residuals that differ between runs are rounding's up to ten times their range, those that are the same are not")
  func range() {
    expect(judge(4.9e-11, besides: []), .inconclusive)
    // What is not ten times above φ takes back nothing of what coarser rungs showed: here 10 × 5e-12 and 10 × 4.8e-12.
    expect(judge(4.9e-11, besides: [4.4e-11, 4.5e-11]), .holds, "down to rtol 1e-10")
    expect(judge(4.9e-11, besides: [4.42e-11, 4.5e-11]), .inconclusive)
    // A law that is false by 5e-11 is so on every run.
    expect(judge(5e-11, besides: [5.01e-11, 4.99e-11]), .inconclusive)
    expect(judge(5e-11, besides: [.nan, 1e-11]), .inconclusive)
    // 10 φ must leave an error of 1 % visible.
    expect(judge(4.9e-11, besides: [4.4e-11, 4.5e-11], power: 5.2e-7), .holds)
    expect(judge(4.9e-11, besides: [4.4e-11, 4.5e-11], power: 4.8e-7), .inconclusive)
  }

  @Test("it is asked for where a residual above the floor may still be the solver's, and of equalities alone")
  func asked() {
    func asks(_ residual: Double, incomplete: String? = nil, margin: Margin? = nil) -> Bool {
      var evidence = Evidence(residual: residual, power: 1, largestTerm: 1, worstTime: 0, worstLaw: "a")
      evidence.margin = margin
      return JudgingRule.mayBeMethodRounding(
        RungEvidence(relativeTolerance: 1e-12, steps: 500, incompleteness: incomplete, evidence: evidence))
    }
    #expect(asks(0.999e-9) && !asks(1.001e-9))
    #expect(asks(201 * unit) && !asks(199 * unit))
    #expect(!asks(1e-11, incomplete: "the steps ran out") && !asks(.nan))
  }
}
