import ArgumentParser
import Workbench

/// The commands there are.
struct RootCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "flowcheck",
    abstract: "Checks claims about gradient flow of factorized models.",
    discussion: """
      A check integrates gradient flow θ̇ = −∇f(θ) at several tolerances and ends in
      a verdict:
        holds         the departure from the claim is the solver's and vanishes with
                      its tolerance
        violated      the departure stays when the solver is refined
        inconclusive  the run cannot tell; it says what was short and which flag
                      would settle it
        vacuous       a hypothesis of the claim is not met

      Exit status:
        0   everything examined holds
        1   something is violated
        2   nothing is violated, but something is inconclusive or vacuous
        64  a flag, setting or value that cannot be used
        70  a defect of flowcheck
        74  a file or output that cannot be read or written, malformed data, or a
            program (--program) that fails
        75  interrupted
      --exit-zero turns 1 and 2 into 0. -V is --version.

      Example:
        flowcheck balancedness --model matrix --shape 10,10 --depth 3 --rank 3 \\
          --target-norm 10 --observed 0.6 --normalization half-sum \\
          --init-scale 0.05 --until 40
      """,
    version: Version.text,
    subcommands: [
      Integrate.self, BalancednessCommand.self, GrowthCommand.self, RankOneCommand.self, IncrementalCommand.self,
      SingularValuesCommand.self, NormsCommand.self, Compare.self, RankCommand.self, ComplexityCommand.self,
      SelftestCommand.self, RunCommand.self, SweepCommand.self, SummarizeCommand.self,
      ReproduceCommand.self, PlotCommand.self,
      NotebookRunner.self,
      ProveCommand.self, LawsCommand.self, VerifyCommand.self, List.self, Explain.self,
    ])
}

extension RootCommand {
  /// The arguments as the parser can read them: it does not know the settings of models, which commands with an experiment take.
  static func gathered(_ arguments: [String]) -> [String] {
    if arguments == ["-V"] { return ["--version"] }
    let command = configuration.subcommands.first { $0._commandName == arguments.first }
    let takesModels =
      command is any ExperimentParsing.Type || command is LawsCommand.Type
      || command is ProveCommand.Type
    return takesModels ? ModelFlags.gathered(arguments) : arguments
  }
}
