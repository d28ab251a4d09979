import ArgumentParser
import Workbench

/// `flowcheck growth`.
struct GrowthCommand: JudgingParsing {
  static let command = ExperimentCommand.growth
  static let configuration = CommandConfiguration(
    commandName: "growth",
    abstract: "Checks how component norms grow: exact rate, bounds, and the exponent 2 − 2/N of balanced starts.",
    discussion: """
      From any start: component-rate, effective-exponent, component-bounds and
      component-bounds-sharp. From balanced starts the growth law and its fitted
      exponent (growth-law, growth-exponent), from others the closed form with the
      conserved unbalancedness (unbalanced-growth); a note says what was left out.
      While a Huber loss is on its linear branch, components in stationary directions
      are compared with a closed form in t (constant-gradient-form).

      Examples:
        flowcheck growth --shape 10,10,10 --components 20 --rank 3 --observed 300 \\
          --init balanced --init-scale 0.05 --until 1e5 --stop-loss 1e-6 \\
          --control --plot growth.svg
        flowcheck growth --shape 8,8,8,8 --components 100 --rank 2 \\
          --observed 500 --init-scale 0.1 --until 1e6 --stop-norm 0.5
      """)

  @OptionGroup var flow: FlowFileArgument
  @OptionGroup(title: "Check") var check: CheckOptions
  @OptionGroup var experiment: ExperimentOptions

  var flowFile: String? { flow.file }
}
