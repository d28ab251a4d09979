import ArgumentParser
import Workbench

/// `flowcheck norms`.
struct NormsCommand: JudgingParsing {
  static let command = ExperimentCommand.norms
  static let configuration = CommandConfiguration(
    commandName: "norms",
    abstract: "Checks that norms go to infinity while rank is minimized, when one entry of a square matrix is hidden.",
    discussion: """
      Default problem (Razin and Cohen 2020): w01 = w10 = 1 and w11 = 0 of a 2×2
      matrix are observed, w00 is hidden; from a balanced start with det W(0) > 0:
        hidden-entry         |w00| ≥ B(δ) ~ 1/δ, δ the norm of the residuals: the
                             sharp bound
        norms                the paper's bounds for every norm and quasi-norm,
                             effective rank, distance to rank one
        hidden-entry-growth  |w00| ~ ((2L + 2)t)^(L/(2L + 2))
      --data gives any other d×d problem with one hidden entry, for which
      hidden-entry uses the bound that fits it. Defaults here: --init balanced,
      --det positive, --normalization half-sum. At depth 2 the sign of det W is lost
      to rounding near t = 100 in the weights: use --coordinates svd.

      --scales tests the conjecture that depth-2 flow from small starts ends at the
      least nuclear norm, against the optimum and its dual certificate.

      --compare-coordinates integrates in weights and in svd coordinates and compares
      the times at which |w00| reaches levels while the weights know the sign of det W.

      Examples:
        flowcheck norms --depth 3 --init-scale 0.5 --until 1e4 --save-log --control
        flowcheck norms --depth 2 --init-scale 0.5 --coordinates svd \\
          --method bsimp --until 1e9 --stop-loss 1e-4
        flowcheck norms --depth 2 --opposite 0.1 --until 1e4 \\
          --scales 1e-1,1e-2,1e-3
      """)

  @Option(.opposite) var opposite: String?
  @Option(.scales) var scales: String?
  @Flag(.compareCoordinates) var compareCoordinates: Bool
  @OptionGroup(title: "Check") var check: CheckOptions
  @OptionGroup var experiment: ExperimentOptions

  var furtherFlags: [FlagText] {
    [
      FlagText(.scales, scales), FlagText(.opposite, opposite),
      FlagText(.compareCoordinates, compareCoordinates),
    ]
  }
}
