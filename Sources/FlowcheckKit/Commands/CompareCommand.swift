import ArgumentParser
import Workbench

/// `flowcheck compare`.
struct Compare: JudgingParsing {
  static let command = ExperimentCommand.compare
  static let configuration = CommandConfiguration(
    abstract: "Compares descents at several learning rates with their flow: orders, drift, bound, stability.",
    discussion: """
      Gradient descent leaves gradient flow by O(η), and its second-order modified
      flow by O(η²); balancedness drifts by O(η). The orders are measured between
      successive learning rates; four or more are needed. --refine takes the
      tolerances of the reference flow and of a second one that tells its error
      (default 1e-10,1e-12); --save is 1000 by default. --plot draws the gap against
      the learning rate, and beside it, under NAME-time, the gap against time;
      under NAME-descents losses and norms beside the flow's. --output leaves the
      descents at the save times in descents.csv (rate 0 is the flow).

      Example:
        flowcheck compare --model matrix --shape 10,10 --depth 3 --rank 3 \\
          --target-norm 10 --observed 0.6 --normalization half-sum \\
          --init-scale 0.05 --until 40 \\
          --learning-rates 1e-2,5e-3,2.5e-3,1.25e-3,6.25e-4
      """)

  @OptionGroup var flow: FlowFileArgument
  @Option(.comparisonClaims) var claims: String?
  @OptionGroup(title: "Comparison") var compare: CompareOptions
  @OptionGroup(title: "Check") var check: CheckOptions
  @OptionGroup var experiment: ExperimentOptions

  var flowFile: String? { flow.file }

  var furtherFlags: [FlagText] { compare.flags + [FlagText(.comparisonClaims, claims)] }
}
