import ArgumentParser
import Workbench

/// `flowcheck integrate`.
struct Integrate: ExperimentParsing {
  static let command = ExperimentCommand.integrate
  static let configuration = CommandConfiguration(
    abstract: "Solves a flow (or runs gradient descent) and writes its trajectory; judges nothing.",
    discussion: """
      Exit status 0 when --until or a stop condition is reached, 2 when the
      integration gives up before.

      Example:
        flowcheck integrate --model cp --shape 10,10,10 --components 50 --rank 3 \\
          --observed 500 --init-scale 0.1 --until 1e6 --stop-loss 1e-8 --output out
      """)

  @OptionGroup var flow: FlowFileArgument
  @Option(.rtol) var rtol: String?
  @Option(.learningRate) var learningRate: String?
  @Flag(.error) var error: Bool
  @Flag(help: "Exit with status 0 even if the integration gives up.")
  var exitZero = false
  @OptionGroup var experiment: ExperimentOptions

  var flowFile: String? { flow.file }

  var ownFlags: [FlagText] {
    [FlagText(.rtol, rtol), FlagText(.learningRate, learningRate), FlagText(.error, error)]
  }
}
