import FlowODE
import Models
import Verdicts

/// The exponent 2 − 2/L in σ̇_r = −L σ_r^{2−2/L}⟨G, u_r v_rᵀ⟩ from balanced starts, fitted over the run with an interval that
/// counts misfit, solver and rounding; the factor L is known, not fitted.
public struct SingularValueExponent: Claim {
  /// The exponent tested; nil is 2 − 2/L, anything else a negative control.
  private let exponent: Double?
  /// Whether the start must be balanced; dropped for the control that it must not be.
  private let asksForBalance: Bool

  public init() { self.init(exponent: nil, asksForBalance: true) }

  private init(exponent: Double?, asksForBalance: Bool) {
    self.exponent = exponent
    self.asksForBalance = asksForBalance
  }

  public var identifier: String {
    (exponent.map { "singular-value-exponent \(tableSetting($0))" } ?? "singular-value-exponent")
      + (asksForBalance ? "" : " unbalanced")
  }

  public func statement(_ setting: ClaimSetting) -> String {
    let power = exponent.map(tableSetting) ?? "2 − 2/L"
    return "σ̇_r/⟨−G, u_r v_rᵀ⟩ grows like σ_r to the power \(power) on balanced starts; fitted over time for those of "
      + "\(EndToEndClaim.range(setting)) that vary most, its factor L = \(depth(setting)) known"
  }

  private func depth(_ setting: ClaimSetting) -> Int { (setting.model as? MatrixFactorization)?.depth ?? 0 }

  public func hypotheses(_ setting: ClaimSetting) -> [Hypothesis] {
    EndToEndClaim.growth.hypotheses(setting)
      + ((setting.model as? MatrixFactorization).map {
        asksForBalance ? [.balanced($0, setting.start)] : []
      } ?? [])
  }

  public func quadratures(_ setting: ClaimSetting) -> [any Quadrature] {
    guard let state = setting.endToEnd else { return [] }
    return [EndToEndQuadrature(EndToEndTerms(.growth, state: state))]
  }

  public func monitor(_ setting: ClaimSetting, quadratureOffset: Int) -> any ClaimMonitor {
    Monitor(
      state: setting.endToEnd, offset: quadratureOffset, claimed: exponent ?? 2 - 2 / Double(max(1, depth(setting))),
      isMutatedStart: !asksForBalance)
  }

  /// Exponents that must be told from 2 − 2/L: those of other depths, and 1 − 1/L, which is what dropping a square leaves.
  static func rivals(_ depth: Int) -> [Double] {
    let unsquared = 1 - 1 / Double(depth)
    let rivals = ComponentExponent.rivals(depth)
    return rivals + (rivals.contains { abs($0 - unsquared) < 1e-9 } ? [] : [unsquared])
  }

  /// How many wrong exponents are tried at a depth.
  public static func rivalCount(depth: Int) -> Int { rivals(depth).count }

  public func controls(_ setting: ClaimSetting) -> [NegativeControl] {
    guard exponent == nil, asksForBalance, let model = setting.model as? MatrixFactorization, model.depth >= 2 else {
      return []
    }
    let controls = Self.rivals(model.depth).map { exponent in
      NegativeControl(
        "the exponent \(tableNumber(exponent))",
        .claim(SingularValueExponent(exponent: exponent, asksForBalance: true)))
    }
    // The same W from layers of unequal size.
    var start = setting.start
    for (block, factor) in zip(model.layout.blocks.prefix(2), [4, 0.25]) {
      for i in block.range { start[i] *= factor }
    }
    return controls + [
      NegativeControl(
        "a fit on an unbalanced start", .start(start, SingularValueExponent(exponent: nil, asksForBalance: false)))
    ]
  }

  private final class Monitor: ClaimMonitor {
    private let state: EndToEndState?
    private let offset: Int
    private let claimed: Double
    private let isMutatedStart: Bool
    private let growth = GrowthRecorder(
      noun: "singular value", title: "growth of the singular values of the end-to-end matrix")

    init(state: EndToEndState?, offset: Int, claimed: Double, isMutatedStart: Bool) {
      self.state = state
      self.offset = offset
      self.claimed = claimed
      self.isMutatedStart = isMutatedStart
    }

    func observe(_ point: TrajectoryPoint) {
      guard point.isSave, let state else { return }
      state.move(to: point.parameters)
      guard let svd = state.svd else { return }
      growth.record(
        time: point.time, norms: state.singularValues,
        rates: state.end.growthFactors(point.parameters, svd: svd, count: state.followed),
        integrals: (0..<state.followed).map { point.quadratures[offset + $0] }, m: state.end.model.depth)
    }

    var evidence: Evidence { growth.evidence(claimed: claimed, isMutatedStart: isMutatedStart) }
  }
}
