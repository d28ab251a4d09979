/// The catalogue's rows about deep matrix factorizations.
extension ClaimCatalog {
  static let matrixRows: [Row] = [
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
      identifier: "hidden-entry",
      summary: "the hidden entry of a square completion problem goes to infinity as the loss falls",
      statement: """
        2×2, ±1 beside the hidden entry, 0 opposite:  |h| ≥ B(δ) = (1 − x)^(3/2)/√x, x = (√(1 + 4δ²) − 1)/2, δ² ≤ 3/4
        2×2, z₁ and z₂ beside it, ε opposite:         |h| ≥ (|z₁| − δ)(|z₂| − δ)/(|ε| + δ)
        d×d:                                          |h| ≥ (|det| − Δ_d)/(|minor| + Δ_(d−1)), Δ_n = Π(‖row‖ + δ) − Π‖row‖
        δ is the norm of the residuals, whatever the loss's normalization
        """,
      hypotheses: [
        "a matrix factorization of depth 2 or more with square layers", "all entries but one are observed",
        "a balanced start", "det W(0) has the sign opposite to the data's with 0 for the hidden entry",
      ],
      source: "Razin and Cohen 2020 (2005.06398), Theorems 1 and 2, in sharp form: B(δ) is the exact infimum",
      judging:
        "slack |h| − bound at every accepted step while the sign of det W is known; inconclusive once it is lost to "
        + "rounding: the balancedness drift of a layer's smallest direction exceeds half of σ_min², or σ_min < 10³u‖W_l‖",
      controls: [
        "1.05 × the bound", "δ² for δ in the bound", "a start of the other determinant sign", "an unbalanced start",
      ],
      example: "flowcheck norms --depth 3 --init-scale 0.5 --until 1e4 --save-log --method bsimp"
    ) { HiddenEntryClaim() },
    Row(
      identifier: "norms",
      summary: "every norm and quasi-norm goes to infinity while rank is minimized (2×2)",
      statement: """
        ‖W‖ ≥ a/√ℓ − b, a = 1/(√2 c), b = max{√2 a, 8c²}: spectral, Frobenius, nuclear, Schatten-1/2 and -1/4, entrywise l_1
        and l_1/2, with c = 1 for norms and 2^(1/p − 1) for p < 1
        erank(W) ≤ 1 + (2√12/ln 2)√ℓ and ≤ exp(h(δ/(B(δ) + δ))); distance to rank one ≤ δ for δ < 1
        ℓ = δ²/2 is the half-sum loss, formed from the residuals whatever the normalization in force
        """,
      hypotheses: ["those of hidden-entry", "2×2 with ±1 beside the hidden entry and 0 opposite"],
      source: "Razin and Cohen 2020 (2005.06398), Theorem 1; sharp rank bounds derived",
      judging:
        "slack of every bound at every accepted step while the sign of det W is known; σ_min comes from the layers' "
        + "determinants or from svd coordinates, never from an SVD of the product",
      controls: [
        "floors 1.05 a/√ℓ without −b", "distance to rank one ≤ δ²", "a start of the other determinant sign",
        "an unbalanced start",
      ],
      example:
        "flowcheck norms --depth 2 --init-scale 0.5 --coordinates svd --method bsimp --until 1e9 --stop-loss 1e-4"
    ) { NormsClaim() },
    Row(
      identifier: "hidden-entry-growth",
      summary: "how fast the hidden entry of the 2×2 problem goes to infinity",
      statement: "|h| ~ ((2L + 2)t)^(L/(2L + 2)) and ℓ ~ 1/(2h²); t of the half-sum loss (c Σ r² runs at 2c t)",
      hypotheses: ["those of norms", "a sum of squares"],
      source: "derived from the singular-value law; asymptotic",
      judging:
        "both ratios within 2% of 1 at every save time of the last decade, once |h| ≥ 20; the exponent fitted over "
        + "that decade and its interval are printed and decide nothing (a fit at finite t is biased)",
      controls: ["the exponent of depth L + 1", "the factor 2L + 3"],
      example: "flowcheck norms --depth 4 --init-scale 0.5 --until 1e6 --save-log --method bsimp"
    ) { HiddenEntryGrowth() },
  ]
}
