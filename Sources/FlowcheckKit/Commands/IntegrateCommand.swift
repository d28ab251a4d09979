import ArgumentParser
import Workbench

/// `flowcheck integrate`.
struct Integrate: ExperimentParsing {
  static let command = ExperimentCommand.integrate
  static let configuration = CommandConfiguration(
    abstract: "Solves a flow (or runs a descent) and writes its trajectory; judges nothing.",
    discussion: """
      Exit status 0 when --until or a stop condition is reached, 2 when the
      integration gives up before.

      With --learning-rate it runs gradient descent, or the descent that --optimizer
      names, from the same start on the same loss. Time is flow time: the sum of the
      steps (adam: iterations × rate, which is nobody's flow time). A descent whose
      steps vary, such as group-rmsprop, is best ended by --stop-loss; --max-steps
      counts iterations.

      Examples:
        flowcheck integrate --model cp --shape 10,10,10 --components 50 --rank 3 \\
          --observed 500 --init-scale 0.1 --until 1e6 --stop-loss 1e-8 --output out
        flowcheck integrate --model cp --shape 10,10,10 --components 50 --rank 3 \\
          --observed 500 --init-scale 0.1 --until 1e6 --stop-loss 1e-8 \\
          --learning-rate 1e-2 --optimizer group-rmsprop
      """)

  @OptionGroup var flow: FlowFileArgument
  @Option(.rtol) var rtol: String?
  @Option(.learningRate) var learningRate: String?
  @OptionGroup(title: "Descent") var descent: DescentOptions
  @Flag(.error) var error: Bool
  @Flag(.leastNuclearNorm) var leastNuclearNorm: Bool
  @Flag(help: "Exit with status 0 even if the integration gives up.")
  var exitZero = false
  @OptionGroup var experiment: ExperimentOptions

  var flowFile: String? { flow.file }

  var ownFlags: [FlagText] {
    [
      FlagText(.rtol, rtol), FlagText(.learningRate, learningRate), FlagText(.error, error),
      FlagText(.leastNuclearNorm, leastNuclearNorm),
    ] + descent.flags
  }
}
