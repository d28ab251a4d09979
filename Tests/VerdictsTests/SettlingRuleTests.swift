import Testing
import Verdicts

/// Every branch of the rule that ends a ladder, and every number in it from both sides.
@Suite("When a ladder is settled")
struct SettlingRuleTests {
  private func rungs(
    _ residuals: [Double], at tolerances: [Double] = [1e-6, 1e-8, 1e-10, 1e-12], power: Double = 1,
    rounding: Double = 0,
    incomplete: String? = nil
  ) -> [RungEvidence] {
    zip(tolerances, residuals).enumerated().map { k, pair in
      RungEvidence(
        relativeTolerance: pair.0, steps: 500 + 50 * k, incompleteness: incomplete,
        evidence: Evidence(
          residual: pair.1, power: power, largestTerm: 1, worstTime: 0, worstLaw: "a", rounding: rounding))
    }
  }

  private func settle(_ rungs: [RungEvidence], start: [Hypothesis] = [met], path: [Hypothesis] = []) -> Settlement? {
    SettlingRule.settle(start: start, hypotheses: start + path, rungs: rungs)
  }

  @Test("an unmet hypothesis of the start settles from the second rung on, one of the path does not")
  func vacuous() {
    #expect(settle(rungs([1, 1]), start: [met, unmet]) == .vacuous)
    #expect(settle(rungs([1]), start: [unmet]) == nil)
    #expect(settle(rungs([0, 0, 0]), path: [unmet]) == nil)
    #expect(settle(rungs([0.5, 0.5, 0.5]), path: [unmet]) == nil)
  }

  @Test("two rungs settle a violation above 10⁶ τ and 10³ violation levels")
  func plainlyViolated() {
    #expect(settle(rungs([0.05, 0.05])) == .plainlyViolated)
    #expect(settle(rungs([1.001e-2, 1.001e-2])) == .plainlyViolated)
    #expect(settle(rungs([0.999e-2, 0.999e-2])) == nil)
    let tight = [1e-13, 1e-15]
    let level = 1e8 * unit
    #expect(settle(rungs([1.001 * level, 1.001 * level], at: tight)) == .plainlyViolated)
    #expect(settle(rungs([0.999 * level, 0.999 * level], at: tight)) == nil)
    #expect(settle(rungs([0.05, 0.056])) == nil)
  }

  @Test("three rungs settle a violation on which all of them agree")
  func violated() {
    #expect(settle(rungs([5e-5, 5e-5])) == nil)
    #expect(settle(rungs([5e-5, 5e-5, 5e-5])) == .violated)
    // Neighbours agree within 10 %, all three do not.
    #expect(settle(rungs([5e-5, 5.4e-5, 5.85e-5])) == nil)
    #expect(settle(rungs([5e-5, 5.2e-5, 5.45e-5])) == .violated)
    // Violated for the first time.
    #expect(settle(rungs([1e-4, 5e-5, 5e-5])) == nil)
  }

  @Test("two rungs at roundoff settle an equality, their evaluation's own rounding counted")
  func roundoff() {
    let level = 200 * unit
    #expect(settle(rungs([0.999 * level, 0.999 * level])) == .roundoff)
    #expect(settle(rungs([1.001 * level, 0.999 * level])) == nil)
    #expect(settle(rungs([1e-12, 1e-12], rounding: 1.001e-12)) == .roundoff)
    #expect(settle(rungs([1e-12, 1e-12], rounding: 0.999e-12)) == nil)
  }

  @Test("three rungs settle an equality whose residual, the solver's share included, could not be called a violation")
  func holds() {
    #expect(settle(rungs([1e-9, 1e-11])) == nil)
    #expect(settle(rungs([1e-9, 1e-11, 1e-13])) == .holds)
    #expect(settle(rungs([1e-9, 1e-11, 1e-13, 3e-14])) == .holds)
    // The rung before counts a tenth: 1.5e-11 of 1e5 u.
    let level = 1e5 * unit
    #expect(settle(rungs([1e-8, 1.5e-10, 0.999 * level - 1.5e-11])) == .holds)
    #expect(settle(rungs([1e-8, 1.5e-10, 1.001 * level - 1.5e-11])) == nil)
    // A residual may be as large as what its rounding excuses.
    #expect(settle(rungs([1.01e-8, 1e-9, 0.999e-10], rounding: 2e-11)) == .holds)
    #expect(settle(rungs([1.01e-8, 1e-9, 0.999e-10], rounding: 1.9e-11)) == nil)
    // Holds for the first time.
    #expect(settle(rungs([1e-11, 1e-11, 1e-13])) == nil)
  }

  @Test("an inconclusive word settles nothing, nor do rungs that are not ten times apart")
  func undecided() {
    #expect(settle(rungs([1e-9, 1e-11, 1e-13], power: 1e-12)) == nil)
    #expect(settle(rungs([0, 0, 0], incomplete: "the steps ran out")) == nil)
    #expect(settle(rungs([9e-8, 9e-8, 9e-8])) == nil)
    #expect(settle(rungs([1e-9, 1e-11, 1e-13], at: [1e-6, 1e-8, 2e-9])) == nil)
    #expect(settle(rungs([0.05, 0.05, 0.05], at: [1e-6, 2e-7, 1e-8])) == nil)
    #expect(settle([]) == nil)
  }

  @Test("a bound is settled where every slack less its uncertainty is above −1e5 u of its size")
  func bounds() {
    func rungs(_ slacks: [Double]) -> [RungEvidence] {
      zip([1e-6, 1e-8, 1e-10, 1e-12], slacks).enumerated().map { k, pair in
        let (tolerance, slack) = pair
        let margin = Margin(
          laws: ["a"], times: [1], slack: [slack], least: [slack], size: [1], tightness: 1, tightestLaw: "a",
          tightestTime: 1)
        return RungEvidence(
          relativeTolerance: tolerance, steps: 500 + 50 * k, incompleteness: nil, evidence: Evidence(margin: margin))
      }
    }
    #expect(settle(rungs([0.1, 0.1, 0.1])) == .holds)
    #expect(settle(rungs([0.1, 0.1])) == nil)
    // u_slack is three times the change and 2000 u.
    let change = (1e5 - 2000) * unit / 3
    #expect(settle(rungs([0, 0.999 * change, 0])) == .holds)
    #expect(settle(rungs([0, 1.001 * change, 0])) == nil)
    // A bound that is exceeded by 5 % is so on two rungs already; by 5e-5 of it, on three.
    #expect(settle(rungs([-0.05, -0.05])) == .plainlyViolated)
    #expect(settle(rungs([-5e-5, -5e-5])) == nil)
    #expect(settle(rungs([-5e-5, -5e-5, -5e-5])) == .violated)
  }

  @Test("an exponent is settled where none that its interval covers could be refuted")
  func exponents() {
    func rungs(_ exponent: Double, width: Double, count: Int) -> [RungEvidence] {
      [1e-6, 1e-8, 1e-10].prefix(count).map { tolerance in
        var evidence = Evidence(residual: 1e-14, power: 1, largestTerm: 1, worstTime: 0, worstLaw: "a")
        evidence.claimedExponent = 1.5
        evidence.fit = ExponentFit(
          exponent: exponent, misfitWidth: width, worstResidual: 1e-14, rms: 1e-14, sensitivity: 1, dynamicRange: 50,
          components: 1, rivals: [])
        return RungEvidence(relativeTolerance: tolerance, steps: 500, incompleteness: nil, evidence: evidence)
      }
    }
    // The half-width is the misfit's and 1e-13; ten of the least are 1e-12.
    #expect(settle(rungs(1.5, width: 3.99e-13, count: 3)) == .holds)
    #expect(settle(rungs(1.5, width: 4.01e-13, count: 3)) == nil)
    #expect(settle(rungs(1.5, width: 1e-14, count: 2)) == nil)
    #expect(settle(rungs(1.6, width: 1e-13, count: 2)) == nil)
    #expect(settle(rungs(1.6, width: 1e-13, count: 3)) == .violated)
  }

  @Test("what tighter rungs would call violated is never settled as holding")
  func neverTooEarly() {
    let ladder = [1e-6, 1e-8, 1e-10, 1e-12, 1e-14]
    for exponent in 2...13 {
      for mantissa in [1, 3, 7] as [Double] {
        var size = mantissa
        for _ in 0..<exponent { size /= 10 }
        // The solver's error, of either sign and of several orders; some cancel the violation on one rung.
        for constant in [1e-3, 0.1, 1, 30, 900, size / 1e-8, size / 1e-10] {
          for sign in [1, -1] as [Double] {
            let residuals = ladder.map { abs(size + sign * constant * $0) + 1e-15 }
            let all = rungs(residuals, at: ladder)
            let words = (2...5).map { JudgingRule.judge(hypotheses: [], rungs: Array(all.prefix($0))).verdict }
            for count in 2...4 {
              guard let settled = settle(Array(all.prefix(count))) else { continue }
              let later = words.suffix(from: count - 1)
              #expect(!(settled.verdict == .holds && later.contains(.violated)), "\(residuals)")
              #expect(!(settled.verdict == .violated && later.contains(.holds)), "\(residuals)")
            }
          }
        }
      }
    }
  }
}
