import ArgumentParser
import Workbench

/// `flowcheck singular-values`.
struct SingularValuesCommand: JudgingParsing {
  static let command = ExperimentCommand.singularValues
  static let configuration = CommandConfiguration(
    commandName: "singular-values",
    abstract: "Checks how the end-to-end matrix of a deep factorization and its singular values move.",
    discussion: """
      From balanced starts:
        end-to-end               Ẇ = −Σ_j [WWᵀ]^((L−j)/L) G [WᵀW]^((j−1)/L)
        singular-values          σ̇_r = −L σ_r^(2−2/L) ⟨G, u_r v_rᵀ⟩
        singular-value-exponent  the exponent 2 − 2/L fitted, with its interval
      From any start:
        singular-value-rates     σ̇_r = −Σ_l u_rᵀ A_l A_lᵀ G B_lᵀ B_l v_r
        imbalance-bound          at depth 2,
                                 |σ̇_r + 2σ_r ⟨G, u_r v_rᵀ⟩| ≤ ‖D‖ (‖G v_r‖ + ‖Gᵀ u_r‖)
      G is the loss's gradient at W, so rates scale with --normalization. All laws
      are tested in integral form; of matrices larger than 16 the 16 largest singular
      values are followed. Laws of balanced flows are left out when the start is not
      balanced; 'flowcheck run --claims' asks for any of them.

      Examples:
        flowcheck singular-values --shape 10,8 --depth 3 --rank 2 --target-norm 10 \\
          --observed 0.6 --init balanced --init-scale 0.01 --until 200
        flowcheck singular-values --shape 100,100 --depth 3 --rank 5 \\
          --target-norm 100 --observed 2000 --init balanced --init-scale 1e-3 \\
          --until 2000
        flowcheck singular-values --shape 6,6 --depth 2 --rank 2 --init gaussian \\
          --init-scale 0.3 --until 20 --control
      """)

  @OptionGroup(title: "Check") var check: CheckOptions
  @OptionGroup var experiment: ExperimentOptions
}
