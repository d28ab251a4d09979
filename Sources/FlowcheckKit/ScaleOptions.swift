import ArgumentParser
import Workbench

/// Flags of the commands that follow a claim over a ladder of initialization scales.
struct ScaleOptions: ParsableArguments {
  @Option(.scales) var scales: String?
  @Option(.leader) var leader: String?

  var flags: [FlagText] { [FlagText(.scales, scales), FlagText(.leader, leader)] }
}
