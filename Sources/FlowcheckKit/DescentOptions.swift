import ArgumentParser
import Workbench

/// Flags of how a descent moves. Values are kept as text: ``Settings`` reads them by kind.
final class DescentOptions: ParsableArguments {
  @Option(.optimizer) var optimizer: String?
  @Option(.momentum) var momentum: String?
  @Option(.friction) var friction: String?
  @Option(.epsilon) var epsilon: String?
  @Option(.batch) var batch: String?
  @Option(.batchSeed) var batchSeed: String?
  @Option(.schedule) var schedule: String?

  var flags: [FlagText] {
    [
      FlagText(.optimizer, optimizer), FlagText(.momentum, momentum), FlagText(.friction, friction),
      FlagText(.epsilon, epsilon), FlagText(.batch, batch), FlagText(.batchSeed, batchSeed),
      FlagText(.schedule, schedule),
    ]
  }
}
