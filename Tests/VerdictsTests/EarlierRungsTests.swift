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

  @Test("a tighter rung above 1000 of its τ takes a word back, or one that hides an error of 1 %")
  func incompatible() {
    expect(judge(rungs([1e-6, 1e-8, 0.999e-6], at: [1e-6, 1e-8, 1e-9])), .holds, "1e-06")
    expect(judge(rungs([1e-6, 1e-8, 1.001e-6], at: [1e-6, 1e-8, 1e-9])), .inconclusive)
    expect(judge(rungs([1e-6, 1e-8, 0.999e-6], at: [1e-6, 1e-8, 1e-9], power: 1.001e-3)), .holds)
    expect(judge(rungs([1e-6, 1e-8, 0.999e-6], at: [1e-6, 1e-8, 1e-9], power: 0.998e-3)), .inconclusive)
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
        let agrees = abs(a - b) <= 0.1 * max(a, b) && b > 1e5 * unit && b > ladder[count - 1]
        #expect(agrees || b > 1000 * ladder[count - 1], "\(residuals), \(count): \(after)")
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
