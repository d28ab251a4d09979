import ArgumentParser
import Workbench

/// `flowcheck incremental`.
struct IncrementalCommand: JudgingParsing {
  static let command = ExperimentCommand.incremental
  static let configuration = CommandConfiguration(
    commandName: "incremental",
    abstract: "Checks that components leave zero one after the other, against the closed form at every scale α.",
    discussion: """
      --model cp (default): at the instant when the leading component reaches
      --level, the others are what the constant-gradient closed form says, O(α^N)
      where the leader's advantage suffices. a is the start drawn with
      --init-scale 1 (default --init balanced).

      --model matrix: from W(0) = α Σ u_i v_iᵀ on the modes of a target that is
      observed everywhere, mode i is half risen at ∫ dx/(L x^(2−2/L)(s_i − x)), so
      larger modes rise first; t_1/t_2 → s_2/s_1 as α → 0.

      --model hierarchical: when the largest local component of an inner node has
      left zero (the geometric mean of its first and last norm), the second is a
      part of it that vanishes as α → 0; runs end at 1e-4 of the start's loss.

      --output writes series.csv with a row per α, for CP components.csv with every
      component at that instant, and trajectory.npz, the flow up to it at the
      smallest α.

      Examples:
        flowcheck incremental --shape 4,4,4 --components 5 --rank 1 \\
          --target-norm 8 --observed 20 --loss huber --huber-delta 0.01 \\
          --until 1e9 --control
        flowcheck incremental --model matrix --shape 6,5 --depth 3 --rank 3 \\
          --target-norm 10 --until 1e5 --control
      """)

  @OptionGroup(title: "Scales") var scale: ScaleOptions
  @Option(.level) var level: String?
  @OptionGroup(title: "Check") var check: CheckOptions
  @OptionGroup var experiment: ExperimentOptions

  var furtherFlags: [FlagText] { scale.flags + [FlagText(.level, level)] }
}
