import FlowODE
import Models
import Verdicts

/// The exact rate of every singular value, from any start.
///
/// **Statement.** σ̇_r = −Σ_l u_rᵀ A_l A_lᵀ G B_lᵀ B_l v_r with A_l = W_L ⋯ W_{l+1}, B_l = W_{l−1} ⋯ W_1, in integral form.
/// **Hypotheses.** A matrix factorization, integrated in the weights, from a start with distinct singular values; the loss is
/// differentiable along the path.
/// **Judged by.** The departure of a singular value from its integral.
/// **Refuted by.** A wrong rate of the last layer; the first layer's term left out.
/// **Sources.** Derived.
public enum SingularValueRates: Claim {
  public enum Variant: ClaimVariant {
    case law
    /// Without l = 1.
    case withoutFirst
  }

  public static let card = ClaimCard(
    name: "singular-value-rates", summary: "the exact rate of every singular value from any start",
    formulas: [
      "σ_r(t) − σ_r(0) = −∫ Σ_l u_rᵀ A_l A_lᵀ G B_lᵀ B_l v_r ds, A_l = W_L ⋯ W_(l+1), B_l = W_(l−1) ⋯ W_1"
    ],
    sources: [.derived("product rule and derivative of a simple singular value, tested in integral form")],
    judgedBy: .integral, residual: BalancedSingularValues.judging,
    example: "flowcheck singular-values --shape 6,6 --depth 3 --rank 2 --init-scale 0.3 --until 20")

  public static let hypotheses: [HypothesisRule] = [
    .isMatrixFactorization, .weightsNotSVD, .distinctSingularValues, .differentiableAlongThePath,
  ]

  public static let mutants: [MutantRule<Variant>] = [
    .lastLayerRate, .statement("the first layer's term left out", .withoutFirst, where: MatrixSetting.isDeep),
  ]

  public static func statement(_ setting: ClaimSetting) -> String {
    "σ_r(t) − σ_r(0) = −∫ Σ_l u_rᵀ A_l A_lᵀ G B_lᵀ B_l v_r ds for \(MatrixSetting.range(setting)), "
      + "A_l = W_L ⋯ W_(l+1), B_l = W_(l−1) ⋯ W_1"
  }

  public static func laws(_ setting: ClaimSetting, _ variant: Variant) -> Laws? {
    setting.endToEnd.map { .integral(EndToEndLawTerms(.singularValues(skipping: variant == .law ? nil : 0), $0)) }
  }
}
