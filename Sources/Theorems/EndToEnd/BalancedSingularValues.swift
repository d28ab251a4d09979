import FlowODE
import Models
import Verdicts

/// Singular values of a balanced factorization grow with the power 2 − 2/L of themselves.
///
/// **Statement.** σ̇_r = −L σ_r^{2−2/L}⟨G, u_r v_rᵀ⟩ with G = ∇L(W), in integral form.
/// **Hypotheses.** A matrix factorization, integrated in the weights, from a balanced start with distinct singular values; the loss is
/// differentiable along the path.
/// **Judged by.** The departure of a singular value from its integral.
/// **Refuted by.** A wrong rate of the last layer; the exponent 2 − 2/(L + 1).
/// **Sources.** Arora, Cohen, Hu, Luo 2019, Theorem 3.
public enum BalancedSingularValues: Claim {
  public enum Variant: ClaimVariant {
    case law
    /// The exponent 2 − 2/(L + 1).
    case deeper
  }

  static let judging =
    "largest departure of a singular value from its integral over accepted steps, relative to the largest"

  public static let card = ClaimCard(
    name: "singular-values",
    summary: "singular values of a balanced factorization grow with the power 2 − 2/L of themselves",
    formulas: ["σ_r(t) − σ_r(0) = −L ∫ σ_r^(2−2/L) ⟨G, u_r v_rᵀ⟩ ds for every r, with G = ∇L(W)"],
    sources: [.aroraCohenHuLuo2019("Theorem 3"), .derived("tested in integral form")], judgedBy: .integral,
    residual: judging, example: EndToEndDynamics.balancedExample)

  public static let hypotheses: [HypothesisRule] = [
    .isMatrixFactorization, .weightsNotSVD, .balancedLayers, .distinctSingularValues, .differentiableAlongThePath,
  ]

  public static let mutants: [MutantRule<Variant>] = [
    .lastLayerRate, .statement("the exponent 2 − 2/(L + 1)", .deeper, where: MatrixSetting.isDeep),
  ]

  public static func statement(_ setting: ClaimSetting) -> String {
    let depth = MatrixSetting.depthText(setting)
    return "σ_r(t) − σ_r(0) = −\(depth) ∫ σ_r^(2−2/\(depth)) ⟨G, u_r v_rᵀ⟩ ds for \(MatrixSetting.range(setting))"
  }

  public static func laws(_ setting: ClaimSetting, _ variant: Variant) -> Laws? {
    setting.endToEnd.map {
      .integral(
        EndToEndLawTerms(.balancedSingularValues(depthError: variant == .law ? 0 : 1), $0, balanced: setting.start))
    }
  }

  public static func isCalledFor(_ setting: ClaimSetting) -> Bool { MatrixSetting.isBalanced(setting) }
}
