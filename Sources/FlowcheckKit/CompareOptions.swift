import ArgumentParser
import Workbench

/// Flags of what is compared with what. Values are kept as text: ``Settings`` reads them by kind.
final class CompareOptions: ParsableArguments {
  @Option(.learningRates) var learningRates: String?
  @OptionGroup var descent: DescentOptions
  @Option(.against) var against: String?
  @Option(.measure) var measure: String?
  @Option(.closeness) var closeness: String?

  var flags: [FlagText] {
    [FlagText(.learningRates, learningRates)] + descent.flags + [
      FlagText(.against, against), FlagText(.measure, measure), FlagText(.closeness, closeness),
    ]
  }
}
