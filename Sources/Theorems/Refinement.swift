import Dispatch
import FlowODE
import GSLBridge
import Models
import Synchronization
import Verdicts

/// Hears how far the rungs of the ladder that is running are; called from several threads.
public typealias ProgressReport = @Sendable (_ rung: Int, _ fraction: Double) -> Void

/// One rung of a refinement: a trajectory at one tolerance and what every claim's fold found on it.
public struct Rung: Sendable {
  public let relativeTolerance: Double
  /// The relative tolerance in effect: rtol, unless a fixed absolute tolerance is looser.
  public let effectiveTolerance: Double
  public let trajectory: Trajectory
  /// Evidence by claim identifier.
  public let evidence: [String: Evidence]
  public let facts: PathFacts

  /// The rung as the judging rule sees it for one claim.
  func evidence(for claim: String) -> RungEvidence? {
    guard let evidence = evidence[claim] else { return nil }
    let outcome = trajectory.outcome
    return RungEvidence(
      relativeTolerance: relativeTolerance, effectiveTolerance: effectiveTolerance,
      steps: trajectory.counts.accepted,
      incompleteness: outcome.isComplete ? nil : "\(outcome.sentence); \(outcome.remedy)", evidence: evidence)
  }
}

/// The refinement ladder: one experiment integrated once per tolerance, every claim folded over the same trajectories.
///
/// Rungs share nothing, so they may run on several threads; the result does not depend on how many.
public struct Refinement: Sendable {
  public let experiment: Experiment
  /// Relative tolerances, strictly decreasing, at least two.
  public let tolerances: [Double]
  /// Threads: rungs run side by side, and where there are more threads than rungs, several share a rung's gradients.
  public let threads: Int
  private let isCancelled: @Sendable () -> Bool
  private let progress: ProgressReport

  /// - Throws: ``ExperimentError`` unless there are at least two strictly decreasing tolerances and one thread.
  public init(
    experiment: Experiment, tolerances: [Double], threads: Int = 1,
    isCancelled: @escaping @Sendable () -> Bool = { false },
    progress: @escaping ProgressReport = { _, _ in }
  ) throws(ExperimentError) {
    for tolerance in tolerances { try Experiment.check(relativeTolerance: tolerance) }
    guard tolerances.count >= 2, zip(tolerances, tolerances.dropFirst()).allSatisfy({ $0 > $1 }) else {
      throw ExperimentError(
        "the refinement ladder is \(tolerances)",
        remedy: "give --refine two or more strictly decreasing tolerances, such as 1e-6,1e-8,1e-10")
    }
    guard (1...1024).contains(threads) else {
      throw ExperimentError("\(threads) threads", remedy: "use --threads between 1 and 1024")
    }
    self.experiment = experiment
    self.tolerances = tolerances
    self.threads = threads
    self.isCancelled = isCancelled
    self.progress = progress
  }

  /// The same refinement of another experiment.
  func replacing(experiment: Experiment) throws(ExperimentError) -> Refinement {
    try Refinement(
      experiment: experiment, tolerances: tolerances, threads: threads, isCancelled: isCancelled, progress: progress)
  }

  /// Integrates every rung.
  ///
  /// - Parameters:
  ///   - claims: folded together over each rung.
  ///   - grid: the save times shared by all rungs.
  ///   - blockRates: the vector field's rate per parameter block; nil is gradient flow itself.
  ///   - recorders: further observers of the tightest rung; made on the rung's thread.
  /// - Returns: the rungs, coarsest first.
  /// - Throws: ``Interrupted``, ``ExperimentError``, or what a recorder throws.
  public func run(
    claims: [any Claim], grid: SaveGrid, blockRates: [Double]? = nil,
    recorders: @Sendable () throws -> [any TrajectoryObserver] = { [] }
  ) throws -> [Rung] {
    let count = tolerances.count
    let results = Mutex<[Result<Rung, any Error>?]>(Array(repeating: nil, count: count))
    let started = Atomic<Int>(0)
    // The tightest rung takes longest, so it starts first; a failure lets no further rung start.
    DispatchQueue.concurrentPerform(iterations: min(threads, count)) { _ in
      while true {
        let index = count - 1 - started.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index >= 0 else { return }
        let result = Result {
          try runRung(
            index, claims: claims, grid: grid, blockRates: blockRates,
            recorders: index == count - 1 ? try recorders() : [])
        }
        results.withLock { $0[index] = result }
        if case .failure = result { started.store(count, ordering: .relaxed) }
      }
    }
    let outcomes = results.withLock { $0 }
    var rungs: [Rung] = []
    for outcome in outcomes.reversed() {
      guard let outcome else { continue }
      rungs.insert(try outcome.get(), at: 0)
    }
    return rungs
  }

  private func runRung(
    _ index: Int, claims: [any Claim], grid: SaveGrid, blockRates: [Double]?,
    recorders: [any TrajectoryObserver]
  ) throws -> Rung {
    var experiment = experiment
    experiment.gradientThreads = max(1, threads / tolerances.count)
    let setting = ClaimSetting(experiment: self.experiment)
    var quadratures: [any Quadrature] = []
    var monitors: [any ClaimMonitor] = []
    var offset = 0
    for claim in claims {
      let added = claim.quadratures(setting)
      monitors.append(claim.monitor(setting, quadratureOffset: offset))
      quadratures += added
      offset += added.reduce(0) { $0 + $1.names.count }
    }
    let objective = try experiment.objective()
    let flow = try experiment.flow(blockRates: blockRates, quadratures: quadratures, isCancelled: isCancelled)
    var plan = experiment.plan(relativeTolerance: tolerances[index], grid: grid)
    if index == tolerances.count - 1 { plan.kinks = experiment.kinks }
    for event in claims.flatMap({ $0.events(setting) }) where !plan.events.contains(where: { $0.name == event.name }) {
      plan.events.append(event)
    }
    var observers: [any TrajectoryObserver] = monitors
    let kinks = KinkWatch(objective: objective, closeness: 100 * tolerances[index], patience: 100)
    if experiment.loss.nonsmoothness != nil { observers.append(kinks) }
    observers += recorders
    let progress = self.progress
    observers.append(ProgressObserver(plan: plan) { progress(index, $0) })
    let trajectory = try Integrator(model: experiment.problem.model, field: flow, plan: plan)
      .run(from: experiment.start, observers: observers)
    if case .interrupted(let time) = trajectory.outcome { throw InterruptedRun(time: time) }
    var evidence: [String: Evidence] = [:]
    for (claim, monitor) in zip(claims, monitors) { evidence[claim.identifier] = monitor.evidence }
    return Rung(
      relativeTolerance: tolerances[index],
      effectiveTolerance: experiment.absoluteTolerance.effective(
        relative: tolerances[index], start: experiment.start),
      trajectory: trajectory, evidence: evidence,
      facts: PathFacts(kinkCrossings: kinks.crossings))
  }
}

/// The user interrupted a run at the given flow time.
public struct InterruptedRun: Error, Sendable {
  public let time: Double

  public init(time: Double) { self.time = time }
}

/// Counts the accepted states at which some residual was at a level, 0 or wherever the loss has a kink, or had crossed it since
/// the state before.
///
/// Sliding along a kink, an integrator may keep to one side of it without ever crossing, so residuals closer than the solver
/// can tell count as being there. One that crosses a level twice within one step is not seen. A trajectory that slides along a kink of a loss that is
/// not differentiable there finds no step size small enough, so a run may be ended after some kinks.
final class KinkWatch: TrajectoryObserver {
  private(set) var crossings = 0
  private let objective: Objective
  private let levels: [Double]
  private let patience: Int
  private let closeness: Double
  private var previous: [Double]
  private var current: [Double]
  private var hasPrevious = false

  /// - Parameters:
  ///   - closeness: the distance from a level, relative to max |y_k|, that counts as being there.
  ///   - patience: the number of kinks after which the run is ended.
  init(objective: Objective, levels: [Double] = [0], closeness: Double = 0, patience: Int = .max) {
    self.closeness = closeness * objective.largestTarget
    self.patience = patience
    self.objective = objective
    self.levels = levels
    previous = [Double](repeating: 0, count: objective.measurementCount)
    current = previous
  }

  func observe(_ point: TrajectoryPoint) throws {
    current.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      objective.residuals(point.parameters, into: base)
    }
    var isKink = false
    for k in current.indices {
      for level in levels
      where abs(current[k] - level) <= closeness || (hasPrevious && (previous[k] < level) != (current[k] < level)) {
        isKink = true
      }
    }
    swap(&previous, &current)
    hasPrevious = true
    guard isKink else { return }
    crossings += 1
    if crossings >= patience {
      throw EndOfRun(
        "the trajectory met a kink of the loss \(crossings) times up to t = \(point.time) and slides along it",
        remedy: "use --loss huber, or lower --until to end before the first kink")
    }
  }
}

/// Turns flow time into a fraction, in the scale of the save grid, and reports when it has grown by a thousandth.
public final class ProgressObserver: TrajectoryObserver {
  private let times: [Double]
  private let report: (Double) -> Void
  private var index = 0
  private var last = -1.0

  public init(plan: IntegrationPlan, report: @escaping (Double) -> Void) {
    times = plan.grid.times
    self.report = report
  }

  public func observe(_ point: TrajectoryPoint) {
    while index + 1 < times.count, times[index + 1] <= point.time { index += 1 }
    let span = index + 1 < times.count ? times[index + 1] - times[index] : 1
    let within = index + 1 < times.count ? (point.time - times[index]) / span : 0
    let fraction = (Double(index) + within) / Double(max(1, times.count - 1))
    guard fraction - last >= 1e-3 || fraction >= 1 else { return }
    last = fraction
    report(fraction)
  }
}
