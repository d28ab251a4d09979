import FlowODE
import Models
import Verdicts

/// The end-to-end matrix of a balanced factorization obeys a closed equation.
///
/// **Statement.** Ẇ = −Σ_j [WWᵀ]^{(L−j)/L} G [WᵀW]^{(j−1)/L} with G = ∇L(W), in integral form: evaluating a rate at a state would
/// test algebra only.
/// **Hypotheses.** A matrix factorization, integrated in the weights, from a balanced start; the loss is differentiable along the path.
/// **Judged by.** The departure of every entry (of large W, of random projections) from its integral.
/// **Refuted by.** A wrong rate of the last layer; exponents over L + 1.
/// **Sources.** Arora, Cohen, Hazan 2018, Theorem 1.
public enum EndToEndDynamics: Claim {
  public enum Variant: ClaimVariant {
    case law
    /// Exponents over L + 1.
    case deeper
  }

  static let balancedExample =
    "flowcheck singular-values --shape 6,5 --depth 3 --rank 2 --target-norm 5 --observed 0.7 --init balanced "
    + "--init-scale 0.01 --until 300"

  public static let card = ClaimCard(
    name: "end-to-end", summary: "the end-to-end matrix of a balanced factorization obeys a closed equation",
    formulas: ["W(t) − W(0) = −∫ Σ_{j=1}^{L} [WWᵀ]^((L−j)/L) G [WᵀW]^((j−1)/L) ds with G = ∇L(W)"],
    sources: [
      .aroraCohenHazan2018("Theorem 1"), .derived("tested in integral form, fractional powers from the thin SVD of W"),
    ],
    judgedBy: .integral,
    residual: "largest |W_ij(t) − W_ij(0) − ∫| over accepted steps, relative to the largest entry or integral; beyond "
      + "64 entries, 16 inner products with fixed random matrices",
    example: balancedExample)

  public static let hypotheses: [HypothesisRule] = [
    .isMatrixFactorization, .weightsNotSVD, .balancedLayers, .differentiableAlongThePath,
  ]

  public static let mutants: [MutantRule<Variant>] = [
    .lastLayerRate, .statement("exponents over L + 1", .deeper, where: MatrixSetting.isDeep),
  ]

  public static func statement(_ setting: ClaimSetting) -> String {
    let depth = MatrixSetting.depthText(setting)
    return
      "W(t) − W(0) = −∫ Σ_j [WWᵀ]^((L−j)/\(depth)) G [WᵀW]^((j−1)/\(depth)) ds with L \(depth == "L" ? "the depth" : "= \(depth)"), "
      + "G the loss's gradient at W"
  }

  public static func laws(_ setting: ClaimSetting, _ variant: Variant) -> Laws? {
    setting.endToEnd.map {
      .integral(
        EndToEndLawTerms(.dynamics(depthError: variant == .law ? 0 : 1), $0, balanced: setting.start))
    }
  }

  public static func isCalledFor(_ setting: ClaimSetting) -> Bool { MatrixSetting.isBalanced(setting) }
}
