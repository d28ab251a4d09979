import ArgumentParser
import Workbench

/// `flowcheck rank-one`.
struct RankOneCommand: JudgingParsing {
  static let command = ExperimentCommand.rankOne
  static let configuration = CommandConfiguration(
    commandName: "rank-one",
    abstract: "Checks that small starts follow rank-one trajectories, over a ladder of scales α.",
    discussion: """
      From α a, once ‖W‖ = min|y| − δ, the distance to a rank-one gradient-flow
      trajectory vanishes with α until t = --until later or ‖W‖ ≥ --bound. a is the
      start drawn with --init-scale 1 (default --init balanced). The one-component
      flows run beside the full one on the same steps, so that distances far below
      the solver's error of either are resolved.

      --output writes series.csv with a row per α, distances.csv with the distances
      over time, and trajectory.npz, the flow from ‖W‖ = min|y| − δ on at the
      smallest α.

      Example:
        flowcheck rank-one --shape 3,3,3 --components 10 --rank 1 --target-norm 5 \\
          --observed 12 --loss huber --huber-delta 0.02 --until 2000 --control \\
          --plot distance.svg
      """)

  @OptionGroup(title: "Scales") var scale: ScaleOptions
  @Option(.bound) var bound: String?
  @OptionGroup(title: "Check") var check: CheckOptions
  @OptionGroup var experiment: ExperimentOptions

  var furtherFlags: [FlagText] { scale.flags + [FlagText(.bound, bound)] }
}
