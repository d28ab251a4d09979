import FlowODE
import GSLBridge
import Models
import Verdicts

/// What a comparison found: the references and one track per learning rate.
public struct ComparisonRun {
  /// How a reference flow ended.
  struct Reference: Codable {
    let outcome: Outcome
    let loss: Double
    let counts: StepCounts
  }

  /// One reference with the descents that ran alongside it, which is run, and kept, as one.
  struct Group: Codable {
    var reference: Reference
    var flow: ReferenceFindings
    var tracks: [TrackFindings]
    var kinkCrossings: Int
    /// Steps on which the model passed a kink of its own, and of which functions.
    var modelCrossings: Int
    var kinkedFunctions: [String]
  }

  /// One group for gradient flow, one per rate for modified flows.
  var groups: [Group] = []

  /// The save times as far as some reference came.
  var times: [Double] { groups.map(\.flow.times).reduce([]) { $1.count >= $0.count ? $1 : $0 } }
  var tracks: [TrackFindings] { groups.flatMap(\.tracks) }
  var flows: [ReferenceFindings] { groups.map(\.flow) }
  var references: [Reference] { groups.map(\.reference) }
  var kinkCrossings: Int { groups.map(\.kinkCrossings).max() ?? 0 }
  var modelCrossings: Int { kinked?.modelCrossings ?? 0 }
  var kinkedFunctions: [String] { kinked?.kinkedFunctions ?? [] }
  /// The first reference on which the model passed the most kinks of its own.
  private var kinked: Group? {
    groups.reduce(nil) { $1.modelCrossings > $0?.modelCrossings ?? 0 ? $1 : $0 }
  }

  var referenceError: Double { flows.map(\.referenceError).max() ?? 0 }
  var movement: Double { flows.map(\.movement).min() ?? 0 }
  var largestNorm: Double { flows.map(\.largestNorm).max() ?? 0 }
  /// Why a reference did not reach the horizon and what to try; nil if all did.
  var incompleteness: String? { references.lazy.compactMap(\.outcome.incompleteness).first }
}

/// Runs descents at several learning rates alongside their flow.
///
/// Against one flow all descents advance together with one reference, and a second one at the looser tolerance that tells
/// the reference's error; modified flows are taken one rate at a time. Memory is the states of the descents at work, of the
/// two references and of their steppers' stages; of what was seen only scalars at the save times are kept.
public struct Comparison: Ladder {
  /// The problem, the start and the reference's method and horizon.
  public let experiment: Experiment
  /// What is compared with what.
  public var plan: ComparisonPlan
  /// ε, the closeness ‖θ_k − θ(t_k)‖ that the bound is asked about; nil means 1 % of the largest ‖θ‖ along the flow.
  public let closeness: Double?

  /// Above these many parameters spectra are sampled at 20 and 50 times rather than 200, at the first at 3 points of a
  /// segment rather than 5.
  static let manyParameters = 5000
  static let someParameters = 1000
  /// Numbers of component norms that are kept for the learning order.
  static let normLimit = 8_000_000

  /// - Throws: ``Refusal`` for stop conditions, a measure that does not fit the model, or a closeness that is not positive.
  public init(experiment: Experiment, plan: ComparisonPlan, closeness: Double? = nil) throws(Refusal) {
    guard experiment.stops.isEmpty else {
      throw Refusal(
        "a comparison runs to its horizon, and a stop condition was given",
        remedy: "drop integration.stop-…, and set integration.until")
    }
    guard experiment.coordinates == .weights else {
      throw Refusal(
        "a comparison takes place in the weights, and integration.coordinates \(experiment.coordinates.rawValue) was given",
        remedy: "drop it")
    }
    try plan.measure.check(experiment.problem.model)
    if let batch = plan.optimizer.batch { _ = try Self.check(batch, experiment) }
    if let closeness, !(closeness > 0 && closeness.isFinite) {
      throw Refusal("the closeness is \(closeness)", remedy: "give compare.closeness a positive number")
    }
    self.experiment = experiment
    self.plan = plan
    self.closeness = closeness
  }

  /// The same with something changed in what is compared with what.
  func changing(_ change: (inout ComparisonPlan) -> Void) -> Comparison {
    var other = self
    change(&other.plan)
    return other
  }

  private static func check(_ batch: Batch, _ experiment: Experiment) throws(Refusal) {
    guard batch.size <= experiment.problem.measurements.sampleCount else {
      throw Refusal(
        "a batch of \(batch.size) was asked for, and there are \(experiment.problem.measurements.sampleCount) observations",
        remedy: "use compare.batch \(experiment.problem.measurements.sampleCount) or less")
    }
  }

  public var keptRun: (experiment: Experiment, tolerance: Double)? {
    if plan.against == .flow, case .heavyBallFlow = plan.optimizer.limit { return nil }
    return plan.against == .flow ? (experiment, plan.tolerances.fine) : nil
  }

  /// The save times, rounded so that every rate has whole iterations.
  ///
  /// - Throws: ``Refusal`` if the horizon is too short or too long for the rates.
  public func grid() throws(Refusal) -> SaveGrid {
    let grid = try plan.ladder.grid(experiment.grid(tightest: plan.tolerances.fine))
    let until = grid.times[grid.times.count - 1]
    // A method without a limit flow never comes to rest; any other may, long before its iterations are used up.
    if case .none = plan.optimizer.limit, let most = plan.ladder.iterations(of: plan.ladder.rates.count - 1, at: until),
      most > experiment.maxSteps
    {
      throw Refusal(
        "the learning rate \(plan.ladder.rates[plan.ladder.rates.count - 1]) needs \(most) iterations, and "
          + "\(experiment.maxSteps) are allowed",
        remedy: "raise integration.max-steps or the smallest rate, or lower integration.until")
    }
    return grid
  }

  /// All descents beside their references; of several references that of the smallest rate is recorded.
  public func run(_ context: RunContext) throws -> ComparisonRun {
    let grid = try grid()
    var run = ComparisonRun()
    let all = Array(plan.ladder.rates.indices)
    let groups = plan.against == .flow ? [all] : all.map { [$0] }
    for (part, group) in groups.enumerated() {
      let own = part == groups.count - 1 ? context : context.unrecorded
      let key = RunKey("comparison").with("part", "\(part)").with("grid", grid.times)
        .with("rates", group.map { plan.ladder.rates[$0] }).with("factor", plan.modifiedFactor)
        .with("block rates", plan.blockRates).with("start", experiment.start)
        .with("rtol", [plan.tolerances.coarse, plan.tolerances.fine]).with("spectrum", "\(plan.samplesSpectrum)")
      run.groups.append(try own.kept(key) { try runGroup(group, part: part, grid: grid, own) })
    }
    return run
  }

  private func runGroup(
    _ group: [Int], part: Int, grid: SaveGrid, _ context: RunContext
  ) throws -> ComparisonRun.Group {
    let model = experiment.problem.model
    let objective = try experiment.objective()
    let field = try field(objective, rate: plan.ladder.rates[group[0]], context)
    let hasBound =
      plan.samplesSpectrum && plan.against == .flow && plan.optimizer is PlainGradientDescent
      && plan.schedule.isConstant
    let tracks = try group.map { index in
      let rate = plan.ladder.rates[index]
      let descent = try Descent(
        objective: objective, layout: model.layout, optimizer: plan.optimizer,
        plan: DescentPlan(learningRate: rate, schedule: plan.schedule, blockRates: plan.blockRates),
        start: experiment.start)
      return RateTrack(
        rate: rate, descent: descent, model: model, measure: plan.measure,
        watchesSteps: plan.optimizer.takesScalarSteps,
        hasBound: hasBound, maxSteps: experiment.maxSteps, horizon: grid.times.last ?? 0)
    }
    let second = try FlowFollower(
      model: model, field: self.field(objective, rate: plan.ladder.rates[group[0]], context),
      plan: experiment.plan(relativeTolerance: plan.tolerances.coarse, grid: grid), start: experiment.start)
    let components = model.componentCount
    let observer = ComparisonObserver(
      tracks: tracks, indices: group, ladder: plan.ladder, model: model, objective: objective, follower: second,
      tolerance: plan.tolerances.fine,
      measure: plan.measure, keepsNorms: components * grid.times.count * (group.count + 1) <= Self.normLimit,
      sampled: sampledSaves(grid), saves: grid.times.count,
      segmentPoints: model.layout.count > Self.manyParameters ? 3 : 5,
      isCancelled: context.isCancelled)
    let integration = experiment.plan(relativeTolerance: plan.tolerances.fine, grid: grid)
    let kinks = KinkWatch(objective: objective, levels: experiment.loss.kinks)
    var observers: [any TrajectoryObserver] = [observer]
    if !experiment.loss.kinks.isEmpty { observers.append(kinks) }
    if experiment.loss.nonsmoothness != nil { observers.append(SlideWatch(kinks)) }
    let modelKinks = ModelKinkWatch(experiment.problem)
    if let modelKinks { observers.append(modelKinks) }
    observers += try context.recorders()
    observers.append(ProgressObserver(plan: integration) { context.progress(part, $0) })
    let reference: ComparisonRun.Reference
    do {
      let trajectory = try Integrator(model: model, field: field, plan: integration)
        .run(from: experiment.start, observers: observers)
      if case .interrupted(let time) = trajectory.outcome { throw InterruptedRun(time: time.total) }
      if trajectory.slide != nil { kinks.noteSlide() }
      reference = ComparisonRun.Reference(
        outcome: trajectory.outcome, loss: trajectory.loss, counts: trajectory.counts)
    } catch let slide as SlideAlongKink {
      reference = ComparisonRun.Reference(
        outcome: .failed(
          sentence:
            "\(counted(slide.crossings, "step")) up to t = \(tableNumber(slide.time)) crossed a kink of the loss: the flow "
            + "slides along kinks", remedy: "use a smooth loss, or lower integration.until",
          time: FlowTime(remainder: slide.time)),
        loss: .nan, counts: second.counts)
    } catch let error as IntegrationError {
      if case .stopped(let cause) = error, cause is Interrupted { throw InterruptedRun(time: second.time) }
      // The second reference, whose tolerance is looser, could not follow.
      let outcome = Outcome.failed(
        sentence: "\(error)",
        remedy: "loosen integration.refine, lower integration.until or try another integration.method",
        time: FlowTime(remainder: observer.findings.times.last ?? 0))
      reference = ComparisonRun.Reference(outcome: outcome, loss: .nan, counts: second.counts)
    }
    return ComparisonRun.Group(
      reference: reference, flow: observer.findings, tracks: tracks.map(\.findings), kinkCrossings: kinks.crossings,
      modelCrossings: modelKinks?.crossings ?? 0, kinkedFunctions: modelKinks?.names ?? [])
  }

  private func field(_ objective: Objective, rate: Double, _ context: RunContext) throws -> any VectorField {
    let isCancelled = context.isCancelled
    switch (plan.against, plan.optimizer.limit) {
    case (.modified, _):
      return ModifiedFlow(
        objective: objective, learningRate: rate, factor: plan.modifiedFactor, isCancelled: isCancelled)
    case (.flow, .heavyBallFlow(let friction)):
      return HeavyBallFlow(objective: objective, friction: friction, isCancelled: isCancelled)
    case (.flow, .gradientFlow), (.flow, .none):
      return GradientFlow(objective: objective, layout: experiment.problem.model.layout, isCancelled: isCancelled)
    }
  }

  /// Save times at even distances, the first and the last among them: fewer for more parameters, because a spectrum costs
  /// some fifty Hessian-vector products.
  private func sampledSaves(_ grid: SaveGrid) -> Set<Int> {
    guard plan.samplesSpectrum else { return [] }
    let parameters = experiment.problem.model.layout.count
    let most = parameters > Self.manyParameters ? 20 : parameters > Self.someParameters ? 50 : 200
    let count = grid.times.count
    guard count > most else { return Set(0..<count) }
    return Set((0..<most).map { $0 * (count - 1) / (most - 1) })
  }
}
