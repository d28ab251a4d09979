import Foundation
import Testing
import Verdicts

/// What tighter rungs may take back, and what they may not.
@Suite("Earlier rungs")
struct EarlierRungsTests {
  private func rungs(
    _ residuals: [Double], at tolerances: [Double] = [1e-6, 1e-8, 1e-10, 1e-12, 1e-14], power: Double = 1,
    incomplete: Set<Int> = []
  ) -> [RungEvidence] {
    zip(tolerances, residuals).enumerated().map { k, pair in
      RungEvidence(
        relativeTolerance: pair.0, steps: 500 + 100 * k,
        incompleteness: incomplete.contains(k) ? "the steps ran out" : nil,
        evidence: Evidence(residual: pair.1, power: power, largestTerm: 1, worstTime: 0, worstLaw: "a"))
    }
  }

  private func judge(_ rungs: [RungEvidence]) -> Judgement { JudgingRule.judge(hypotheses: [met], rungs: rungs) }

  @Test("drifts that meet a floor below the tolerance hold, and hold without the last rung")
  func floor() {
    expect(judge(rungs([3.9e-9, 6.1e-12, 8.4e-14, 5.7e-14])), .holds, "5.7e-14")
    expect(judge(rungs([3.9e-9, 6.1e-12, 8.4e-14])), .holds)
    // On a still tighter rung the floor is above the tolerance.
    expect(judge(rungs([3.9e-9, 6.1e-12, 8.4e-14, 5.7e-14, 5e-14])), .holds, "5.7e-14")
    expect(judge(rungs([3.9e-9, 6.1e-12, 8.4e-14, 5.7e-14, 3e-12])), .holds, "3e-12")
  }

  @Test(
    "a residual that stays above the tolerance takes a word back, one that would be violated by a tighter rung even more so"
  )
  func stuck() {
    expect(judge(rungs([1e-6, 5e-10, 5e-10, 5e-10])), .inconclusive, "does not shrink")
    expect(judge(rungs([1e-6, 1e-8, 1e-8, 1e-8])), .violated)
    // 1e5 u: below it nothing is called a violation, so nothing is taken back.
    expect(judge(rungs([1e-6, 1e-9, 2.21e-11, 2.21e-11])), .holds, "2.2e-11")
    expect(judge(rungs([1e-6, 1e-9, 2.23e-11, 2.23e-11])), .inconclusive)
    // At τ itself and below it.
    expect(judge(rungs([1e-6, 5e-11, 5e-11], at: [1e-6, 1e-8, 4.9e-11])), .inconclusive)
    expect(judge(rungs([1e-6, 5e-11, 5e-11], at: [1e-6, 1e-8, 5.1e-11])), .holds)
  }

  @Test("a tighter rung that is no smaller takes a word back, above its τ, and so does one that hides an error of 1 %")
  func incompatible() {
    let tolerances = [1e-6, 1e-8, 1e-9]
    // From 1e-6 at 1e-6, a solver of order 1/2 leaves 3.16e-8 at 1e-9; 10 % below the rung before counts as smaller.
    expect(judge(rungs([1e-6, 3e-8, 2.69e-8], at: tolerances)), .holds, "3e-08")
    expect(judge(rungs([1e-6, 3e-8, 2.71e-8], at: tolerances)), .inconclusive)
    expect(judge(rungs([1e-6, 1e-8, 3e-8], at: tolerances)), .inconclusive)
    expect(judge(rungs([1e-6, 1e-8, 0.999e-6], at: tolerances)), .inconclusive)
    expect(judge(rungs([1e-6, 3e-8, 2.69e-8], at: tolerances, power: 1.01e-4)), .holds)
    expect(judge(rungs([1e-6, 3e-8, 2.69e-8], at: tolerances, power: 0.99e-4)), .inconclusive)
  }

  @Test("a tighter rung above its τ that falls more slowly than order 1/2 from the first one takes a word back")
  func slow() {
    let tolerances = [1e-6, 1e-8, 1e-10, 1e-11]
    // 1e-6 shrinks to 3.16e-9 at 1e-11 by order 1/2.
    expect(judge(rungs([1e-6, 5e-8, 4e-9, 3.1e-9], at: tolerances)), .holds, "5e-08")
    expect(judge(rungs([1e-6, 5e-8, 4e-9, 3.2e-9], at: tolerances)), .inconclusive)
    // What was seen: a flow with a wrong rate whose first rungs hide it in the solver's error.
    expect(judge(rungs([1.7e-4, 4.6e-5, 5.7e-5], at: [1e-3, 1e-4, 1e-5], power: 0.0825)), .inconclusive)
    expect(judge(rungs([9.7e-5, 2.8e-5, 5.2e-5], at: [1e-3, 1e-4, 1e-5], power: 0.0825)), .inconclusive)
    expect(judge(rungs([2.5e-4, 7e-5, 5.2e-5], at: [1e-3, 1e-4, 1e-5], power: 0.0825)), .inconclusive)
    // And a true law whose second rung happens to be small.
    expect(judge(rungs([1.66e-7, 5.5e-10, 2.6e-10], at: [1e-6, 1e-8, 1e-10])), .holds, "5.5e-10")
  }

  @Test("a residual above 1000 of its τ that still falls by a factor of three takes nothing back")
  func stillFalling() {
    let tolerances = [1e-5, 1e-7, 1e-9, 1e-11]
    expect(judge(rungs([1e-3, 4e-6, 6.7e-8, 2.2e-8], at: tolerances)), .holds, "6.7e-08")
    expect(judge(rungs([1e-3, 4e-6, 6.5e-8, 2.2e-8], at: tolerances)), .inconclusive, "above 1000")
  }

  @Test("incomplete rungs, and those without a number, are set aside by name")
  func setAside() {
    expect(judge(rungs([1e-6, 1e-8, 1e-10, 0.5], incomplete: [3])), .holds, "rtol 1e-12 is incomplete")
    expect(judge(rungs([1e-6, 1e-8, .nan])), .holds, "rtol 1e-10 is not finite")
    expect(judge(rungs([0.5, 1e-8, 1e-10], incomplete: [0])), .holds, "rtol 1e-06")
    expect(judge(rungs([1e-6, 1e-8], incomplete: [1])), .inconclusive, "the steps ran out")
    expect(judge(rungs([1e-6, .nan])), .inconclusive, "not finite")
    expect(judge(rungs([0.05, 0.05, 0], incomplete: [2])), .violated)
  }

  @Test("a further rung never makes a word worse unless it speaks for a violation")
  func monotone() {
    var generator = SplitMix(seed: 7)
    let ladder = [1e-6, 1e-8, 1e-10, 1e-12, 1e-14]
    var held = 0
    for _ in 0..<20_000 {
      // A solver error of random size and order, a floor, and for one in three a violation.
      let order = 0.3 + 0.9 * generator.uniform()
      let size = pow10(6 * generator.uniform() - 4)
      let floor = pow10(4 * generator.uniform() - 16)
      let violation = generator.uniform() < 1 / 3.0 ? pow10(10 * generator.uniform() - 13) : 0
      let residuals = ladder.map { tolerance in
        abs(violation + size * power(tolerance, order) * (2 * generator.uniform() - 1)) + floor * generator.uniform()
      }
      let all = rungs(residuals, at: ladder)
      for count in 3...5 {
        let (before, after) = (judge(Array(all.prefix(count - 1))), judge(Array(all.prefix(count))))
        guard before.verdict == .holds, after.verdict == .inconclusive else {
          held += after.verdict == .holds ? 1 : 0
          continue
        }
        let (a, b) = (residuals[count - 2], residuals[count - 1])
        let tolerance = ladder[count - 1]
        let isStill = b >= 0.9 * a && b > 1e5 * unit
        // Above what order 1/2 leaves of every rung from which the next one shrank.
        let isSlow = (0..<(count - 2)).allSatisfy { k in
          let half = residuals[k] * (ladder[k + 1] / ladder[k]).squareRoot()
          return residuals[k + 1] > max(half, ladder[k + 1])
            || b > residuals[k] * (tolerance / ladder[k]).squareRoot()
        }
        let speaks = b > 1000 * tolerance || b > tolerance && (isStill || isSlow)
        #expect(speaks, "\(residuals), \(count): \(after)")
      }
    }
    #expect(held > 20_000)
  }
}

/// Random numbers that are the same on every machine.
private struct SplitMix {
  var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func uniform() -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Double((z ^ (z >> 31)) >> 11) * 0x1p-53
  }
}

private func pow10(_ exponent: Double) -> Double { power(10, exponent) }

private func power(_ base: Double, _ exponent: Double) -> Double { Foundation.pow(base, exponent) }
