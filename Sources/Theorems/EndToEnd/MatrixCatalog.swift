/// The catalogue's rows about deep matrix factorizations.
extension ClaimCatalog {
  static let matrixRows: [Row] = singularValueRows + hiddenEntryRows

  private static let singularValueRows: [Row] = [
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
      example:
        "flowcheck singular-values --shape 6,5 --depth 3 --rank 2 --target-norm 5 --observed 0.7 --init balanced "
        + "--init-scale 0.01 --until 300"
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
      example:
        "flowcheck singular-values --shape 6,5 --depth 3 --rank 2 --target-norm 5 --observed 0.7 --init balanced "
        + "--init-scale 0.01 --until 300"
    ) { EndToEndClaim.singularValues },
    Row(
      identifier: "singular-value-exponent",
      summary: "the exponent 2 − 2/L of the singular-value law, fitted with an honest interval",
      statement:
        "F_p(σ_r(t)) − F_p(σ_r(0)) = L ∫ γ_r ds, F_p(x) = x^(1−p)/(1−p), γ_r = −⟨G, u_r v_rᵀ⟩, is fitted best by p = 2 − 2/L",
      hypotheses: [
        "a matrix factorization of depth 2 or more", "a balanced start", "distinct singular values at the start",
        "some singular value grows threefold",
      ],
      source: "Arora, Cohen, Hu, Luo 2019 (1905.13655), Theorem 3; fitted in integral form, the factor L known",
      judging:
        "half-width = max|r| Σ|J|/ΣJ² + 3 |p(τ) − p(coarser τ)| + 1e-13; violated if no exponent fits or the claimed one "
        + "is 10 half-widths away; holds only if every rival exponent fits 1000 times worse",
      controls: ["the exponents 1, 2 − 2/(L±1), 2 and the unsquared 1 − 1/L", "a fit on an unbalanced start"],
      example:
        "flowcheck singular-values --shape 6,5 --depth 3 --rank 2 --target-norm 5 --observed 0.7 --init balanced "
        + "--init-scale 0.01 --until 300 --control"
    ) { SingularValueExponent() },
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
    Row(
      identifier: "imbalance-bound",
      summary: "at depth 2, how far an unbalanced start may depart from the balanced law",
      statement: """
        |σ̇_r + 2σ_r ⟨G, u_r v_rᵀ⟩| ≤ ‖D‖ (‖G v_r‖ + ‖Gᵀ u_r‖),  D = W2ᵀW2 − W1 W1ᵀ at t = 0
        −‖D‖/2 ≤ W2 W2ᵀ − (WWᵀ)^(1/2) ≤ ‖D‖ and −‖D‖/2 ≤ W1ᵀW1 − (WᵀW)^(1/2) ≤ ‖D‖ as operators
        """,
      hypotheses: ["a matrix factorization of depth 2", "the loss is differentiable along the trajectory"],
      source:
        "derived by polar decomposition and operator monotonicity of the square root; D is conserved, so its start "
        + "value serves for all t",
      judging: "slack of every bound at every accepted step; the tightness of each is printed",
      controls: ["the constant 1/4"],
      example: "flowcheck singular-values --shape 6,6 --depth 2 --rank 2 --init-scale 0.3 --until 20"
    ) { ImbalanceBound() },
    Row(
      identifier: "incremental-modes",
      summary:
        "modes of a deep factorization rise one after the other, as the closed form says (incremental --model matrix)",
      statement: """
        from W(0) = α Σ u_i v_iᵀ, the target Σ s_i u_i v_iᵀ observed everywhere, x_i = u_iᵀ W v_i is s_i/2 at
        t_i = ∫_α^(s_i/2) dx/(L x^(2−2/L)(s_i − x)), half-sum's unit;  t_1/t_2 → s_2/s_1 as α → 0
        """,
      hypotheses: [
        "a matrix factorization of depth 2 or more", "every entry observed", "a sum of squares", "s_i differ",
      ],
      source:
        "Saxe, McClelland, Ganguli 2014 (1312.6120); Gidel, Bach, Lacoste-Julien 2019 (1904.13262); Gissin, "
        + "Shalev-Shwartz, Daniely 2020 (1909.12051)",
      judging:
        "largest relative departure of a located half-rise time from the closed form at every α, beside 1000·τ; larger modes "
        + "rise first. The ratio's approach to its limit and, at depth 2, the α below which modes separate are printed",
      controls: [
        "the closed form of depth L + 1", "targets of neighbouring modes exchanged", "the last layer's rate × 1.01",
      ],
      example:
        "flowcheck incremental --model matrix --shape 6,5 --depth 3 --rank 3 --target-norm 10 --until 1e5 --control",
      make: nil),
  ]
}
