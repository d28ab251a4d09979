import GSLBridge
import Models

/// What a descent starts with besides its method: one learning rate, its schedule, and the rate of every block.
public struct DescentPlan: Sendable {
  /// η > 0.
  public let learningRate: Double
  /// η's factor along the way.
  public let schedule: RateSchedule
  /// ρ, one rate per parameter block that multiplies its gradient; nil means 1 everywhere.
  public let blockRates: [Double]?

  /// - Throws: ``Refusal`` unless η is positive and finite.
  public init(
    learningRate: Double, schedule: RateSchedule = .constant, blockRates: [Double]? = nil
  ) throws(Refusal) {
    guard learningRate > 0, learningRate.isFinite else {
      throw Refusal("the learning rate is \(learningRate)", remedy: "give a positive number")
    }
    self.learningRate = learningRate
    self.schedule = schedule
    self.blockRates = blockRates
  }
}

/// A discrete method at work on an objective: its state after k iterations, moved one iteration at a time.
///
/// Iteration k stands at flow time t_k: k times the method's constant time step, or the sum of its steps where they vary.
/// Owns its buffers and allocates nothing while it runs; use one per thread.
public final class Descent {
  /// What is descended.
  public let objective: Objective
  /// The blocks of θ, each with a rate of its own.
  public let layout: ParameterLayout
  /// The discrete method.
  public let optimizer: any Optimizer
  /// η with its schedule, and ρ.
  public let plan: DescentPlan
  /// Flow time of every iteration, if constant.
  public let timeStep: Double?
  /// Iterations done.
  public private(set) var iteration = 0
  /// t_k.
  public private(set) var time = 0.0
  /// Flow time of the last iteration.
  public private(set) var lastTimeStep = 0.0
  /// h of the last iteration θ_{k+1} = θ_k − h g, where the method has such a scalar, otherwise its learning rate.
  public private(set) var lastScalarStep = 0.0
  /// f where the last gradient was taken; for batches, over all observations.
  public private(set) var lastLoss = Double.nan
  /// The iteration from which on nothing changes any more, in no bit: θ and what the method remembers are a fixed point of an
  /// iteration that is always the same. nil while something moves, and for batches, schedules and time steps that vary.
  public private(set) var restsFrom: Int?
  /// Why the descent cannot go on: it diverged; nil while it can. θ is then the last finite state.
  public private(set) var divergence: String?

  private let update: any UpdateRule
  private let state: Buffer<Double>
  private let gradientBuffer: Buffer<Double>
  private let scaledGradient: Buffer<Double>?
  private let previous: Buffer<Double>?
  private var sampler: BatchSampler?
  private var timeRemainder = 0.0

  /// - Throws: ``Refusal`` if a batch is larger than the data.
  public init(
    objective: Objective, layout: ParameterLayout, optimizer: any Optimizer, plan: DescentPlan, start: [Double]
  ) throws(Refusal) {
    precondition(start.count == objective.parameterCount, "a start has as many numbers as there are parameters")
    precondition(plan.blockRates.map { $0.count == layout.blocks.count } ?? true, "one rate per parameter block")
    self.objective = objective
    self.layout = layout
    self.optimizer = optimizer
    self.plan = plan
    timeStep = plan.schedule.isConstant ? optimizer.timeStep(learningRate: plan.learningRate) : nil
    update = optimizer.makeUpdate(count: start.count)
    state = Buffer(start)
    gradientBuffer = Buffer(count: start.count)
    scaledGradient = plan.blockRates == nil ? nil : Buffer(count: start.count)
    previous = timeStep == nil ? Buffer(start) : nil
    if let batch = optimizer.batch {
      sampler = try BatchSampler(batch, measurements: objective.measurementCount / objective.outputs)
    }
  }

  /// θ_k.
  public var parameters: UnsafePointer<Double> { UnsafePointer(state.pointer) }
  /// The gradient that the last iteration used, before block rates.
  public var gradient: UnsafePointer<Double> { UnsafePointer(gradientBuffer.pointer) }

  /// One iteration.
  ///
  /// - Returns: false, with ``divergence`` saying why and θ left alone, if the loss or the gradient is no longer finite.
  @discardableResult
  public func step() -> Bool {
    guard divergence == nil else { return false }
    let count = state.count
    let rate = plan.learningRate * plan.schedule.factor(at: time)
    let point = update.gradientPoint(state.pointer)
    let gradient = gradientBuffer.pointer
    lastLoss =
      sampler?.withNext { objective.gradient(point, batch: $0, into: gradient) }
      ?? objective.gradient(point, into: gradient)
    guard lastLoss.isFinite, isFinite(gradient) else {
      divergence = "diverged: the loss or its gradient is not finite at iteration \(iteration)"
      return false
    }
    if let scaled = scaledGradient?.pointer, let rates = plan.blockRates {
      for (block, rate) in zip(layout.blocks, rates) {
        for i in block.range { scaled[i] = rate * gradient[i] }
      }
    }
    previous?.pointer.update(from: state.pointer, count: count)
    lastScalarStep = update.update(
      state.pointer, gradient: scaledGradient?.pointer ?? gradient, learningRate: rate)
    iteration += 1
    if let timeStep {
      lastTimeStep = timeStep
      time = Double(iteration) * timeStep
    } else {
      lastTimeStep = optimizer.timeStep(learningRate: rate) ?? lastScalarStep
      // Compensated: the steps may be many and of very different sizes.
      let step = lastTimeStep + timeRemainder
      let sum = time + step
      timeRemainder = step - (sum - time)
      time = sum
    }
    if restsFrom == nil, timeStep != nil, sampler == nil, update.isAtRest { restsFrom = iteration - 1 }
    return true
  }

  /// h of the first iteration, as it will be taken from the start; its learning rate where the method has no such scalar.
  public func firstScalarStep() -> Double {
    let start = Array(UnsafeBufferPointer(start: parameters, count: state.count))
    let trial = optimizer.makeUpdate(count: state.count)
    let (moved, slope) = (Buffer(start), Buffer<Double>(count: state.count))
    _ = objective.gradient(trial.gradientPoint(moved.pointer), into: slope.pointer)
    return trial.update(
      moved.pointer, gradient: UnsafePointer(slope.pointer),
      learningRate: plan.learningRate * plan.schedule.factor(at: 0))
  }

  /// Whether the norm of a gradient is finite.
  private func isFinite(_ gradient: UnsafePointer<Double>) -> Bool {
    // Squares may overflow where the norm does not.
    Squares.sum(count: state.count, gradient).isFinite || BLAS.norm2(count: state.count, gradient).isFinite
  }

  /// Counts iterations as done without doing them, of a descent that rests: each would leave everything as it is.
  public func skip(to target: Int) {
    guard restsFrom != nil, let timeStep, target > iteration else { return }
    iteration = target
    time = Double(target) * timeStep
  }

  /// Writes the polygon p(t) through the iterates, which must have reached t: θ_k itself at constant time steps, and else
  /// the line between the last two iterates.
  public func position(at target: Double, into result: UnsafeMutablePointer<Double>) {
    let count = state.count
    let share = previous == nil || lastTimeStep <= 0 ? 1 : 1 - min(1, max(0, (time - target) / lastTimeStep))
    let state = state.pointer
    guard let previous = previous?.pointer, share < 1 else {
      result.update(from: state, count: count)
      return
    }
    for i in 0..<count { result[i] = previous[i] + share * (state[i] - previous[i]) }
  }
}
