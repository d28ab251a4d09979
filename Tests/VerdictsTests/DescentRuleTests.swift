import Testing
import Verdicts

@Suite("The rule of the one-step formula")
struct StepLawRuleTests {
  private func judge(_ departure: Double, power: Double = 1, _ hypotheses: [Hypothesis] = [met]) -> Judgement {
    StepLawRule.judge(
      hypotheses: hypotheses, evidence: StepLawEvidence(departure: departure, power: power, iterations: 70))
  }

  @Test("200 u are roundoff, 1e5 u a violation, and between them nothing is known")
  func levels() {
    expect(judge(0.999 * 200 * unit), .holds, "at each of 70 iterations")
    expect(judge(1.001 * 200 * unit), .inconclusive, "more than roundoff")
    expect(judge(0.999e5 * unit), .inconclusive, "more than roundoff")
    expect(judge(1.001e5 * unit), .violated, "an iteration departs from the formula by 2.2e-11 of the largest term")
    expect(judge(.nan), .inconclusive)
    expect(judge(.infinity), .violated)
    expect(judge(1, [unmet]), .vacuous)
  }

  @Test("a 1 % error must have shown ten times above roundoff")
  func power() throws {
    expect(judge(0, power: 1.001 * 2e5 * unit), .holds)
    expect(judge(0, power: 0.999 * 2e5 * unit), .inconclusive, "no iteration moved a term by more than 4.4e-11")
    #expect(try #require(judge(0, power: 0.5).smallestVisibleRateError) == 4000 * unit)
    expect(judge(1, power: 0), .violated)
  }
}

@Suite("The rule of the bound on the gap")
struct GapBoundRuleTests {
  private func judge(
    _ samples: [(gap: Double, bound: Double, cautious: Double)], slack: Double = 0, looseness: Double? = 7,
    isConverged: Bool = true, incompleteness: String? = nil, _ hypotheses: [Hypothesis] = [met]
  ) -> Judgement {
    let track = GapBoundEvidence.Track(
      rate: 0.02, samples: samples.map { .init(time: 3, gap: $0.gap, bound: $0.bound, cautious: $0.cautious) },
      isSpectrumConverged: isConverged)
    return GapBoundRule.judge(
      hypotheses: hypotheses,
      evidence: GapBoundEvidence(
        tracks: samples.isEmpty ? [] : [track], slack: slack, looseness: looseness, incompleteness: incompleteness))
  }

  @Test("a gap within the bound holds, beyond both bounds it is violated, beyond one of them nothing is known")
  func bounds() {
    expect(
      judge([(0, 1, 1), (0.999, 1, 1)]), .holds,
      "at all 2 sampled times: the gap comes to 1 of the bound (at rate 0.02, t = 3); at its largest the smallest rate's bound "
        + "is 7 times")
    expect(judge([(0.999, 1, 1)], looseness: nil), .holds, "is many times")
    expect(judge([(1.001, 1, 1)]), .violated, "the gap is 1 times the bound at rate 0.02, t = 3")
    expect(judge([(1.001, 1, 1.002)]), .inconclusive, "m changes too fast for its samples")
    expect(judge([(1.999, 1, 1)], slack: 1), .holds)
    expect(judge([(2.001, 1, 1)], slack: 1), .violated)
  }

  @Test("a bound known only up to a factor of ten thousand is none")
  func spread() {
    expect(judge([(0, 1, 9999)]), .holds)
    expect(judge([(0, 1, 10_001)]), .inconclusive, "up to a factor 10001")
    expect(judge([(0, 0, 1), (0, .infinity, .infinity)]), .holds)
  }

  @Test("eigenvalues that did not converge, no stable descent, an incomplete reference, an unmet hypothesis")
  func others() {
    expect(judge([(0.5, 1, 1)], isConverged: false), .inconclusive, "did not converge")
    expect(judge([(1.5, 1, 1)], isConverged: false), .violated)
    expect(judge([]), .inconclusive, "no descent stayed below its stability limit")
    expect(judge([(2, 1, 1)], incompleteness: "stuck; try"), .inconclusive, "the reference flow is incomplete: stuck")
    expect(judge([(2, 1, 1)], incompleteness: "stuck", [unmet]), .vacuous)
  }

  @Test("the largest ratio is the one named")
  func place() {
    let tracks = [(0.02, 0.3), (0.01, 0.6)].map { rate, gap in
      GapBoundEvidence.Track(
        rate: rate,
        samples: [
          .init(time: 1, gap: gap / 2, bound: 1, cautious: 2), .init(time: 2, gap: gap, bound: 1, cautious: 2),
        ],
        isSpectrumConverged: true)
    }
    let evidence = GapBoundEvidence(tracks: tracks, slack: 0, looseness: nil, incompleteness: nil)
    #expect(evidence.worst(over: \.bound) == (0.6, "at rate 0.01, t = 2"))
    #expect(evidence.worst(over: \.cautious) == (0.3, "at rate 0.01, t = 2"))
  }
}

@Suite("The rule of the stability limit")
struct StabilityRuleTests {
  private func track(
    _ samples: [(ratio: Double, error: Double)], rate: Double = 0.02, divergence: String? = nil, isCut: Bool = false,
    end: String? = nil, isConverged: Bool = true
  ) -> StabilityEvidence.Track {
    StabilityEvidence.Track(
      rate: rate, samples: samples.map { .init(iteration: 40, ratio: $0.ratio, error: $0.error) },
      divergence: divergence, isCut: isCut, agreementEnd: end, isSpectrumConverged: isConverged)
  }

  private func judge(
    _ tracks: StabilityEvidence.Track..., incompleteness: String? = nil, hypotheses: [Hypothesis] = [met]
  ) -> Judgement {
    StabilityRule.judge(
      hypotheses: hypotheses, evidence: StabilityEvidence(tracks: tracks, incompleteness: incompleteness))
  }

  @Test("λ_max is beyond the limit if less its error it is, below it if with its error it is")
  func limit() {
    expect(judge(track([(0.9, 0.099)])), .holds, "λ_max reaches 0.9 of the limit")
    expect(judge(track([(0.9, 0.101)])), .inconclusive, "not known well enough")
    expect(judge(track([(1.1, 0.101)])), .inconclusive, "not known well enough")
    expect(
      judge(track([(0.5, 0), (1.1, 0.099)])), .violated,
      "at rate 0.02 λ_max is 1.1 of the limit at iteration 40, and agreement does not end")
    expect(judge(track([(1.1, 0)], end: "agreement ends")), .violated, "iteration 40, and agreement ends")
  }

  @Test("divergence is a violation; a descent cut short otherwise is none, but one without samples is not known")
  func divergence() {
    expect(judge(track([], divergence: "diverged", isCut: true)), .violated, "at rate 0.02 the descent diverged")
    expect(judge(track([], divergence: "diverged", isCut: true, end: "it ends")), .violated, "diverged; it ends")
    expect(judge(track([(0.5, 0)], isCut: true)), .holds)
    expect(judge(track([], isCut: true), track([(0.5, 0)])), .holds)
    expect(judge(track([])), .inconclusive, "not known well enough")
    expect(judge(track([(0.5, 0)], isConverged: false)), .inconclusive, "not known well enough")
  }

  @Test("a crossing is judged before a reference that is incomplete, an unmet hypothesis before all")
  func precedence() {
    expect(judge(track([(0.5, 0)]), incompleteness: "stuck"), .inconclusive, "the reference flow is incomplete: stuck")
    expect(judge(track([(2, 0)]), incompleteness: "stuck"), .violated)
    expect(judge(track([(2, 0)]), hypotheses: [unmet]), .vacuous)
  }

  @Test("the judgement names the first rate that crosses; the notes name the others")
  func notes() {
    let tracks = [
      track([(0.5, 0)], rate: 0.04, end: "agreement ends"), track([(2, 0)], rate: 0.03), track([(3, 0)], rate: 0.02),
      track([(0.5, 0)], rate: 0.01),
    ]
    let evidence = StabilityEvidence(tracks: tracks, incompleteness: nil)
    expect(StabilityRule.judge(hypotheses: [], evidence: evidence), .violated, "at rate 0.03")
    #expect(
      StabilityRule.notes(evidence) == [
        "at rate 0.04 agreement ends, although λ_max stays below the limit",
        "at rate 0.02 λ_max is 3 of the limit at iteration 40, and agreement does not end",
      ])
    #expect(evidence.largest == 3)
  }
}
