import GSLBridge
import Models

/// How many observations enter one gradient, and the seed of their choice.
public struct Batch: Sendable, Equatable {
  /// Observations per gradient.
  public let size: Int
  /// The seed of the stream that chooses them.
  public let seed: UInt64

  /// So many observations per gradient.
  public init(size: Int, seed: UInt64) {
    self.size = size
    self.seed = seed
  }
}

/// Draws batches: the first b places of a partial Fisher–Yates shuffle of all m observations, continued from batch to batch.
struct BatchSampler: ~Copyable {
  private var order: [Int]
  private let size: Int
  private var stream: RandomStream

  /// - Throws: ``Refusal`` if the batch is larger than the data.
  init(_ batch: Batch, measurements: Int) throws(Refusal) {
    guard batch.size <= measurements else {
      throw Refusal(
        "a batch of \(batch.size) was asked for, and there are \(measurements) observations",
        remedy: "use compare.batch \(measurements) or less")
    }
    order = Array(0..<measurements)
    size = batch.size
    stream = RandomStream(seed: batch.seed, name: "batches")
  }

  /// Passes the next batch, distinct positions of observations.
  mutating func withNext<Result>(_ body: (UnsafeBufferPointer<Int>) -> Result) -> Result {
    for i in 0..<size { order.swapAt(i, i + stream.index(below: order.count - i)) }
    return order.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[0..<size])) }
  }
}
