import Models

/// Gradient descent on c (m/b) Σ_{k ∈ batch} ℓ(r_k), b observations drawn anew without replacement at every iteration.
///
/// The batch gradient's mean is ∇f. One seeded path departs from gradient flow by noise of size √η, so it has no order.
public struct StochasticGradientDescent: Optimizer {
  public let batch: Batch?

  /// - Throws: ``Refusal`` without a batch size of at least 1.
  public init(_ settings: OptimizerSettings) throws(Refusal) {
    guard let size = settings.batch, size >= 1 else {
      throw Refusal(
        "sgd was given the batch size \(settings.batch.map { "\($0)" } ?? "none")",
        remedy: "give compare.batch a number of observations, at least 1")
    }
    batch = Batch(size: size, seed: settings.seed)
  }

  public var identifier: String { "sgd" }
  public var formula: String { "θ ← θ − ηg, g from \(batch?.size ?? 0) observations drawn anew each iteration" }
  public var limit: LimitFlow { .none(reason: "the noise of random batches leaves a gap of the order √η on one path") }
  public var takesScalarSteps: Bool { true }
  public func makeUpdate(count: Int) -> any UpdateRule { EulerUpdate(count: count) }
}
