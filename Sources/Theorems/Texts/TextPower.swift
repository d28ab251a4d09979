import CMath
import FlowODE
import Models
import Verdicts

extension TextClaim {
  /// A number grows like a power of another.
  ///
  /// **Statement.** q = c sᵖ with some constant c.
  /// **Judged by.** The exponent fitted to ln q against ln s at the save times, with an interval that counts misfit, solver and rounding.
  /// **Refuted by.** The exponents 2 − 2/(m ± 1), where p = 2 − 2/m; p ± 1 from 2 on.
  public func grows(_ value: TextSource, like base: TextSource, exponent: Double) -> StatedClaim {
    let rivals = Self.rivals(of: exponent)
    let laws: @Sendable (Double, ClaimSetting) -> Laws? = { claimed, setting in
      TextPowerTerms(self, value, base, claimed: claimed, rivals: rivals, setting).map { .exponent($0) }
    }
    return stated(
      .exponent,
      residual: "half-width = max|r| Σ|J|/ΣJ² + 3 |p(τ) − p(coarser τ)| + 1e-13, r = ln q − ln c − p ln s",
      law: Relative { laws(exponent, $0) }
    ) { _ in
      rivals.map { rival in
        Mutant("the exponent \(tableSetting(rival))", .statement(Relative { laws(rival, $0) }))
      }
    }
  }

  /// The exponents that a power is most easily taken for.
  static func rivals(of exponent: Double) -> [Double] {
    guard exponent < 2 else { return [exponent - 1, exponent + 1] }
    let m = 2 / (2 - exponent)
    let lower = m - 1 > 0.5 ? 2 - 2 / (m - 1) : exponent - 1
    return [lower, 2 - 2 / (m + 1)]
  }
}

/// Two numbers at the save times, and a power fitted to them.
private final class TextPowerTerms: GrowthTerms {
  let claimed: Double
  private let claim: TextClaim
  private let names: (value: String, base: String)
  private let rivals: [Double]
  private let values: TextValues
  private var bases: [Double] = []
  private var samples: [Double] = []

  init?(
    _ claim: TextClaim, _ value: TextSource, _ base: TextSource, claimed: Double, rivals: [Double],
    _ setting: ClaimSetting
  ) {
    guard let values = TextValues([value, base], parameterCount: setting.start.count), values.size(0) == 1,
      values.size(1) == 1
    else { return nil }
    self.claim = claim
    self.claimed = claimed
    self.rivals = rivals
    self.values = values
    names = (value.text, base.text)
  }

  var recorder: GrowthRecorder { GrowthRecorder() }

  func record(_ point: TrajectoryPoint, integrals: UnsafePointer<Double>, in recorder: GrowthRecorder) {
    values.update(point)
    samples.append(values[0][0])
    bases.append(values[1][0])
  }

  func complete(_ evidence: inout Evidence) {
    let positive = bases.indices.filter { bases[$0] > 0 && samples[$0] > 0 }
    if positive.count < bases.count {
      evidence.doubt =
        "\(names.value) or \(names.base) is not positive at \(bases.count - positive.count) of \(bases.count) save times"
    }
    let (x, y) = (positive.map { bases[$0] }, positive.map { samples[$0] })
    guard let fit = ExponentFit(power: y, of: x, rivals: rivals.filter { $0 != claimed }) else { return }
    evidence.fit = fit
    // Set here, as the claim's own samples are no norms and integrals.
    evidence = Self.replacing(evidence, residual: fit.worstResidual, worst: claim.text)
    var table = Table("power of \(names.base)", columns: ["exponent", "rms residual", "max residual"])
    table.rows = [[Cell(fit.exponent), Cell(fit.rms), Cell(fit.worstResidual)]]
    for rival in fit.rivals { table.rows.append([Cell(rival.exponent), Cell(rival.rms), .none]) }
    evidence.tables = [table]
    let order = x.indices.sorted { x[$0] < x[$1] }
    evidence.plot = Figure(
      claim.text, xLabel: names.base, yLabel: names.value, logX: true, logY: true,
      curves: [Figure.Curve(names.value, x: order.map { x[$0] }, y: order.map { y[$0] })])
  }

  /// The evidence with the misfit for its residual.
  private static func replacing(_ evidence: Evidence, residual: Double, worst: String) -> Evidence {
    var own = Evidence(residual: residual, power: 1, largestTerm: 1, worstTime: 0, worstLaw: worst)
    own.fit = evidence.fit
    own.claimedExponent = evidence.claimedExponent
    own.doubt = evidence.doubt
    return own
  }
}
