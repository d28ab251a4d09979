/// The catalogue's rows about hidden entries and least nuclear norms.
extension ClaimCatalog {
  static let hiddenEntryRows: [Row] = [
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
        "both ratios within 2% of 1 at every save time of the last decade, once |h| ≥ 20; inconclusive while the departure "
        + "still falls like a power of t; the exponent fitted over that decade and its interval are printed and decide nothing (a fit at finite t is biased)",
      controls: ["the exponent of depth L + 1", "the factor 2L + 3"],
      example: "flowcheck norms --depth 4 --init-scale 0.5 --until 1e6 --save-log --method bsimp"
    ) { HiddenEntryGrowth() },
    Row(
      identifier: "coordinates",
      summary:
        "weights and svd coordinates bring a hidden entry to every level at the same time (norms --compare-coordinates)",
      statement:
        "first times of |h| = 10^(k/4), located on the flow of the weights and on that of (ln σ, U, V), are equal",
      hypotheses: ["those of hidden-entry", "a start of full rank with distinct singular values"],
      source:
        "both integrate the same balanced flow; svd coordinates as in 1905.13655, Theorem 3, with its vectors' rotation",
      judging:
        "relative difference of every located time, beside 3 × what the last two rungs differ by + 1000·τ; levels reached after "
        + "the weights lost the sign of det W to rounding do not count and make it inconclusive",
      controls: ["the last layer's rate × 1.01 in the weights"],
      example:
        "flowcheck norms --depth 3 --init-scale 0.5 --until 1e9 --stop-loss 1e-4 --method bsimp --compare-coordinates "
        + "--control", make: nil),
    Row(
      identifier: "nuclear-norm",
      summary: "conjecture: depth-2 flow from α → 0 ends at the completion of least nuclear norm (norms --scales)",
      statement: "lim_{α→0} lim_{t→∞} ‖W(t)‖_* = min{‖X‖_* : X takes the observed values}, W(0) proportional to α",
      hypotheses: ["a matrix factorization of depth 2", "observed entries", "every run ends at a fit"],
      source:
        "conjectured by Gunasekar et al. 2017 (1705.09280), proved for commuting measurements; false in general: Razin and "
        + "Cohen 2020 (2005.06398)",
      judging:
        "excess over the optimum, which a dual matrix of spectral norm ≤ 1 on the observed entries certifies to 1e-6: holds only "
        + "where the excess is down at the certificate's gap, violated where it exceeds 1e-3 and ceases to fall with α, "
        + "inconclusive otherwise, for convergence in α is logarithmic",
      controls: [
        "a completion with its hidden entries moved", "a dual on a hidden entry, × 1.05, × 0.95",
        "the flow on [[*, 1], [1, 0.1]] from det W(0) > 0",
      ],
      example: "flowcheck norms --depth 2 --opposite 0.1 --until 1e4 --scales 1e-1,1e-2,1e-3 --control", make: nil),
    Row(
      identifier: "commuting-measurements",
      summary: "from αI, depth-2 flow under commuting measurements is an exponential of integrated residuals",
      statement: """
        W(t) = α² exp(−2 Σ_k A_k ∫₀ᵗ ∂f/∂ŷ_k ds) for symmetric A_k that commute and W_1(0) = W_2(0) = αI, so W = UUᵀ;
        where it fits, log W − log α²I ∈ span{A_k}: the fit of largest entropy, of least trace as α → 0
        """,
      hypotheses: [
        "a matrix factorization of depth 2 with square layers", "symmetric measurements that commute",
        "both layers start at αI", "the loss is differentiable along the trajectory",
      ],
      source: "Gunasekar et al. 2017 (1705.09280), Section 4, with UUᵀ as W_2W_1 (half its rate); in integral form",
      judging:
        "largest departure of an entry of W from the exponential over accepted steps, relative to the largest entry",
      controls: ["the second layer's rate × 1.01", "the factor −4", "a start that does not commute"],
      example:
        "flowcheck run --claims commuting-measurements --model matrix --shape 5,5 --depth 2 --rank 2 --target-norm 2 "
        + "--measure-with commuting --samples 3 --init identity --init-scale 0.3 --until 100 --control"
    ) { CommutingClaim() },
  ]
}
