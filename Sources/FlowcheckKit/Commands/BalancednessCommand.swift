import ArgumentParser
import Workbench

/// `flowcheck balancedness`.
struct BalancednessCommand: JudgingParsing {
  static let command = ExperimentCommand.balancedness
  static let configuration = CommandConfiguration(
    commandName: "balancedness",
    abstract: "Checks that balancedness is conserved along gradient flow.",
    discussion: """
      matrix: W(l+1)ᵀ W(l+1) − W(l) W(l)ᵀ is constant for every l.
      cp:     ‖w_rⁿ‖² − ‖w_rᵐ‖² is constant for every component r, modes n and m.

      Examples:
        flowcheck balancedness --model matrix --shape 10,10 --depth 3 --rank 3 \\
          --target-norm 10 --observed 0.6 --normalization half-sum \\
          --init-scale 0.05 --until 40
        flowcheck balancedness --model cp --data ratings.csv --shape 50,40,12 \\
          --components 8 --until 500 --control
      """)

  @OptionGroup var flow: FlowFileArgument
  @OptionGroup(title: "Check") var check: CheckOptions
  @OptionGroup var experiment: ExperimentOptions

  var flowFile: String? { flow.file }
}
