import ArgumentParser
import Workbench

/// Flags of what is compared with what. Values are kept as text: ``Settings`` reads them by kind.
final class CompareOptions: ParsableArguments {
  @Option(.learningRates) var learningRates: String?
  @Option(.optimizer) var optimizer: String?
  @Option(.against) var against: String?
  @Option(.measure) var measure: String?
  @Option(.momentum) var momentum: String?
  @Option(.friction) var friction: String?
  @Option(.batch) var batch: String?
  @Option(.batchSeed) var batchSeed: String?
  @Option(.schedule) var schedule: String?
  @Option(.closeness) var closeness: String?

  var flags: [FlagText] {
    [
      FlagText(.learningRates, learningRates), FlagText(.optimizer, optimizer), FlagText(.against, against),
      FlagText(.measure, measure), FlagText(.momentum, momentum), FlagText(.friction, friction),
      FlagText(.batch, batch), FlagText(.batchSeed, batchSeed), FlagText(.schedule, schedule),
      FlagText(.closeness, closeness),
    ]
  }
}
