/// The registry of claims: one row each.
public enum ClaimCatalog {
  /// A claim as `list` and `explain` present it.
  public struct Row: Sendable {
    public let identifier: String
    public let summary: String
    /// The statement with its formula, for every model it covers.
    public let statement: String
    public let hypotheses: [String]
    public let source: String
    /// How a residual is formed and judged.
    public let judging: String
    public let controls: [String]
    /// A command line that shows it.
    public let example: String
    public let make: @Sendable () -> any Claim
  }

  public static let rows: [Row] =
    [
      Row(
        identifier: "balancedness",
        summary: "differences of squared norms (CP) or Gram matrices (deep matrix) are constant along gradient flow",
        statement: """
          matrix: W(l+1)ᵀ W(l+1) − W(l) W(l)ᵀ is constant in t for every l = 1 … L−1
          cp:     ‖w_rⁿ‖² − ‖w_rᵐ‖² is constant in t for every component r and modes n, m
          """,
        hypotheses: ["the loss is differentiable along the trajectory", "the model has at least two factors"],
        source: "Arora, Cohen, Hazan 2018 (1802.06509), Theorem 1; Du, Hu, Lee 2018 (1806.00900), Theorem 2.2; "
          + "Razin, Maman, Cohen 2021 (2102.09972), Lemma 1",
        judging:
          "largest change of a law over all accepted steps (matrix: Frobenius norm), relative to the largest single "
          + "term along the run",
        controls: ["the second block's rate × 1.01", "a plus sign in the law"],
        example:
          "flowcheck balancedness --model matrix --shape 10,10 --depth 3 --rank 3 --target-norm 10 --observed 0.6 "
          + "--normalization half-sum --init-scale 0.05 --until 40"
      ) { Balancedness() },
      Row(
        identifier: "dissipation",
        summary: "the loss falls by exactly the integral of the squared gradient norm",
        statement: "f(0) − f(t) = ∫₀ᵗ ‖∇f(θ(s))‖² ds",
        hypotheses: ["the loss is differentiable along the trajectory"],
        source: "chain rule along θ̇ = −∇f(θ); tested in integral form, the integral being a state of the ODE",
        judging: "largest |f(0) − f(t) − ∫‖∇f‖²| over all accepted steps, relative to the largest of the three terms",
        controls: ["the last block's rate × 1.01", "the integral × 1.01"],
        example: "flowcheck run --claims dissipation --model cp --shape 6,6,6 --components 10 --rank 2 --observed 0.5 "
          + "--init-scale 0.3 --until 2000"
      ) { LossDissipation() },
      Row(
        identifier: "end-to-end",
        summary: "the end-to-end matrix of a balanced factorization obeys a closed equation",
        statement: "W(t) − W(0) = −∫ Σ_{j=1}^{L} [WWᵀ]^((L−j)/L) G [WᵀW]^((j−1)/L) ds with G = ∇L(W)",
        hypotheses: ["a matrix factorization", "a balanced start", "the loss is differentiable along the trajectory"],
        source:
          "Arora, Cohen, Hazan 2018 (1802.06509), Theorem 1; tested in integral form, fractional powers from the thin "
          + "SVD of W",
        judging:
          "largest |W_ij(t) − W_ij(0) − ∫| over accepted steps, relative to the largest entry or integral; beyond "
          + "64 entries, 16 inner products with fixed random matrices",
        controls: ["the last layer's rate × 1.01", "exponents over L + 1"],
        example: "flowcheck singular-values --shape 6,5 --depth 3 --rank 2 --observed 0.7 --init balanced --until 60"
      ) { EndToEndClaim.dynamics },
      Row(
        identifier: "singular-values",
        summary: "singular values of a balanced factorization grow with the power 2 − 2/L of themselves",
        statement: "σ_r(t) − σ_r(0) = −L ∫ σ_r^(2−2/L) ⟨G, u_r v_rᵀ⟩ ds for every r, with G = ∇L(W)",
        hypotheses: [
          "a matrix factorization", "a balanced start", "distinct singular values at the start",
          "the loss is differentiable along the trajectory",
        ],
        source: "Arora, Cohen, Hu, Luo 2019 (1905.13655), Theorem 3; tested in integral form",
        judging: "largest departure of a singular value from its integral over accepted steps, relative to the largest",
        controls: ["the last layer's rate × 1.01", "the exponent 2 − 2/(L + 1)"],
        example: "flowcheck singular-values --shape 6,5 --depth 3 --rank 2 --observed 0.7 --init balanced --until 60"
      ) { EndToEndClaim.singularValues },
      Row(
        identifier: "singular-value-rates",
        summary: "the exact rate of every singular value from any start",
        statement: "σ_r(t) − σ_r(0) = −∫ Σ_l u_rᵀ A_l A_lᵀ G B_lᵀ B_l v_r ds, A_l = W_L ⋯ W_(l+1), B_l = W_(l−1) ⋯ W_1",
        hypotheses: [
          "a matrix factorization", "distinct singular values at the start",
          "the loss is differentiable along the trajectory",
        ],
        source: "derived from the product rule and the derivative of a simple singular value; tested in integral form",
        judging: "largest departure of a singular value from its integral over accepted steps, relative to the largest",
        controls: ["the last layer's rate × 1.01", "the first layer's term left out"],
        example: "flowcheck singular-values --shape 6,6 --depth 3 --rank 2 --init-scale 0.3 --until 20"
      ) { EndToEndClaim.singularValueRates },
    ] + componentRows

  /// The claim of that name, or nil.
  public static func row(_ identifier: String) -> Row? { rows.first { $0.identifier == identifier } }
}
