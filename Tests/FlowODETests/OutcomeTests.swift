import FlowODE
import GSLBridge
import Testing

@Suite("How an integration ended, in words")
struct OutcomeTests {
  @Test("times have six digits, on both parts of a restarted clock")
  func times() {
    let stop = StopCondition.lossBelow(0.5)
    #expect(
      Outcome.stopped(stop, time: FlowTime(remainder: 24344.710815062637)).sentence.hasPrefix(
        "stopped at t = 24344.7 because"))
    let late = FlowTime(offset: 207_090_000_000_000.25, remainder: 9.3535123456e9)
    #expect(Outcome.stepLimit(steps: 7, time: late).sentence == "7 steps were used up at t = 2.0709e+14 + 9.35351e+09")
    #expect(Outcome.interrupted(time: FlowTime(remainder: 0.1 + 0.2)).sentence == "interrupted at t = 0.3")
  }

  /// The numbers around 1 are 2⁻⁵² apart, those around 3e20 are 2¹⁶.
  @Test("a step is said to be below the clock's resolution where it is")
  func clock() {
    for (time, step, spacing) in [(1.0, 0x1p-52, "2.2e-16"), (3e20, 2e4, "6.6e+04")] {
      let outcome = Outcome(
        IntegrationError.stepUnderflow(time: time, step: step), time: FlowTime(remainder: time))
      #expect(outcome.sentence.contains("clock resolves") && outcome.sentence.contains(spacing), "\(outcome.sentence)")
      for word in ["stiff", "implicit", "rtol", "tolerance"] { #expect(!outcome.incompleteness!.contains(word)) }
    }
    let other = Outcome(IntegrationError.stepUnderflow(time: 1, step: 1e-9), time: FlowTime(remainder: 1))
    #expect(
      other.sentence.contains("1e-09") && other.sentence.contains("tolerance") && !other.sentence.contains("blow up"))
    // Since the clock was started anew only the time since then is stepped.
    let restarted = Outcome(
      IntegrationError.stepUnderflow(time: 1, step: 1e-9), time: FlowTime(offset: 3e20, remainder: 1))
    #expect(!restarted.sentence.contains("blow up"))
  }

  @Test("a gradient that is not finite is called that, and nothing else")
  func nonFinite() {
    let outcome = Outcome(IntegrationError.nonFinite(time: 2.5), time: FlowTime(remainder: 2.5))
    #expect(outcome.sentence.contains("NaN or infinite") && outcome.sentence.contains("t = 2.5"))
    for word in ["stiff", "loosen", "tolerance", "method"] {
      #expect(!outcome.incompleteness!.contains(word), "\(word)")
    }
    let outside = Outcome(IntegrationError.outsideDomain(time: 2.5), time: FlowTime(remainder: 2.5))
    #expect(outside.sentence.contains("domain") && !outside.incompleteness!.contains("tolerance"))
  }
}
