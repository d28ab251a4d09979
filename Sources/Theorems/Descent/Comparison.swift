import FlowODE
import GSLBridge
import Models
import Verdicts

/// The flow a descent is compared with.
public enum ComparisonReference: String, Sendable, CaseIterable {
  /// The limit of the method as its learning rate goes to zero: gradient flow, or the heavy-ball flow of `heavy-ball`.
  case flow
  /// The second-order modified flow of gradient descent, one for every learning rate.
  case modified

  /// The order of agreement claimed.
  public var claimedOrder: Double { self == .flow ? 1 : 2 }
}

/// What is compared with what: everything that determines a comparison besides the experiment.
public struct ComparisonPlan: Sendable {
  public var optimizer: any Optimizer
  public var ladder: RateLadder
  public var schedule: RateSchedule
  public var against: ComparisonReference
  public var measure: ComparisonMeasure
  /// Relative tolerances of the two references, the tighter one second.
  public var tolerances: (coarse: Double, fine: Double)
  /// κ of the modified flow; 1/4 is the true one.
  public var modifiedFactor = 0.25
  /// One rate per block for the descents; nil means 1 everywhere.
  public var blockRates: [Double]?
  /// Whether the Hessian's spectrum is sampled.
  public var samplesSpectrum = true

  /// - Throws: ``Refusal`` for a combination that has no meaning.
  public init(
    optimizer: any Optimizer, ladder: RateLadder, schedule: RateSchedule = .constant, against: ComparisonReference,
    measure: ComparisonMeasure, tolerances: (coarse: Double, fine: Double)
  ) throws(Refusal) {
    try Experiment.check(relativeTolerance: tolerances.coarse)
    try Experiment.check(relativeTolerance: tolerances.fine)
    guard tolerances.fine < tolerances.coarse else {
      throw Refusal(
        "the references' tolerances are \(tolerances.coarse) and \(tolerances.fine)",
        remedy: "give integration.refine two decreasing tolerances, such as 1e-10,1e-12")
    }
    guard against == .flow || (optimizer is PlainGradientDescent && schedule.isConstant) else {
      throw Refusal(
        "the modified flow belongs to gradient descent at a constant rate, not to \(optimizer.identifier)"
          + (schedule.isConstant ? "" : " with a schedule"),
        remedy: "use compare.optimizer gd without compare.schedule, or compare.against flow")
    }
    self.optimizer = optimizer
    self.ladder = ladder
    self.schedule = schedule
    self.against = against
    self.measure = measure
    self.tolerances = tolerances
  }
}

/// What a comparison found: the references and one track per learning rate.
struct ComparisonRun {
  /// How a reference flow ended.
  struct Reference {
    let outcome: Outcome
    let loss: Double
    let counts: StepCounts
  }

  var times: [Double] = []
  var tracks: [RateTrack] = []
  /// The reference of each track: one and the same for gradient flow, one per rate for modified flows.
  var observers: [ComparisonObserver] = []
  var references: [Reference] = []
  var kinkCrossings = 0

  var referenceError: Double { observers.map(\.referenceError).max() ?? 0 }
  var movement: Double { observers.map(\.movement).min() ?? 0 }
  var largestNorm: Double { observers.map(\.largestNorm).max() ?? 0 }
  /// Why a reference did not reach the horizon and what to try; nil if all did.
  var incompleteness: String? { references.lazy.compactMap(\.outcome.incompleteness).first }
}

/// Runs descents at several learning rates alongside their flow.
///
/// Against one flow all descents advance together with one reference, and a second one at the looser tolerance that tells
/// the reference's error; modified flows are taken one rate at a time. Memory is the states of the descents at work, of the
/// two references and of their steppers' stages; of what was seen only scalars at the save times are kept.
public struct Comparison: Sendable {
  public let experiment: Experiment
  public var plan: ComparisonPlan
  private let isCancelled: @Sendable () -> Bool
  private let progress: ProgressReport

  /// Above these many parameters spectra are sampled at 20 and 50 times rather than 200, at the first at 3 points of a
  /// segment rather than 5.
  static let manyParameters = 5000
  static let someParameters = 1000
  /// Numbers of component norms that are kept for the learning order.
  static let normLimit = 8_000_000

  /// - Throws: ``Refusal`` for stop conditions, or a measure that does not fit the model.
  public init(
    experiment: Experiment, plan: ComparisonPlan, isCancelled: @escaping @Sendable () -> Bool = { false },
    progress: @escaping ProgressReport = { _, _ in }
  ) throws(Refusal) {
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
    self.experiment = experiment
    self.plan = plan
    self.isCancelled = isCancelled
    self.progress = progress
  }

  private static func check(_ batch: Batch, _ experiment: Experiment) throws(Refusal) {
    guard batch.size <= experiment.problem.measurements.count else {
      throw Refusal(
        "a batch of \(batch.size) was asked for, and there are \(experiment.problem.measurements.count) observations",
        remedy: "use compare.batch \(experiment.problem.measurements.count) or less")
    }
  }

  /// The save times, rounded so that every rate has whole iterations.
  ///
  /// - Throws: ``Refusal`` if the horizon is too short or too long for the rates.
  public func grid() throws(Refusal) -> SaveGrid {
    let grid = try plan.ladder.grid(experiment.grid(tightest: plan.tolerances.fine))
    let until = grid.times[grid.times.count - 1]
    if let most = plan.ladder.iterations(of: plan.ladder.rates.count - 1, at: until), most > experiment.maxSteps {
      throw Refusal(
        "the learning rate \(plan.ladder.rates[plan.ladder.rates.count - 1]) needs \(most) iterations, and "
          + "\(experiment.maxSteps) are allowed",
        remedy: "raise integration.max-steps or the smallest rate, or lower integration.until")
    }
    return grid
  }

  /// - Parameter recorders: further observers of the reference, of the smallest rate's one where there are several.
  /// - Throws: ``InterruptedRun``, ``Refusal``, or what a recorder throws.
  func run(recorders: () throws -> [any TrajectoryObserver] = { [] }) throws -> ComparisonRun {
    let grid = try grid()
    var run = ComparisonRun()
    let all = Array(plan.ladder.rates.indices)
    let groups = plan.against == .flow ? [all] : all.map { [$0] }
    for (part, group) in groups.enumerated() {
      try runGroup(group, part: part, grid: grid, recorders: part == groups.count - 1 ? recorders() : [], into: &run)
    }
    return run
  }

  private func runGroup(
    _ group: [Int], part: Int, grid: SaveGrid, recorders: [any TrajectoryObserver], into run: inout ComparisonRun
  ) throws {
    let model = experiment.problem.model
    let objective = try experiment.objective()
    let field = try field(objective, rate: plan.ladder.rates[group[0]])
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
        hasBound: hasBound, maxSteps: experiment.maxSteps)
    }
    let second = try FlowFollower(
      model: model, field: self.field(objective, rate: plan.ladder.rates[group[0]]),
      plan: experiment.plan(relativeTolerance: plan.tolerances.coarse, grid: grid), start: experiment.start)
    let components = model.componentCount
    let observer = ComparisonObserver(
      tracks: tracks, indices: group, ladder: plan.ladder, model: model, objective: objective, follower: second,
      tolerance: plan.tolerances.fine,
      measure: plan.measure, keepsNorms: components * grid.times.count * (group.count + 1) <= Self.normLimit,
      sampled: sampledSaves(grid), segmentPoints: model.layout.count > Self.manyParameters ? 3 : 5,
      isCancelled: isCancelled)
    let integration = experiment.plan(relativeTolerance: plan.tolerances.fine, grid: grid)
    let kinks = KinkWatch(objective: objective, levels: experiment.loss.kinks)
    var observers: [any TrajectoryObserver] = [observer]
    if !experiment.loss.kinks.isEmpty { observers.append(kinks) }
    if experiment.loss.nonsmoothness != nil { observers.append(SlideWatch(kinks)) }
    observers += recorders
    let progress = self.progress
    observers.append(ProgressObserver(plan: integration) { progress(part, $0) })
    do {
      let trajectory = try Integrator(model: model, field: field, plan: integration)
        .run(from: experiment.start, observers: observers)
      if case .interrupted(let time) = trajectory.outcome { throw InterruptedRun(time: time) }
      run.references.append(
        ComparisonRun.Reference(outcome: trajectory.outcome, loss: trajectory.loss, counts: trajectory.counts))
    } catch let slide as SlideAlongKink {
      run.references.append(
        ComparisonRun.Reference(
          outcome: .failed(
            sentence:
              "\(slide.crossings) steps up to t = \(tableNumber(slide.time)) crossed a kink of the loss: the flow "
              + "slides along kinks", remedy: "use a smooth loss, or lower integration.until", time: slide.time),
          loss: .nan, counts: second.counts))
    } catch let error as IntegrationError {
      if case .stopped(let cause) = error, cause is Interrupted { throw InterruptedRun(time: second.time) }
      // The second reference, whose tolerance is looser, could not follow.
      let outcome = Outcome.failed(
        sentence: "\(error)",
        remedy: "loosen integration.refine, lower integration.until or try another integration.method",
        time: observer.times.last ?? 0)
      run.references.append(ComparisonRun.Reference(outcome: outcome, loss: .nan, counts: second.counts))
    }
    if observer.times.count >= run.times.count { run.times = observer.times }
    run.tracks += tracks
    run.observers += tracks.map { _ in observer }
    run.kinkCrossings = max(run.kinkCrossings, kinks.crossings)
  }

  private func field(_ objective: Objective, rate: Double) throws -> any VectorField {
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

/// The reference flow slides along kinks of a loss that is not differentiable there, which takes steps without end.
struct SlideAlongKink: Error {
  let crossings: Int
  let time: Double
}

/// Gives a flow up that keeps crossing kinks.
final class SlideWatch: TrajectoryObserver {
  /// Steps with a crossing after which a flow is taken to slide.
  static let most = 1000
  private let kinks: KinkWatch

  init(_ kinks: KinkWatch) { self.kinks = kinks }

  func observe(_ point: TrajectoryPoint) throws {
    if kinks.crossings >= Self.most { throw SlideAlongKink(crossings: kinks.crossings, time: point.time) }
  }
}
