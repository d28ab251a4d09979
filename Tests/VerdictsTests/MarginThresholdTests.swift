import Testing
import Verdicts

/// Every branch of the rule for inequalities, and each of its numbers from both sides.
@Suite("Thresholds of the rule for inequalities")
struct MarginThresholdTests {
  private func margin(_ slack: [Double], least: [Double]? = nil, size: Double = 1) -> Margin {
    Margin(
      laws: ["a"], times: slack.indices.map { Double($0 + 1) }, slack: slack, least: least ?? slack,
      size: slack.map { _ in size }, tightness: 0.9, tightestLaw: "a", tightestTime: 1)
  }

  private func judge(
    _ coarse: Margin, _ fine: Margin, at tolerances: (Double, Double) = (1e-8, 1e-10), steps: (Int, Int) = (100, 200),
    landing: Bool = false
  ) -> Judgement {
    JudgingRule.judge(
      hypotheses: [met],
      rungs: [(tolerances.0, steps.0, coarse), (tolerances.1, steps.1, fine)].map {
        RungEvidence(
          relativeTolerance: $0.0, steps: $0.1, landsOnSaves: landing, incompleteness: nil,
          evidence: Evidence(margin: $0.2))
      })
  }

  private func judge(
    _ coarse: Double, _ fine: Double, at tolerances: (Double, Double) = (1e-8, 1e-10), steps: (Int, Int) = (100, 200),
    landing: Bool = false
  ) -> Judgement {
    judge(margin([coarse]), margin([fine]), at: tolerances, steps: steps, landing: landing)
  }

  @Test("a slack ten times below its uncertainty, three times what the rungs differ by, is violated")
  func slackFactor() {
    expect(judge(-1e-3 - 0.999e-3 / 30, -1e-3), .violated, "a is exceeded by 0.001 of its size at t = 1")
    expect(judge(-1e-3 - 1.001e-3 / 30, -1e-3), .inconclusive, "known only to 0.0001")
  }

  @Test("ten times a state's roundoff is a slack's")
  func roundoff() {
    expect(judge(-0.999 * 2000 * unit, -0.999 * 2000 * unit), .holds)
    expect(judge(-1.001 * 2000 * unit, -1.001 * 2000 * unit), .inconclusive)
  }

  @Test("where steps end at save times, rungs may agree by that alone, and an error of the tolerance is left open")
  func gridFloor() {
    expect(judge(-0.99e-10, -0.99e-10, landing: true), .holds, "known to 1e-10")
    expect(judge(-1.02e-10, -1.02e-10, landing: true), .inconclusive)
    expect(judge(-0.99e-10, -0.99e-10), .inconclusive)
  }

  @Test("a bound that is attained must be resolved to a millionth")
  func resolution() {
    expect(judge(-5e-7 - 0.999e-6 / 3, -5e-7), .holds)
    expect(judge(-5e-7 - 1.001e-6 / 3, -5e-7), .inconclusive)
    // One that is not attained need not be.
    expect(
      judge(0.5, 0.4), .holds, "least slack 0.4 of the bound's size, known to 0.3; tightness value/bound up to 0.9")
  }

  @Test("no excess is violated below 1e5 u, 1000 τ, or what save times that set the steps allow")
  func violationLevel() {
    for (level, tolerances, steps) in [
      (1e5 * unit, (1e-13, 1e-15), (100, 200)), (1e-7, (1e-8, 1e-10), (100, 200)), (1e-5, (1e-8, 1e-10), (100, 100)),
    ] {
      expect(judge(-0.999 * level, -0.999 * level, at: tolerances, steps: steps, landing: true), .inconclusive)
      expect(judge(-1.001 * level, -1.001 * level, at: tolerances, steps: steps, landing: true), .violated)
    }
  }

  @Test("the coarser rung must show the excess within one save time")
  func neighbours() {
    let slack = [0.5, 0.5, 0.5, 0.5, 0.5]
    func coarse(_ k: Int) -> Margin {
      margin(slack, least: slack.indices.map { $0 == k ? -0.1 : 0.5 })
    }
    let fine = margin(slack, least: [0.5, 0.5, -0.1, 0.5, 0.5])
    for k in 1...3 { expect(judge(coarse(k), fine), .violated) }
    for k in [0, 4] { expect(judge(coarse(k), fine), .inconclusive) }
  }

  @Test("an excess in the last save time of the finer rung has a neighbour only before it")
  func lastSave() {
    let coarse = margin([0.5, 0.5], least: [0.5, -0.1])
    expect(judge(coarse, margin([0.5, 0.5], least: [0.5, -0.1])), .violated)
  }

  @Test("rungs may differ by one save time, not by two, and not in their laws")
  func saves() {
    expect(judge(margin([0.5, 0.5]), margin([0.5, 0.5, 0.5])), .holds)
    expect(judge(margin([0.5]), margin([0.5, 0.5, 0.5])), .inconclusive, "saved different states")
    let other = Margin(
      laws: ["a", "b"], times: [1], slack: [0.5, 0.5], least: [0.5, 0.5], size: [1, 1], tightness: nil,
      tightestLaw: "a", tightestTime: 0)
    expect(judge(other, margin([0.5])), .inconclusive, "saved different states")
  }

  @Test("what was never checked does not hold")
  func unchecked() {
    expect(judge(margin([]), margin([])), .inconclusive, "no bound was checked")
    expect(judge(margin([.infinity]), margin([.infinity])), .inconclusive, "no bound was checked")
    expect(judge(margin([0.5], size: 0), margin([0.5], size: 0)), .inconclusive, "no bound was checked")
    expect(judge(margin([]), margin([0.5])), .inconclusive, "no bound was checked")
  }

  @Test("a slack that is no number on either rung is inconclusive")
  func notFinite() {
    for (a, b) in [(Double.nan, 0.5), (0.5, .nan), (-.infinity, -.infinity)] {
      expect(judge(a, b), .inconclusive, "not finite")
    }
  }

  @Test("the least slack and its uncertainty, relative to the bound")
  func summary() throws {
    let coarse = margin([4, 3.1, 8], size: 2)
    let fine = margin([4, 3, 8], size: 2)
    let worst = try #require(JudgingRule.worstSlack(coarse, fine, steps: 100))
    #expect(worst.slack == 1.5 && worst.law == "a" && worst.time == 2)
    #expect(abs(worst.uncertainty - 0.15) < 1e-9)
    #expect(try #require(JudgingRule.worstSlack(nil, fine, steps: 100)).uncertainty == .infinity)
    #expect(JudgingRule.worstSlack(nil, margin([.infinity]), steps: 100) == nil)
    // Between two save times the larger of their uncertainties counts.
    let next = try #require(JudgingRule.worstSlack(margin([4.4, 3]), margin([4, 3]), steps: 100))
    #expect(next.time == 2 && abs(next.uncertainty - 1.2) < 1e-9)
  }

  @Test("rungs too close together, different evidence, and a doubt that only a violation survives")
  func beforeTheSlack() {
    expect(judge(margin([0.5]), margin([0.5]), at: (5e-10, 1e-10)), .inconclusive, "space integration.refine wider")
    func rung(_ tolerance: Double, _ evidence: Evidence) -> RungEvidence {
      RungEvidence(relativeTolerance: tolerance, steps: 100, incompleteness: nil, evidence: evidence)
    }
    let equality = Evidence(residual: 0, power: 1, largestTerm: 1, worstTime: 0, worstLaw: "a")
    expect(
      JudgingRule.judge(hypotheses: [], rungs: [rung(1e-8, equality), rung(1e-10, Evidence(margin: margin([0.5])))]),
      .inconclusive, "different evidence")
    for slack in [0.5, -0.5] {
      var doubted = Evidence(margin: margin([slack]))
      doubted.doubt = "the sign is lost"
      for rungs in [[doubted, Evidence(margin: margin([slack]))], [Evidence(margin: margin([slack])), doubted]] {
        let judgement = JudgingRule.judge(hypotheses: [], rungs: [rung(1e-8, rungs[0]), rung(1e-10, rungs[1])])
        if slack > 0 { expect(judgement, .inconclusive, "the sign is lost") } else { expect(judgement, .violated) }
      }
    }
  }
}
