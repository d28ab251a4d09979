/// The registry of claims about descents beside their flow: one row each, in the order in which they are judged.
public enum ComparisonCatalog {
  /// A claim as `list` and `explain` present it.
  public struct Row: Sendable {
    public let identifier: String
    public let summary: String
    public let statement: String
    public let hypotheses: [String]
    public let source: String
    /// How it is judged.
    public let judging: String
    public let controls: [String]
    public let example: String
    let make: @Sendable () -> any ComparisonClaim
  }

  private static let problem =
    "--model matrix --shape 10,10 --depth 3 --rank 3 --target-norm 10 --observed 0.6 --normalization half-sum "
    + "--init-scale 0.05 --until 40 --learning-rates 1e-2,5e-3,2.5e-3,1.25e-3,6.25e-4"
  private static let orderRule =
    "at least 4 rates; last two local orders log(gap/gap′)/log(η/η′) within 0.1 of the claim; reference error at most 1 % "
    + "of the smallest gap; the fitted slope is printed and decides nothing"

  public static let rows: [Row] = [
    Row(
      identifier: "order",
      summary: "the gap between descent and flow shrinks with the learning rate at the claimed order",
      statement: """
        gradient descent, momentum, Nesterov, group RMSprop beside gradient flow: sup_k ‖θ_k − θ(t_k)‖ = O(η)
        heavy-ball beside the heavy-ball flow θ̈ + τθ̇ = −∇f: O(η)
        gradient descent beside the modified flow of f + (η/4)‖∇f‖²: O(η²)
        """,
      hypotheses: [
        "the loss is differentiable along the flow; for O(η²) its second derivative does not jump",
        "the method tends to that flow as η → 0 (Adam and single paths of SGD do not)",
        "η λ_max < 1 at the three smallest rates",
      ],
      source:
        "Euler's method; Barrett and Dherin 2021 (2009.11162), Theorem 3.1; Kovachki and Stuart 2021 for momentum",
      judging: orderRule, controls: ["one block's rate × 1.01", "modified flow with η/2 in place of η/4"],
      example: "flowcheck compare \(problem) --against modified --control"
    ) { AgreementOrder() },
    Row(
      identifier: "step-law",
      summary: "one iteration changes balancedness by exactly the square of its step times the gradient's",
      statement: """
        matrix: Δ(W(l+1)ᵀ W(l+1) − W(l) W(l)ᵀ) = h²(g(l+1)ᵀ g(l+1) − g(l) g(l)ᵀ) for θ ← θ − hg
        cp:     Δ(‖w_rⁿ‖² − ‖w_rᵐ‖²) = h²(‖g_rⁿ‖² − ‖g_rᵐ‖²)
        """,
      hypotheses: ["one scalar step h for all parameters (gd, sgd, group-rmsprop)"],
      source: "the first-order terms cancel exactly: the argument that proves conservation along the flow",
      judging:
        "worst departure over all iterations relative to the largest term: roundoff holds, above 1e5·u is violated",
      controls: ["one block's rate × 1.01", "the law conserved exactly"],
      example: "flowcheck compare \(problem) --claims step-law"
    ) { OneStepLaw() },
    Row(
      identifier: "drift", summary: "over a fixed horizon descent lets balancedness drift by O(η)",
      statement: "sup_k ‖D(θ_k) − D(θ_0)‖ = O(η), D a balancedness law: O(η²) an iteration, O(1/η) iterations",
      hypotheses: ["the method tends to gradient flow as η → 0", "the loss is differentiable along the flow"],
      source: "summing the one-step formula; Arora, Cohen, Golowich, Hu 2019 (1810.02281)",
      judging: orderRule, controls: ["one block's rate × 1.01"],
      example: "flowcheck compare \(problem) --claims drift"
    ) { BalancednessDrift() },
    Row(
      identifier: "bound",
      summary: "the gap stays below Elkabetz and Cohen's bound, with the Hessian's smallest eigenvalue computed",
      statement: "‖θ_k − θ(t_k)‖ ≤ ∫₀ᵗ exp(−∫ₛᵗ m) δ(s) ds, δ = ‖∇f(p(s)) − ∇f(θ_k)‖ on the polygon p, m the smallest "
        + "eigenvalue of ∇²f on the segment from θ(s) to p(s)",
      hypotheses: ["plain gradient descent at a constant rate", "the loss is differentiable along the flow"],
      source: "Elkabetz and Cohen 2021 (2107.06608), Theorem 3, in an a-posteriori form",
      judging:
        "gap ≤ bound at every sampled time; m by Lanczos less its error at 5 points of each segment (3 above 5000 "
        + "parameters) and at most 200 times (50 above 1000 parameters, 20 above 5000): sampled, so no certificate",
      controls: ["the largest eigenvalue in place of the smallest"],
      example: "flowcheck compare \(problem) --claims bound --closeness 0.1"
    ) { GapBound() },
    Row(
      identifier: "stability", summary: "the descent stays below the edge of stability, λ_max < 2/η",
      statement: "λ_max(∇²f(θ_k)) < 2/η; momentum: 2(1 + μ)/η; nesterov: 2(1 + μ)/((1 + 2μ)η)",
      hypotheses: ["the method has a stability limit (not Adam)"],
      source: "linear stability of the iteration; Cohen, Kaur, Li, Kolter, Talwalkar 2021 (2103.00065)",
      judging:
        "λ_max by Lanczos at the sampled iterates; divergence is a violation; the iteration at which agreement within "
        + "10 % of ‖θ‖ ends is reported", controls: ["a rate beyond the limit"],
      example: "flowcheck compare \(problem) --claims stability"
    ) { StabilityEdge() },
  ]

  /// The claim of that name, or nil.
  public static func row(_ identifier: String) -> Row? { rows.first { $0.identifier == identifier } }
}
