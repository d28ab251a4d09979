import ArgumentParser
import Workbench

/// `flowcheck run`.
struct RunCommand: JudgingParsing {
  static let command = ExperimentCommand.run
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Checks the claims of a .flow file, or those named in a configuration, on one experiment.",
    discussion: """
      A .flow file states a model, a loss, data, a start and claims in a few lines;
      its claims are judged, and with --claims those of the catalogue on the same
      flow. Sizes it leaves open are given by --size n=4,m=3, data without a value
      are drawn by --data-seed, and parameters without a start begin as --init says.

      Other claims stand in --claims, or in the configuration as
        [run]
        claims = ["balancedness", "dissipation"]
      Every claim that 'flowcheck list' shows may stand there. Claims about
      trajectories are judged on the same ones. Claims about scales, coordinates or
      learning rates run ladders of their own from the same experiment; what these
      need and is not given means what it does in their own command: rank-one,
      incremental, norms or compare.

      Examples:
        flowcheck run models/chain-of-three.flow --until 5 --control
        flowcheck run --claims balancedness,dissipation --model cp --shape 6,6,6 \\
          --components 10 --rank 2 --observed 0.5 --init-scale 0.3 --until 2000
        flowcheck run --claims balancedness,order,drift --model matrix --shape 4,4 \\
          --depth 3 --rank 2 --init-scale 0.2 --until 5 \\
          --learning-rates 1e-2,5e-3,2.5e-3,1.25e-3
        flowcheck run --config experiment.toml --set init.scale=1e-2 --control
      """)

  @OptionGroup var flow: FlowFileArgument
  @Option(.claims) var claims: String?
  @OptionGroup(title: "Scales") var scale: ScaleOptions
  @Option(.bound) var bound: String?
  @Option(.level) var level: String?
  @Option(.opposite) var opposite: String?
  @OptionGroup(title: "Comparison") var compare: CompareOptions
  @OptionGroup(title: "Check") var check: CheckOptions
  @OptionGroup var experiment: ExperimentOptions

  var flowFile: String? { flow.file }

  var furtherFlags: [FlagText] {
    scale.flags + compare.flags
      + [
        FlagText(.claims, claims), FlagText(.bound, bound), FlagText(.level, level), FlagText(.opposite, opposite),
      ]
  }
}
