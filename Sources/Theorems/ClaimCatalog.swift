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
    /// Builds the claim; nil for what only its own command examines, as it needs more than one experiment.
    public let make: (@Sendable () -> any Claim)?
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
        controls: [
          "the second block's rate × 1.01", "a plus sign in the law", "cp: norms instead of squared norms",
          "cp, N ≥ 3: inner products of two components",
        ],
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
    ] + componentRows + matrixRows

  /// The claim of that name, or nil.
  public static func row(_ identifier: String) -> Row? { rows.first { $0.identifier == identifier } }
}
