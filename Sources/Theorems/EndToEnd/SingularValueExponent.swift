import CMath
import FlowODE
import Models
import Verdicts

/// The exponent 2 − 2/L of the singular-value law, fitted with an interval that counts misfit, solver and rounding.
///
/// **Statement.** σ̇_r = −L σ_rᵖ⟨G, u_r v_rᵀ⟩ with p = 2 − 2/L; the factor L is known, not fitted.
/// **Hypotheses.** A matrix factorization of depth 2 or more, integrated in the weights, from a balanced start with distinct singular values; the loss is
/// differentiable along the path.
/// **Judged by.** An exponent fitted to σ_r and ∫γ_r, γ_r = −⟨G, u_r v_rᵀ⟩.
/// **Refuted by.** Other exponents; a fit on an unbalanced start.
/// **Sources.** Arora, Cohen, Hu, Luo 2019, Theorem 3.
public enum SingularValueExponent: Claim {
  public typealias Variant = GrowthPower

  public static let card = ClaimCard(
    name: "singular-value-exponent",
    summary: "the exponent 2 − 2/L of the singular-value law, fitted with an honest interval",
    formulas: [
      "F_p(σ_r(t)) − F_p(σ_r(0)) = L ∫ γ_r ds, F_p(x) = x^(1−p)/(1−p), γ_r = −⟨G, u_r v_rᵀ⟩, is fitted best by p = 2 − 2/L"
    ],
    sources: [
      .aroraCohenHuLuo2019("Theorem 3"), .derived("fitted in integral form, the factor L known"),
    ],
    judgedBy: .exponent, residual: ComponentExponent.interval,
    example: EndToEndDynamics.balancedExample + " --control")

  public static let hypotheses: [HypothesisRule] = [
    .isMatrixFactorization, .multipliesLayers, .weightsNotSVD, .distinctSingularValues, .balancedLayers,
    .differentiableAlongThePath,
  ]

  public static let mutants: [MutantRule<Variant>] = [
    GrowthPower.rivals(
      "the exponents 1, 2 − 2/(L±1), 2 and the unsquared 1 − 1/L", of: GrowthPower.usual + [.unsquared]
    ) { setting in MatrixSetting.isDeep(setting) ? MatrixSetting.depth(setting) : nil },
    .start("a fit on an unbalanced start", dropping: [HypothesisRule.balancedLayers.name], unbalanced),
  ]

  /// The same W from layers of unequal size.
  private static func unbalanced(_ setting: ClaimSetting) -> [Double]? {
    guard let model = MatrixSetting.model(setting), model.depth >= 2 else { return nil }
    var start = setting.start
    for (block, factor) in zip(model.layout.blocks.prefix(2), [4, 0.25]) {
      for i in block.range { start[i] *= factor }
    }
    return start
  }

  public static func statement(_ setting: ClaimSetting) -> String {
    "σ̇_r/⟨−G, u_r v_rᵀ⟩ grows like σ_r to the power 2 − 2/L on balanced starts; fitted over time for those of "
      + "\(MatrixSetting.range(setting)) that vary most, its factor L\(MatrixSetting.model(setting).map { " = \($0.depth)" } ?? "") known"
  }

  public static func laws(_ setting: ClaimSetting, _ variant: Variant) -> Laws? {
    setting.endToEnd.map {
      .exponent(
        SingularGrowthTerms(
          $0, start: setting.start, claimed: variant.exponent(max(1, MatrixSetting.depth(setting)))))
    }
  }

  public static func isCalledFor(_ setting: ClaimSetting) -> Bool {
    MatrixSetting.isDeep(setting) && MatrixSetting.isBalanced(setting)
  }
}

/// Singular values and ∫ L γ.
private final class SingularGrowthTerms: GrowthTerms {
  let claimed: Double
  var quadratures: [any Quadrature] { [growth] }
  /// A singular value that rounding has moved by this part of itself is not followed any more: another one may have taken its place.
  private static let lostPart = 1e-6

  private let growth: EndToEndQuadrature
  private let imbalance: LayerImbalance
  /// At accepted states and between them, with what rounding makes of rates there.
  private let ends: EndToEndTerms
  private let between: EndToEndTerms
  /// What rounding may have added to ∫ L γ so far, the last state's part in it, and the largest σ^(p−1), which makes it one of ln σ.
  private var rounding = 0.0
  private var noise = 0.0
  private var time: Double?
  private var magnification = 0.0
  /// The largest part of itself that rounding has moved a value by which was recorded.
  private var moved = 0.0

  init(_ states: EndToEndStates, start: [Double], claimed: Double) {
    imbalance = LayerImbalance(states.state.end.model, start: start)
    ends = EndToEndTerms(.growth, state: states.state)
    between = EndToEndTerms(.growth, state: states.between)
    growth = states.quadrature(.growth)
    self.claimed = claimed
  }

  var recorder: GrowthRecorder {
    GrowthRecorder(noun: "singular value", title: "growth of the singular values of the end-to-end matrix")
  }

  func record(_ point: TrajectoryPoint, integrals: UnsafePointer<Double>, in recorder: GrowthRecorder) {
    let terms = point.isStep ? ends : between
    let state = terms.state
    state.move(to: point.parameters)
    guard let svd = state.svd else { return }
    let now = terms.noise(point.parameters)
    if let time { rounding += (point.time - time) * max(noise, now) }
    (noise, time) = (now, point.time)
    let power = 1 - 2 / Double(state.end.model.depth)
    magnification = max(magnification, pow(state.singularValues.first ?? 0, power))
    var isLost = growth.roundings.map { $0 > Self.lostPart }
    imbalance.update(state.singularValues, time: point.time, isLost: isLost)
    for (r, part) in imbalance.parts.enumerated() where part > LayerImbalance.bearable { isLost[r] = true }
    for (rounding, isLost) in zip(growth.roundings, isLost) where !isLost { moved = max(moved, rounding) }
    recorder.record(
      time: point.time, norms: state.singularValues,
      rates: state.end.growthFactors(point.parameters, svd: svd, count: state.followed),
      integrals: (0..<state.followed).map { integrals[$0] }, m: state.end.model.depth, without: isLost)
  }

  func complete(_ evidence: inout Evidence) {
    var rounded = Evidence(
      residual: evidence.residual, power: evidence.power, largestTerm: evidence.largestTerm,
      worstTime: evidence.worstTime, worstLaw: evidence.worstLaw, rounding: max(moved, magnification * rounding))
    rounded.fit = evidence.fit
    rounded.claimedExponent = evidence.claimedExponent
    rounded.tables = evidence.tables
    rounded.plot = evidence.plot
    rounded.inexactness = imbalance.inexactness
    evidence = rounded
  }
}
