import Models

/// One experiment, complete: the problem with its data, the start, and how to integrate. It determines every number of a
/// report, bit for bit on one machine.
public struct Experiment: Sendable {
  /// The model, what is measured, and what is known besides.
  public let problem: Problem
  /// ℓ.
  public let loss: any Loss
  /// c in f = c Σ ℓ.
  public let normalization: Normalization
  /// θ(0).
  public let start: [Double]
  /// One phrase for reports: how the start was made.
  public let startSummary: String
  /// How to integrate, before `auto` is resolved.
  public let method: IntegrationMethod
  /// The absolute tolerance of θ.
  public let absoluteTolerance: AbsoluteTolerance
  /// The horizon.
  public let until: Double
  /// Number of save times, including 0 and the horizon.
  public let saveCount: Int
  /// Whether the save times are geometric rather than equally spaced.
  public let savesLogarithmically: Bool
  /// What ends a run before the horizon, one level each.
  public let stops: [StopCondition]
  /// Accepted steps per rung after which it is given up.
  public let maxSteps: Int
  /// What is integrated: the parameters themselves, or coordinates that determine them.
  public let coordinates: Coordinates
  /// Threads that share the evaluation of one gradient where the model is large enough; no number depends on it.
  public var gradientThreads = 1
  /// How the horizon was found where nobody gave it; nil where somebody did.
  public internal(set) var horizon: SettledHorizon?
  /// How the parameters move, if that is not gradient flow of the loss.
  public private(set) var motion: Motion?

  /// Checks what can be checked before anything runs.
  ///
  /// - Throws: ``Refusal`` naming the value and the remedy.
  public init(
    problem: Problem, loss: any Loss, normalization: Normalization, start: [Double], startSummary: String,
    method: IntegrationMethod, absoluteTolerance: AbsoluteTolerance, until: Double, saveCount: Int,
    savesLogarithmically: Bool, stops: [StopCondition], maxSteps: Int, coordinates: Coordinates = .weights
  ) throws(Refusal) {
    try method.check(dimension: problem.model.layout.count)
    guard start.count == problem.model.layout.count else {
      throw Refusal(
        "the start has \(start.count) numbers, the model \(problem.model.layout.count) parameters",
        remedy: "use a start made for this model")
    }
    if let k = start.firstIndex(where: { !$0.isFinite }) {
      throw Refusal(
        "entry \(k) of the start is not finite: \(start[k])", remedy: "use a smaller init.scale or another start")
    }
    if case .fixed(let value) = absoluteTolerance, !(value > 0 && value.isFinite) {
      throw Refusal(
        "the absolute tolerance is \(value)",
        remedy:
          "give integration.atol a positive number (an entry that passes through 0 could not be stepped over), or auto")
    }
    for stop in stops {
      let level = stop.level
      guard level > 0, level.isFinite else {
        throw Refusal("a stop condition has the level \(level)", remedy: "give it a positive number")
      }
      if case .componentNormAbove = stop, problem.model.componentCount == 0 {
        throw Refusal(
          "\(problem.model.summary) has no components whose norms could end a run",
          remedy: "leave out integration.stop-norm, or use integration.stop-loss")
      }
    }
    guard maxSteps >= 1 else {
      throw Refusal("the step budget is \(maxSteps)", remedy: "give integration.max-steps a positive integer")
    }
    _ = try SaveGrid.linear(until: until, count: saveCount)
    try loss.check(targets: problem.measurements.values, outputs: problem.measurements.outputs)
    self.problem = problem
    self.loss = loss
    self.normalization = normalization
    self.start = start
    self.startSummary = startSummary
    self.method = method
    self.absoluteTolerance = absoluteTolerance
    self.until = until
    self.saveCount = saveCount
    self.savesLogarithmically = savesLogarithmically
    self.stops = stops
    self.maxSteps = maxSteps
    self.coordinates = coordinates
    if coordinates == .svd { _ = try SVDFlow(experiment: self) }
    if coordinates == .mirror { _ = try MirrorFlow(experiment: self) }
  }

  /// The same experiment with a horizon that was found.
  ///
  /// - Throws: ``Refusal`` as the initializer does.
  public func ending(at horizon: SettledHorizon) throws(Refusal) -> Experiment {
    var settled = try replacing(until: horizon.time)
    settled.horizon = horizon
    return settled
  }

  /// The same experiment with another motion of the parameters.
  public func moving(by motion: Motion?) -> Experiment {
    var moved = self
    moved.motion = motion
    return moved
  }

  /// The same experiment, each of whose gradients is shared by that many threads where the model is large enough.
  public func sharing(gradientsOver threads: Int) -> Experiment {
    var shared = self
    shared.gradientThreads = threads
    return shared
  }

  /// Compiles the objective; call it once per thread.
  ///
  /// - Throws: ``Refusal`` if the model's plan would not fit into memory.
  public func objective() throws(Refusal) -> Objective {
    let objective = try Objective(
      model: problem.model, measurements: problem.measurements, loss: loss, normalization: normalization)
    if gradientThreads > 1 { objective.evaluator.useThreads(gradientThreads) }
    return objective
  }

  /// The save times shared by all rungs; logarithmic ones start at the first accepted step at `tightest`.
  ///
  /// - Throws: ``Refusal`` if that first step fails.
  public func grid(tightest: Double) throws(Refusal) -> SaveGrid {
    let linear = try SaveGrid.linear(until: until, count: saveCount)
    guard savesLogarithmically else { return linear }
    let integrator = Integrator(
      model: problem.model, field: try flow(), plan: plan(relativeTolerance: tightest, grid: linear))
    return try SaveGrid.logarithmic(
      until: until, count: saveCount, first: integrator.firstAcceptedTime(from: start, until: until))
  }

  /// Up to this many unknowns `auto` takes bsimp in svd and mirror coordinates.
  static let implicitAutoLimit = 200

  /// The method, but bsimp for `auto` in svd or mirror coordinates with few unknowns: ln σ of the vanishing directions falls ever
  /// faster, what has grown in a diagonal network waits ever longer for what has not, and nothing there tells the plateau method where
  /// the stiffness sits.
  package var resolvedMethod: IntegrationMethod {
    if method == .auto, coordinates == .mirror {
      return problem.model.layout.count / 2 <= Self.implicitAutoLimit ? .implicit(.bsimp) : method
    }
    guard method == .auto, coordinates == .svd, let model = problem.model.chain else { return method }
    let rank = model.shape.min() ?? 0
    let unknowns = rank * (1 + model.shape[0] + model.shape[1])
    return unknowns <= Self.implicitAutoLimit ? .implicit(.bsimp) : method
  }

  /// The integration of one rung.
  public func plan(relativeTolerance: Double, grid: SaveGrid) -> IntegrationPlan {
    IntegrationPlan(
      method: resolvedMethod, relativeTolerance: relativeTolerance, absoluteTolerance: absoluteTolerance, grid: grid,
      stops: stops, maxSteps: maxSteps)
  }

  /// The levels at which ℓ″ jumps while ℓ′ does not, such as ±δ of a Huber loss; nil where there are none.
  public var kinks: KinkSearch? {
    loss.nonsmoothness == nil && !loss.kinks.isEmpty ? KinkSearch(levels: loss.kinks) : nil
  }

  /// Refuses tolerances no method here can honour.
  ///
  /// - Throws: ``Refusal`` unless 1e-15 ≤ rtol < 1.
  public static func check(relativeTolerance: Double) throws(Refusal) {
    guard relativeTolerance >= 1e-15, relativeTolerance < 1 else {
      throw Refusal(
        "the relative tolerance is \(relativeTolerance)", remedy: "use a number between 1e-15 and 1, such as 1e-9")
    }
  }
}
