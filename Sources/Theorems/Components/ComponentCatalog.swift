/// The catalogue's rows about component norms.
extension ClaimCatalog {
  private static let growthExample =
    "flowcheck growth --shape 6,6,6 --components 10 --rank 2 --observed 0.5 --init balanced --init-scale 0.1 --until 3000"
  private static let paper = "Razin, Maman, Cohen 2021 (2102.09972), Theorem 1 and Corollary 1"

  static let componentRows: [Row] = [
    Row(
      identifier: "component-rate",
      summary: "component norms grow at exactly γ_r Σ_n Π_{n'≠n} ‖w_r^{n'}‖², from any start",
      statement: """
        σ_r(t) − σ_r(0) = ∫₀ᵗ γ_r Σ_n Π_{n'≠n} ‖w_r^{n'}‖² ds
        σ_r = Π_n ‖w_rⁿ‖, γ_r = ⟨−∇L(W), ⊗_n ŵ_rⁿ⟩ = −⟨∇_{w_rⁿ} f, w_rⁿ⟩/σ_r
        """,
      hypotheses: [
        "the model is a sum of terms multilinear in at least two blocks", "the loss is differentiable on the way",
      ],
      source: paper,
      judging:
        "largest departure over all accepted steps, relative to the largest term of the same component; the integral is "
        + "a state of the ODE (the rate evaluated at a state would be algebra)",
      controls: ["the second block's rate × 1.01", "the squares dropped", "the integral × 1.01"], example: growthExample
    ) { ComponentGrowth() },
    Row(
      identifier: "growth-law",
      summary: "component norms of balanced starts grow like dσ/dt = N γ σ^(2−2/N), with nothing fitted",
      statement: """
        N ≥ 3:  σ_r^(−(N−2)/N)(t) + (N−2) ∫₀ᵗ γ_r ds is constant
        N = 2:  ln σ_r(t) − 2 ∫₀ᵗ γ_r ds is constant
        """,
      hypotheses: ["the start is balanced within each component", "the loss is differentiable on the way"],
      source: paper + "; linearized form derived",
      judging: "largest departure over all accepted steps, relative to the largest term of the same component",
      controls: [
        "the second block's rate × 1.01", "the exponents 1, 2 − 2/(N±1) and 2", "an unbalanced start",
      ], example: growthExample
    ) { BalancedGrowth() },
    Row(
      identifier: "growth-exponent",
      summary: "the fitted exponent of balanced growth covers 2 − 2/N within an honest interval",
      statement: "γ⁻¹ dσ_r/dt = N σ_rᵖ with p = 2 − 2/N; p is fitted to σ and ∫γ, never to differences of saved norms",
      hypotheses: ["the start is balanced within each component"],
      source: paper,
      judging:
        "half-width = max|r| Σ|J|/ΣJ² + 3 |p(τ) − p(coarser τ)| + 1e-13; violated if no exponent fits or the claimed one "
        + "is 10 half-widths away; holds only if every rival exponent fits 1000 times worse",
      controls: ["the exponents 1, 2 − 2/(N±1) and 2", "a fit on an unbalanced start"], example: growthExample
    ) { ComponentExponent() },
    Row(
      identifier: "unbalanced-growth",
      summary: "component norms of any start grow as the closed form with the conserved unbalancedness says",
      statement: """
        ∫_{a(0)}^{a(t)} da/(2 √Π_n(a + δ_n)) = ∫₀ᵗ γ_r ds, a the smallest squared norm of component r, δ_n = ‖w_rⁿ‖² − a ≥ 0
        N = 2:  σ_r(t) = (δ/2) sinh(2∫γ_r + asinh(2σ_r(0)/δ)); all δ_n = 0: growth-law
        """,
      hypotheses: [
        "the model is a sum of terms multilinear in at least two blocks", "the loss is differentiable on the way",
      ],
      source: "derived: da/dt = 2 γ σ with σ² = Π(a + δ_n), and the δ_n are conserved",
      judging:
        "largest departure over all accepted steps, relative to the component's largest term or a/(2σ), which is what an error "
        + "of a counts; the left side by ten-point Gauss–Legendre panels in ln a",
      controls: ["the second block's rate × 1.01", "δ × 1.05"],
      example: "flowcheck growth --shape 6,6,6 --components 10 --rank 2 --observed 0.5 --init-scale 0.1 --until 3000"
    ) { UnbalancedGrowth() },
    Row(
      identifier: "effective-exponent",
      summary: "an unbalanced start shows the exponent 4 e_{N−2} e_N / e_{N−1}² instead",
      statement:
        "ln e_{N−1}(t) − ln e_{N−1}(0) = ∫₀ᵗ 4 γ_r σ_r e_{N−2}/e_{N−1} ds, e_k of the squared norms of component r",
      hypotheses: ["the model is a sum of terms multilinear in at least two blocks"],
      source: "derived: d ln(σ'/γ)/d ln σ along the flow",
      judging: "largest departure over all accepted steps; logarithms count as relative errors",
      controls: ["the second block's rate × 1.01", "the exponent × 1.01"], example: growthExample
    ) { EffectiveExponent() },
    Row(
      identifier: "component-bounds",
      summary: "growth of component norms within the two-sided bounds of the unbalancedness ε",
      statement: """
        γ_r ≥ 0:  N γ_r σ_r²/(σ_r^(2/N) + ε) ≤ dσ_r/dt ≤ N γ_r (σ_r^(2/N) + ε)^(N−1)
        γ_r < 0:  both reversed
        """,
      hypotheses: ["the model is a sum of terms multilinear in at least two blocks"],
      source: "Razin, Maman, Cohen 2021 (2102.09972), Theorem 3",
      judging:
        "integral form over every accepted step and between save times; u_slack from the change of the slack between rungs",
      controls: ["ε/20", "ε = 0", "not reversed for γ < 0", "bounds 1% closer"],
      example: "flowcheck growth --shape 6,6,6 --components 10 --rank 2 --observed 0.5 --init-scale 0.1 --until 3000"
    ) { ComponentBounds() },
    Row(
      identifier: "component-bounds-sharp",
      summary: "the same bounds with each component's own unbalancedness ε_r",
      statement: "as component-bounds, with ε_r = max_{n,n'} |‖w_rⁿ‖² − ‖w_rⁿ'‖²| in place of ε",
      hypotheses: ["the model is a sum of terms multilinear in at least two blocks"],
      source: "derived: the proof of Theorem 3 uses one component at a time",
      judging:
        "integral form over every accepted step and between save times; u_slack from the change of the slack between rungs",
      controls: ["ε_r/20", "ε_r = 0", "not reversed for γ < 0", "bounds 1% closer"],
      example: "flowcheck growth --shape 6,6,6 --components 10 --rank 2 --observed 0.5 --init-scale 0.1 --until 3000"
    ) { ComponentBounds(sharp: true) },
    Row(
      identifier: "constant-gradient-bounds",
      summary: "while ∇L is constant, component norms lie between two closed forms",
      statement: """
        until the first kink of a Huber loss, with s = σ^(1/N):
        (s₀^(2−N) − (N−2) γ(0) t)^(−1/(N−2)) ≤ s(t) ≤ (s₀^(2−N) − (N−2) ‖∇L(0)‖_F t)^(−1/(N−2))
        """,
      hypotheses: ["N ≥ 3", "the start is balanced", "every |residual| starts above δ", "γ(0) > 0"],
      source: "proof of Theorem 2 in Razin, Maman, Cohen 2021 (2102.09972)",
      judging:
        "slack at every accepted step up to the located kink; u_slack from the change of the slack between rungs",
      controls: ["γ(0) × 1.5 and ‖∇L(0)‖/1.5"],
      example: "flowcheck run --claims constant-gradient-bounds --model cp --shape 4,4,4 --components 5 --rank 1 "
        + "--target-norm 8 --observed 20 --loss huber --huber-delta 0.01 --init balanced --init-scale 0.1 --until 300"
    ) { ConstantGradient.sandwich },
    Row(
      identifier: "constant-gradient-gamma",
      summary: "while ∇L is constant, no γ_r decreases",
      statement: "dγ_r/dt = Σ_n (Π_{m≠n}‖w_rᵐ‖/‖w_rⁿ‖) ‖P⊥ g_n‖² ≥ 0 until the first kink of a Huber loss",
      hypotheses: ["every |residual| starts above δ"],
      source: "derived: direction dynamics under a constant gradient",
      judging: "change of γ_r over every accepted step up to the located kink, relative to ‖∇L(0)‖_F",
      controls: ["γ_r is nonincreasing"],
      example: "flowcheck run --claims constant-gradient-gamma --model cp --shape 4,4,4 --components 5 --rank 1 "
        + "--target-norm 8 --observed 20 --loss huber --huber-delta 0.01 --init-scale 0.1 --until 300"
    ) { ConstantGradient.monotoneGamma },
    Row(
      identifier: "constant-gradient-form",
      summary: "while ∇L is constant, components in stationary directions grow as a closed form in t says",
      statement: """
        until the first kink of a Huber loss: ∫_{a(0)}^{a(t)} da/(2 √Π_n(a + δ_n)) = γ_r(0) t
        balanced, N ≥ 3: σ = [σ_0^(−(N−2)/N) − (N−2) γ t]^(−N/(N−2));  N = 2: σ = (δ/2) sinh(2γt + asinh(2σ_0/δ))
        """,
      hypotheses: ["every |residual| starts above δ", "some component points in a stationary direction of ∇L(0)"],
      source: "proof of Theorem 2 in Razin, Maman, Cohen 2021 (2102.09972); unbalanced form derived",
      judging:
        "largest departure over every accepted step up to the located kink, relative as in unbalanced-growth; other components "
        + "are not looked at",
      controls: ["γ(0) × 1.01", "δ × 1.05"],
      example: "flowcheck growth --shape 1,1,1 --components 2 --rank 1 --target-norm 8 --loss huber --huber-delta 0.01 "
        + "--init-scale 0.2 --until 300"
    ) { UnbalancedGrowth.constantGradient },
    Row(
      identifier: "rank-one",
      summary: "small balanced starts with a leading component follow rank-one trajectories (own command)",
      statement: """
        from α a, with T₀ the time when ‖W‖ = ρ = min|y| − δ: ‖W(T₀ + t) − W₁(t)‖_F → 0 as α → 0 until t ≥ T or ‖W‖ ≥ D,
        like αᴺ for the one-component flows reseeded at T₀ (A) and started with the leader (B),
        like α^min(κ,N) for the flow from the limiting direction (C)
        """,
      hypotheses: [
        "N ≥ 3, observed entries, none of them 0", "Huber loss with δ below every |y|", "the start is balanced",
        "(i) γ_1(0) > 0", "(ii) ‖a_1‖ > ‖a_r‖ (‖∇L(0)‖_F/γ_1(0))^(1/(N−2)) for every r ≠ 1",
      ],
      source: "Razin, Maman, Cohen 2021 (2102.09972), Theorem 2 and Corollary 2",
      judging:
        "sup-distances over at least four halvings of α, falling, their last slope within 0.15 of N, the solver's error at "
        + "most 1% of each, the references being integrated on the same steps; violated only by a distance that does not fall "
        + "over a decade and exceeds the proof's estimates",
      controls: ["two equal leaders"],
      example: "flowcheck rank-one --shape 3,3,3 --components 10 --rank 1 --target-norm 5 --observed 12 --loss huber "
        + "--huber-delta 0.02 --until 2000 --control", make: nil),
    Row(
      identifier: "incremental",
      summary: "one component leaves zero first while the others are O(αᴺ), as the closed form says (own command)",
      statement: """
        when σ_1 = σ*:  σ_r = [(α a_r)^(2−N) − κ_r ((α a_1)^(2−N) − σ*^(−(N−2)/N))]^(−N/(N−2)), κ_r = ∫γ_r/∫γ_1
        ≤ αᴺ [a_r^(2−N) − κ_r a_1^(2−N)]^(−N/(N−2)) where a_1/a_r > κ_r^(1/(N−2));  N = 2: σ_r = (α a_r)² (σ*/(α a_1)²)^κ_r
        """,
      hypotheses: ["the start is balanced", "the gradient is constant until σ* is reached", "a_1/a_r > κ_r^(1/(N−2))"],
      source: "proof of Theorem 2 in Razin, Maman, Cohen 2021 (2102.09972); closed form derived",
      judging:
        "largest relative departure from the closed form at every α of at least four halvings, beside 1000·τ times the growth "
        + "(σ/σ_0)^((N−2)/N); and one component risen at the two smallest α",
      controls: ["the exponent 1/(N−2)", "γ_1 and γ_r swapped"],
      example: "flowcheck incremental --shape 4,4,4 --components 5 --rank 1 --target-norm 8 --observed 20 --loss huber "
        + "--huber-delta 0.01 --until 1e9 --control", make: nil),
  ]
}
