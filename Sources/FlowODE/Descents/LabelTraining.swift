import GSLBridge
import Models

/// Training a label tensor to tell one class from all others, as in the experiment that measures how complex data are by tensor rank
/// (Razin, Maman, Cohen 2021, Section 5).
///
/// Targets are 2 for the class and 0 for the others; the loss is the mean squared error; every entry of the start is drawn from
/// N(1, σ²); Adam moves θ along mini-batches of a training set that is shuffled every epoch, or gradient flow moves it on all images
/// at once. Errors are divided by 4, as if targets were 1 and 0, and in the test error an image counts at most 1.
public struct LabelTraining: Sendable {
  /// Components.
  public var rank = 1
  /// Images a step.
  public var batch = 5000
  /// Passes over the training images.
  public var epochs = 10000
  /// Adam's η.
  public var learningRate = 5e-4
  /// σ of the start.
  public var scale = 1e-3
  /// Training ends when the error of a whole epoch, not divided, was below this more than ten times running.
  public var stopLoss = 1e-8
  /// Up to when gradient flow moves θ in Adam's place, θ̇ = −∇ of the mean squared error; nil for Adam.
  public var horizon: Double?
  /// The streams of start and batches.
  public var seed: UInt64 = 1

  /// The published constants.
  public init() {}

  /// Images of a step where there are so many in all.
  public func batchSize(of count: Int) -> Int { max(1, min(batch, count)) }

  /// Steps of a pass through so many images.
  public func batches(of count: Int) -> Int { (count + batchSize(of: count) - 1) / batchSize(of: count) }

  /// What training came to.
  public struct Outcome: Sendable, Equatable {
    /// Mean of the squared errors over the last epoch's batches, or at the flow's end, divided by 4.
    public let trainError: Double
    /// Mean over the test images of min(squared error, 4), divided by 4.
    public let testError: Double
    /// Epochs that were run, or steps of the flow.
    public let epochs: Int
    /// Whether all numbers stayed finite.
    public let isFinite: Bool
  }

  /// Trains on `train` and tests on `test`.
  ///
  /// - Throws: ``Refusal`` if there is not enough memory, ``Interrupted`` once `isCancelled` says so.
  public func run(
    _ train: LabelledImages, test: LabelledImages, positive: UInt8, isCancelled: () -> Bool = { false },
    progress: (Double) -> Void = { _ in }
  ) throws -> Outcome {
    if let horizon {
      return try follow(
        train, test: test, positive: positive, until: horizon, isCancelled: isCancelled, progress: progress)
    }
    let size = batchSize(of: train.count)
    let tensor = try LabelTensor(order: train.order, levels: train.levels, rank: rank, capacity: size)
    var theta = start(count: tensor.parameterCount)
    var gradient = [Double](repeating: 0, count: theta.count)
    var values = [Double](repeating: 0, count: size)
    var order = Array(0..<train.count)
    var stream = RandomStream(seed: seed, name: "label batches")
    let rule = Adam().makeUpdate(count: theta.count)
    var (running, done, successes) = (Double.nan, 0, 0)
    let isWhole = size == train.count
    if isWhole { order.withUnsafeBufferPointer { tensor.load(train, $0) } }
    while done < epochs {
      if isCancelled() { throw Interrupted() }
      // The order within a single batch changes nothing but rounding.
      if !isWhole { order = stream.permutationPrefix(of: train.count, count: train.count) }
      var total = 0.0
      for first in stride(from: 0, to: train.count, by: size) {
        let numbers = first..<min(first + size, train.count)
        order.withUnsafeBufferPointer { all in
          let part = UnsafeBufferPointer(rebasing: all[numbers])
          if !isWhole { tensor.load(train, part) }
          total += step(tensor, train.labels, part, positive, &theta, &gradient, &values, rule)
        }
      }
      running = total / Double(train.count)
      done += 1
      progress(Double(done) / Double(epochs))
      guard running.isFinite else {
        return Outcome(trainError: running, testError: .nan, epochs: done, isFinite: false)
      }
      successes = running < stopLoss ? successes + 1 : 0
      if successes > 10 { break }
    }
    let error = testError(tensor, test, positive, theta)
    return Outcome(
      trainError: running / 4, testError: error, epochs: done, isFinite: running.isFinite && error.isFinite)
  }

  /// The flow's relative tolerance.
  private static let tolerance = 1e-6

  /// Follows gradient flow by dop853 until a time, or until the error is below ``stopLoss``.
  private func follow(
    _ train: LabelledImages, test: LabelledImages, positive: UInt8, until horizon: Double, isCancelled: () -> Bool,
    progress: (Double) -> Void
  ) throws -> Outcome {
    let flow = try LabelFlow(train, positive: positive, rank: rank)
    let state = Buffer(start(count: flow.dimension))
    var stepper = try Stepper(
      .dop853, system: flow, tolerance: Tolerance(relative: Self.tolerance, absolute: 1e-3 * Self.tolerance),
      initialStep: min(horizon, 1e-3))
    var (time, steps) = (0.0, 0)
    var error = flow.error(state.pointer)
    while time < horizon, error >= stopLoss {
      if isCancelled() { throw Interrupted() }
      do {
        try stepper.step(time: &time, state: state.pointer, limit: horizon)
      } catch {
        return Outcome(trainError: .nan, testError: .nan, epochs: steps, isFinite: false)
      }
      steps += 1
      error = flow.error(state.pointer)
      progress(time / horizon)
    }
    let theta = Array(UnsafeBufferPointer(start: state.pointer, count: flow.dimension))
    let tested = testError(flow.tensor, test, positive, theta)
    return Outcome(
      trainError: error / 4, testError: tested, epochs: steps, isFinite: error.isFinite && tested.isFinite)
  }

  /// θ(0).
  public func start(count: Int) -> [Double] {
    var stream = RandomStream(seed: seed, name: "label start")
    return (0..<count).map { _ in 1 + scale * stream.gaussian() }
  }

  /// One step of Adam; the sum of the squared errors before it.
  private func step(
    _ tensor: LabelTensor, _ labels: [UInt8], _ numbers: UnsafeBufferPointer<Int>, _ positive: UInt8,
    _ theta: inout [Double], _ gradient: inout [Double], _ values: inout [Double], _ rule: any UpdateRule
  ) -> Double {
    theta.withUnsafeMutableBufferPointer { theta in
      gradient.withUnsafeMutableBufferPointer { gradient in
        values.withUnsafeMutableBufferPointer { values in
          guard let theta = theta.baseAddress, let gradient = gradient.baseAddress, let values = values.baseAddress
          else { return 0 }
          tensor.predict(theta, into: values)
          var sum = 0.0
          for i in numbers.indices {
            let residual = values[i] - (labels[numbers[i]] == positive ? 2 : 0)
            sum += residual * residual
            values[i] = 2 * residual / Double(numbers.count)
          }
          tensor.pullback(theta, values, into: gradient)
          _ = rule.update(theta, gradient: gradient, learningRate: learningRate)
          return sum
        }
      }
    }
  }

  /// The clamped error over `test`, in batches of the tensor's capacity.
  private func testError(_ tensor: LabelTensor, _ test: LabelledImages, _ positive: UInt8, _ theta: [Double]) -> Double
  {
    var values = [Double](repeating: 0, count: tensor.capacity)
    var total = 0.0
    for first in stride(from: 0, to: test.count, by: tensor.capacity) {
      let numbers = Array(first..<min(first + tensor.capacity, test.count))
      numbers.withUnsafeBufferPointer { tensor.load(test, $0) }
      theta.withUnsafeBufferPointer { theta in
        values.withUnsafeMutableBufferPointer { values in
          if let theta = theta.baseAddress, let values = values.baseAddress { tensor.predict(theta, into: values) }
        }
      }
      for (i, number) in numbers.enumerated() {
        let residual = values[i] - (test.labels[number] == positive ? 2 : 0)
        total += min(residual * residual, 4)
      }
    }
    return total / Double(4 * test.count)
  }
}
