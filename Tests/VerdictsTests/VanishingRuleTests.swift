import CMath
import Testing
import Verdicts

@Suite("The rule of departures that vanish with the scale")
struct VanishingRuleTests {
  private static let scales = (0...4).map { pow(0.5, Double($0)) }
  private static let decade = [1e-1, 1e-1 / 4, 1e-2, 1e-2 / 4, 1e-3]

  private func rung(_ tolerance: Double, _ residual: Double, power: Double = 1) -> RungEvidence {
    RungEvidence(
      relativeTolerance: tolerance, steps: 100, incompleteness: nil,
      evidence: Evidence(residual: residual, power: power, largestTerm: 1, worstTime: 1, worstLaw: "law"))
  }

  private func point(
    _ scale: Double, _ departure: Double, off: Double = 0, power: Double = 1, incompleteness: String? = nil
  ) -> VanishingEvidence {
    let coarse = rung(1e-10, departure * (1 + off), power: power)
    var fine = rung(1e-12, departure, power: power)
    if let incompleteness {
      fine = RungEvidence(
        relativeTolerance: 1e-12, steps: 100, incompleteness: incompleteness, evidence: fine.evidence)
    }
    return VanishingEvidence(
      scale: scale, alone: JudgingRule.judge(hypotheses: [], rungs: [coarse, fine]), coarse: coarse, fine: fine)
  }

  private func judge(
    _ scales: [Double] = Self.scales, off: Double = 0, _ hypotheses: [Hypothesis] = [met],
    _ departure: (Double) -> Double
  ) -> Judgement {
    VanishingRule.judge(hypotheses: hypotheses, scales.map { point($0, departure($0), off: off) })
  }

  @Test("a power of the scale holds, from one half on")
  func powers() {
    expect(judge { 0.04 * $0 * $0 }, .holds, "over 4 halvings of α the departure falls to 0.00016, at the end like α^2")
    expect(judge { 0.04 * pow($0, 0.51) }, .holds)
    expect(judge { 0.04 * pow($0, 0.49) }, .inconclusive, "not told from a logarithm")
    expect(judge([unmet]) { 0.04 * $0 }, .vacuous)
  }

  private func judge(_ hypotheses: [Hypothesis], _ departure: (Double) -> Double) -> Judgement {
    judge(Self.scales, hypotheses, departure)
  }

  @Test("slopes may fall off by 0.15, no more")
  func curvature() {
    func bent(_ by: Double) -> Judgement {
      judge { scale in
        // The last halving falls by a slope that much smaller.
        scale > 0.0626 ? 0.04 * scale : 0.04 * 0.125 * pow(0.5, 1 - by)
      }
    }
    expect(bent(0.149), .holds)
    expect(bent(0.151), .inconclusive, "slopes 1, 0.85")
    // Nor does 1/ln(1/α) hold.
    expect(judge([1e-2, 1e-3, 1e-4, 1e-5, 1e-6]) { 0.05 / log(1 / $0) }, .inconclusive, "logarithm")
  }

  @Test("the last departure is at most 5 %, the ladder four halvings over five scales")
  func ends() {
    expect(judge { 0.0499 * 16 * $0 }, .holds)
    expect(judge { 0.0501 * 16 * $0 }, .inconclusive, "still 0.05")
    expect(judge([1, 0.5, 0.25, 0.0625]) { 0.04 * $0 }, .inconclusive, "over 4 scales")
    expect(judge([1, 0.7, 0.5, 0.25, 0.07]) { 0.04 * $0 }, .inconclusive, "four halvings")
  }

  @Test("what has ceased to fall over a decade is violated")
  func ceased() {
    expect(judge(Self.decade) { 0.02 + 0.5 * $0 * $0 * $0 }, .violated, "does not vanish")
    expect(judge(Self.decade) { 0.02 * pow($0, 0.019) }, .violated)
    expect(judge(Self.decade) { 0.02 * pow($0, 0.021) }, .inconclusive)
    expect(judge { 0.02 + 1e-9 * $0 }, .violated)
    // Over less than a decade nothing is refuted.
    expect(judge([1, 0.9, 0.8, 0.7, 0.6]) { 0.02 + 1e-9 * $0 }, .inconclusive)
  }

  @Test("a departure must be known to a tenth")
  func knowledge() {
    expect(judge(off: 0.099) { 0.04 * $0 }, .holds)
    expect(judge(off: 0.101) { 0.04 * $0 }, .inconclusive, "known only to")
    expect(judge(Self.decade, off: 0.2) { _ in 0.02 }, .inconclusive)
    let open = Self.scales.map { point($0, 0.04 * $0, incompleteness: $0 < 0.1 ? "it stopped" : nil) }
    expect(VanishingRule.judge(hypotheses: [], open), .inconclusive, "α = 0.062 is incomplete: it stopped")
    expect(VanishingRule.judge(hypotheses: [], []), .inconclusive)
    expect(judge { _ in .nan }, .inconclusive)
  }

  @Test("no departure at any scale holds where the claim does at every scale")
  func exact() {
    expect(judge { _ in 1e-15 }, .holds, "holds at every scale from α = 1 to 0.062")
    // The flow moved nothing at the last scale.
    let idle = Self.scales.map { point($0, 1e-15, power: $0 < 0.1 ? 1e-14 : 1) }
    expect(VanishingRule.judge(hypotheses: [], idle), .inconclusive, "at α = 0.062 alone it is inconclusive")
  }

  @Test("a departure falls until there is none, at the last two scales")
  func falling() {
    expect(judge { $0 > 0.2 ? 1e-4 * $0 : 1e-15 }, .holds, "falls until there is none")
    expect(judge { $0 > 0.1 ? 1e-4 * $0 : 1e-15 }, .holds, "at the end like α^1")
    expect(judge { $0 > 0.3 ? 1e-15 : 1e-4 * $0 }, .inconclusive, "does not fall from α = 0.5 to 0.25")
    expect(judge { 0.04 * ($0 == 0.25 ? 1 : $0) }, .inconclusive, "does not fall from α = 0.5 to 0.25")
  }
}
