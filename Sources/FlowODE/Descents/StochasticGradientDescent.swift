import GSLBridge
import Models

/// How many observations enter one gradient, and the seed of their choice.
public struct Batch: Sendable, Equatable {
  public let size: Int
  public let seed: UInt64

  public init(size: Int, seed: UInt64) {
    self.size = size
    self.seed = seed
  }
}

/// Gradient descent on c (m/b) Σ_{k ∈ batch} ℓ(r_k), b observations drawn anew without replacement at every iteration.
///
/// The batch gradient's mean is ∇f. One seeded path departs from gradient flow by noise of size √η, so it has no order.
public struct StochasticGradientDescent: Optimizer {
  public let batch: Batch?

  /// - Throws: ``ExperimentError`` without a batch size of at least 1.
  public init(_ settings: OptimizerSettings) throws(ExperimentError) {
    guard let size = settings.batch, size >= 1 else {
      throw ExperimentError(
        "sgd was given the batch size \(settings.batch.map { "\($0)" } ?? "none")",
        remedy: "give --batch a number of observations, at least 1")
    }
    batch = Batch(size: size, seed: settings.seed)
  }

  public var identifier: String { "sgd" }
  public var formula: String { "θ ← θ − ηg, g from \(batch?.size ?? 0) observations drawn anew each iteration" }
  public var limit: LimitFlow { .none(reason: "the noise of random batches leaves a gap of the order √η on one path") }
  public var takesScalarSteps: Bool { true }
  public func makeUpdate(count: Int) -> any UpdateRule { EulerUpdate(count: count) }
}

/// Draws batches: the first b places of a partial Fisher–Yates shuffle of all m observations, continued from batch to batch.
struct BatchSampler: ~Copyable {
  private var order: [Int]
  private let size: Int
  private var stream: RandomStream

  /// - Throws: ``ExperimentError`` if the batch is larger than the data.
  init(_ batch: Batch, measurements: Int) throws(ExperimentError) {
    guard batch.size <= measurements else {
      throw ExperimentError(
        "a batch of \(batch.size) was asked for, and there are \(measurements) observations",
        remedy: "use --batch \(measurements) or less")
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
