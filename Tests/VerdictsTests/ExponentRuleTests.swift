import CMath
import Testing
import Verdicts

@Suite("The rule for fitted exponents")
struct ExponentRuleTests {
  private func fit(
    _ exponent: Double, misfit: Double = 1e-12, width: Double = 0, range: Double = 1, rms: Double = 1e-12,
    rival: Double = 1
  ) -> ExponentFit {
    ExponentFit(
      exponent: exponent, misfitWidth: width, worstResidual: misfit, rms: rms, sensitivity: 1, dynamicRange: range,
      components: 1, rivals: [.init(exponent: 1, rms: 1), .init(exponent: 2, rms: rival)])
  }

  private func judge(
    _ coarse: ExponentFit?, _ fine: ExponentFit?, claimed: Double = 1.5, at tolerances: (Double, Double) = (1e-8, 1e-10)
  ) -> Judgement {
    JudgingRule.judge(
      hypotheses: [met],
      rungs: [(tolerances.0, coarse), (tolerances.1, fine)].map {
        var evidence = Evidence(residual: 0, power: 1, largestTerm: 1, worstTime: 0, worstLaw: "misfit")
        evidence.fit = $0.1
        evidence.claimedExponent = claimed
        return RungEvidence(relativeTolerance: $0.0, steps: 100, incompleteness: nil, evidence: evidence)
      })
  }

  @Test("the claimed exponent, covered and told from its rivals, holds")
  func holds() {
    expect(judge(fit(1.5), fit(1.5)), .holds, "fitted exponent 1.5 ± 1e-13 over a dynamic range of 1; every rival")
  }

  @Test("without a fit on either rung, or with rungs too close together, nothing is said")
  func noFit() {
    expect(judge(nil, fit(1.5)), .inconclusive, "no norm grew by a factor of 3")
    expect(judge(fit(1.5), nil), .inconclusive, "no norm grew by a factor of 3")
    expect(judge(fit(1.5), fit(1.5), at: (5e-10, 1e-10)), .inconclusive, "space integration.refine wider")
  }

  @Test("the half-width is the misfit's, three times the change of the rungs, and 1e-13")
  func halfWidth() {
    let half = ExponentRule.halfWidth(fit(1.5 + 2e-6), fit(1.5, width: 1e-6))
    #expect(abs(half - 7e-6) < 1e-12)
    #expect(ExponentRule.halfWidth(fit(1.5), fit(1.5)) == 1e-13)
    expect(judge(fit(1.5 + 0.999e-6), fit(1.5 + 0.999e-6, width: 1e-6)), .holds)
    expect(judge(fit(1.5 + 1.001e-6), fit(1.5 + 1.001e-6, width: 1e-6)), .inconclusive, "does not cover 1.5")
    expect(judge(fit(1.5 + 3.99e-6), fit(1.5 + 2.995e-6)), .inconclusive, "does not cover")
    expect(judge(fit(1.5 + 4.01e-6), fit(1.5 + 3e-6)), .holds)
  }

  @Test("ten half-widths off refute the claim, where some power law fits")
  func violated() {
    expect(judge(fit(1.5 + 0.999e-5), fit(1.5 + 0.999e-5, width: 1e-6)), .inconclusive)
    expect(judge(fit(1.5 + 1.001e-5), fit(1.5 + 1.001e-5, width: 1e-6)), .violated, "and 1.5")
    // A misfit above the solver's level that still moves refutes nothing.
    expect(judge(fit(1.6, misfit: 1e-3), fit(1.6, misfit: 1e-4)), .inconclusive)
  }

  @Test("a misfit that tightening does not move is no power law: above 1000 τ, magnified by the range, and 1e5 u")
  func noPowerLaw() {
    expect(judge(fit(1.5, misfit: 0.999e-7), fit(1.5, misfit: 0.999e-7)), .holds)
    expect(
      judge(fit(1.5, misfit: 1.001e-7), fit(1.5, misfit: 1.001e-7)), .violated, "no power law: the best exponent 1.5")
    // (σ_max/σ_min)^{p−1} = 100^0.5.
    expect(judge(fit(1.5, misfit: 0.999e-6, range: 100), fit(1.5, misfit: 0.999e-6, range: 100)), .holds)
    expect(judge(fit(1.5, misfit: 1.001e-6, range: 100), fit(1.5, misfit: 1.001e-6, range: 100)), .violated)
    let tight = (1e-13, 1e-15)
    let (below, above) = (fit(1.5, misfit: 0.999e5 * unit), fit(1.5, misfit: 1.001e5 * unit))
    expect(judge(below, below, at: tight), .holds)
    expect(judge(above, above, at: tight), .violated)
    expect(judge(fit(1.5, misfit: 1.11e-2), fit(1.5, misfit: 1e-2)), .violated)
    expect(judge(fit(1.5, misfit: 1.112e-2), fit(1.5, misfit: 1e-2)), .holds)
  }

  @Test("a rival must fit a thousand times worse")
  func rivals() {
    expect(judge(fit(1.5), fit(1.5, rms: 1e-9, rival: 1.001e-6)), .holds)
    expect(
      judge(fit(1.5), fit(1.5, rms: 1e-9, rival: 0.999e-6)), .inconclusive, "the exponent 2 fits only 999 times worse")
    expect(judge(fit(1.5), fit(1.5, rival: .nan)), .inconclusive, "the exponent 2")
  }

  @Test("a doubt about the run leaves only a violation standing")
  func doubt() {
    func rung(_ exponent: Double, _ tolerance: Double) -> RungEvidence {
      var evidence = Evidence(residual: 0, power: 1, largestTerm: 1, worstTime: 0, worstLaw: "misfit")
      evidence.fit = fit(exponent)
      evidence.claimedExponent = 1.5
      evidence.doubt = "the sign is lost"
      return RungEvidence(relativeTolerance: tolerance, steps: 100, incompleteness: nil, evidence: evidence)
    }
    expect(
      JudgingRule.judge(hypotheses: [], rungs: [rung(1.5, 1e-8), rung(1.5, 1e-10)]), .inconclusive, "sign is lost")
    expect(JudgingRule.judge(hypotheses: [], rungs: [rung(1.6, 1e-8), rung(1.6, 1e-10)]), .violated)
  }

  /// σ from 1 to `range` under dσ/dt = 3 γ σ^p: Q = ∫ 3 γ dt = (σ^{1−p} − 1)/(1−p).
  private func samples(_ p: Double, range: Double) -> ExponentFit.Samples {
    let norms = (0...20).map { pow(range, Double($0) / 20) }
    return ExponentFit.Samples(norms: norms, integrals: norms.map { p == 1 ? log($0) : (pow($0, 1 - p) - 1) / (1 - p) })
  }

  @Test(
    "an exact power is found and told from 1, 2 − 2/(m ± 1) and 2, also where it is not the one searched from",
    arguments: [(1, 2), (1.25, 3), (4.0 / 3, 3), (1.5, 3), (1.5, 4), (1.75, 6)] as [(Double, Int)])
  func exactPowers(p: Double, m: Int) throws {
    let fit = try #require(ExponentFit([samples(p, range: 50)], m: m))
    #expect(abs(fit.exponent - p) < 1e-12 && fit.worstResidual < 1e-12 && fit.components == 1)
    #expect(fit.rivals.allSatisfy { abs($0.exponent - p) < 1e-9 ? $0.rms < 1e-13 : $0.rms > 1e-2 })
    if m == 3 { #expect(fit.rivals.map(\.exponent) == [1, 1.5, 2]) }
    if m == 4 { #expect(fit.rivals.map(\.exponent) == [1, 2 - 2.0 / 3, 1.6, 2]) }
  }

  @Test(
    "sizes in another unit u, integrals in u^(2/m − 1), give the same fit and rivals",
    arguments: [1e-10, 1e-3, 7, 1e10])
  func units(unit: Double) throws {
    // 1 % more of the integrals is no power law, so that neither exponent nor misfits are at rounding level.
    let m = 3
    func fit(_ unit: Double) throws -> ExponentFit {
      let scale = pow(unit, 2 / Double(m) - 1)
      return try #require(
        ExponentFit(
          [samples(4.0 / 3, range: 50), samples(1.3, range: 7)].map {
            .init(norms: $0.norms.map { unit * $0 }, integrals: $0.integrals.map { 1.01 * scale * $0 })
          }, m: m))
    }
    let (one, other) = (try fit(1), try fit(unit))
    #expect(one.worstResidual > 1e-3)
    #expect(abs(one.exponent - other.exponent) < 1e-9)
    #expect(abs(one.worstResidual - other.worstResidual) < 1e-9)
    for (a, b) in zip(one.rivals, other.rivals) { #expect(abs(a.rms - b.rms) < 1e-9) }
  }

  @Test("a component takes part if it varies by a factor of three")
  func leastRange() {
    #expect(ExponentFit([samples(1.5, range: 2.99)], m: 4) == nil)
    #expect(ExponentFit([samples(1.5, range: 3.01)], m: 4) != nil)
    #expect(ExponentFit([samples(1.5, range: 3.01), samples(1.5, range: 2.99)], m: 4)?.components == 1)
    #expect(ExponentFit.Samples(norms: [0, 1], integrals: [0, 1]).range == 1)
  }
}
