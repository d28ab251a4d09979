import ArgumentParser
import Workbench

/// `flowcheck rank`.
struct RankCommand: ExperimentParsing {
  static let command = ExperimentCommand.rank
  static let configuration = CommandConfiguration(
    commandName: "rank",
    abstract: "Measures the ranks of a tensor's matricizations along a flow; judges nothing.",
    discussion: """
      A matricization lays some modes of W down and the others across: single modes
      give the multilinear rank, the nodes of a tree the hierarchical rank. For every
      one the effective rank exp(−Σ p ln p), p = σ/Σσ, is given at the start and at
      the end, beside the same of the flow of the same data in W itself, where no
      factorization favours low rank, and of the target where it is known, with the
      largest singular values. --plot draws the effective ranks against time.

      Exit status 0 when --until or a stop condition is reached, 2 when the
      integration gives up before.

      Examples:
        flowcheck rank --model hierarchical --shape 4,4,4,4 \\
          --tree "((1,2),(3,4))" --width 6 --target-values 2,1 --observed 0.7 \\
          --normalization half-sum --init-scale 0.2 --until 1e4 --stop-loss 1e-4
        flowcheck rank --model deep-tucker-columns --shape 5,5,5 --depth 2 \\
          --rank 2 --target-norm 4 --observed 0.7 --normalization half-sum \\
          --init slice-norms --init-scale 0.03 --until 1e5 --stop-loss 1e-4
      """)

  @OptionGroup var flow: FlowFileArgument
  @Option(.rtol) var rtol: String?
  @Flag(help: "Exit with status 0 even if the integration gives up.")
  var exitZero = false
  @OptionGroup var experiment: ExperimentOptions

  var flowFile: String? { flow.file }

  var ownFlags: [FlagText] { [FlagText(.rtol, rtol)] }
}
