import Testing
import Verdicts

@Suite("Controls, hypotheses, and the verdict on several claims")
struct ControlRuleTests {
  private func holds() -> Judgement {
    ControlRule.judge(proofWithFlaw: nil)
  }

  private func control(_ verdict: Verdict, isRejected: Bool, isApplicable: Bool = true) -> ControlEvidence {
    ControlEvidence(name: "a wrong rate", verdict: verdict, isRejected: isRejected, isApplicable: isApplicable)
  }

  @Test("a holds whose control was not rejected means nothing, unless the control cannot be expected to be")
  func missed() {
    let missed = control(.holds, isRejected: false)
    let rejected = control(.violated, isRejected: true)
    let idle = control(.holds, isRejected: false, isApplicable: false)
    expect(ControlRule.weigh(holds(), controls: []), .holds)
    expect(ControlRule.weigh(holds(), controls: [rejected, idle]), .holds)
    expect(
      ControlRule.weigh(holds(), controls: [rejected, missed]), .inconclusive,
      "the negative control 'a wrong rate' was not rejected (holds), so holding means nothing here; raise integration.until or "
        + "tighten integration.refine")
    expect(
      ControlRule.weigh(holds(), controls: [missed], remedy: "; add rates"), .inconclusive, "nothing here; add rates")
  }

  @Test("a holds whose controls could not act says so, by name")
  func silent() {
    let idle = control(.inconclusive, isRejected: false, isApplicable: false)
    let missed = control(.inconclusive, isRejected: false)
    let rejected = control(.violated, isRejected: true)
    let note = "no control could act"
    #expect(ControlRule.weigh(holds(), controls: [idle]).reason.contains("\(note) ('a wrong rate'), "))
    #expect(ControlRule.weigh(holds(), controls: [idle, idle, idle]).reason.contains("('a wrong rate' and 2 others)"))
    for controls in [[], [rejected], [idle, rejected], [missed]] {
      #expect(!ControlRule.weigh(holds(), controls: controls).reason.contains(note))
    }
  }

  @Test("an inequality needs one control that was rejected")
  func needsOne() {
    let idle = control(.holds, isRejected: false, isApplicable: false)
    expect(ControlRule.weigh(holds(), controls: [], needsOne: true), .inconclusive, "no mutated statement is false")
    expect(ControlRule.weigh(holds(), controls: [idle], needsOne: true), .inconclusive, "no mutated statement is false")
    expect(
      ControlRule.weigh(holds(), controls: [idle, control(.violated, isRejected: true)], needsOne: true), .holds)
  }

  @Test("another flow is rejected where it is violated or vacuous, another statement where it is violated")
  func rejected() {
    let violated = ControlRule.judge(proofWithFlaw: "wrong")
    let vacuous = JudgingRule.judge(hypotheses: [unmet], rungs: [])
    for ofAnotherFlow in [true, false] {
      #expect(ControlRule.isRejected(violated, ofAnotherFlow: ofAnotherFlow))
      #expect(!ControlRule.isRejected(holds(), ofAnotherFlow: ofAnotherFlow))
      #expect(ControlRule.isRejected(vacuous, ofAnotherFlow: ofAnotherFlow) == ofAnotherFlow)
    }
  }

  @Test(
    "an equality is exposed above 1000 τ, the violation level and ten times its rounding; a bound or exponent never is")
  func exposed() {
    func isExposed(_ residual: Double, rounding: Double = 0, at tolerance: Double = 1e-6, steps: Int = 10) -> Bool {
      ControlRule.isExposed(
        Evidence(residual: residual, power: 1, largestTerm: 1, worstTime: 0, worstLaw: "a", rounding: rounding),
        tolerance: tolerance, steps: steps)
    }
    #expect(isExposed(1.001e-3) && !isExposed(0.999e-3) && !isExposed(.nan) && !isExposed(.infinity))
    #expect(isExposed(1.001e-3, rounding: 1e-4) && !isExposed(1.001e-3, rounding: 1.01e-4))
    #expect(isExposed(1.001e5 * unit, at: 1e-15) && !isExposed(0.999e5 * unit, at: 1e-15))
    #expect(isExposed(4.001e6 * unit, at: 1e-15, steps: 1_000_000))
    #expect(!isExposed(3.999e6 * unit, at: 1e-15, steps: 1_000_000))
    var exponent = Evidence(residual: 1, power: 1, largestTerm: 1, worstTime: 0, worstLaw: "a")
    exponent.claimedExponent = 1
    let margin = Margin(
      laws: ["a"], times: [1], slack: [-1], least: [-1], size: [1], tightness: nil, tightestLaw: "a", tightestTime: 1)
    for evidence in [exponent, Evidence(margin: margin)] {
      #expect(!ControlRule.isExposed(evidence, tolerance: 1e-6, steps: 10))
    }
  }

  @Test("only a holds is weighed")
  func others() {
    let missed = [control(.holds, isRejected: false)]
    for judgement in [ControlRule.judge(proofWithFlaw: "wrong"), JudgingRule.judge(hypotheses: [unmet], rungs: [])] {
      #expect(ControlRule.weigh(judgement, controls: missed, needsOne: true) == judgement)
    }
  }

  @Test("a mutated closed form is rejected a thousand times above the true one's error, which is u at least")
  func forms() {
    for error in [1e-9, 0] {
      let level = 1e3 * max(error, unit)
      expect(
        ControlRule.judge(form: "its closed form", departure: 1.001 * level, trueForm: error), .violated,
        "its closed form misses by")
      expect(ControlRule.judge(form: "the form", departure: 0.999 * level, trueForm: error), .inconclusive, "the form")
    }
    expect(ControlRule.judge(form: "a", departure: .nan, trueForm: 0), .inconclusive)
  }

  @Test("a proof without a flaw passes, one with a flaw does not")
  func proofs() {
    expect(holds(), .holds, "it passes for a proof")
    expect(ControlRule.judge(proofWithFlaw: "the dual is too large"), .violated, "the dual is too large")
  }

  @Test("the first hypothesis that is not met makes a claim vacuous")
  func vacuous() throws {
    #expect(VacuousRule.judge([]) == nil && VacuousRule.judge([met]) == nil)
    let other = Hypothesis("the loss is smooth", isMet: false, detail: "a kink")
    let judgement = try #require(VacuousRule.judge([met, other, unmet]))
    expect(judgement, .vacuous)
    #expect(judgement.reason == "a hypothesis is not met: the loss is smooth (a kink)")
  }

  @Test("the worst verdict of several: violated, inconclusive, vacuous, holds")
  func worst() {
    let order: [Verdict] = [.violated, .inconclusive, .vacuous, .holds]
    for (k, verdict) in order.enumerated() {
      #expect(Verdict.worst(order[k...].reversed()) == verdict)
    }
    #expect(Verdict.worst([]) == .holds)
  }
}
