import Dispatch
import FlowODE
import GSLBridge
import Models
import Synchronization
import Verdicts

/// One rung of a refinement: a trajectory at one tolerance and what every claim's fold found on it.
public struct Rung: Sendable {
  /// rtol.
  public let relativeTolerance: Double
  /// The relative tolerance in effect: rtol, unless a fixed absolute tolerance is looser.
  public let effectiveTolerance: Double
  /// How the run went and ended.
  public let trajectory: Trajectory
  /// What the folded statements found; those without a law in the setting found nothing.
  public let evidence: [Statement.Identity: Evidence]
  /// What hypotheses about the path rest on.
  public let facts: PathFacts

  /// What a claim's law found; nil if it was not folded.
  public func evidence(of claim: any Claim.Type) -> Evidence? { evidence[Statement.law(of: claim).identity] }

  /// The rung as the judging rule sees it for one statement; nil if it was not folded.
  func evidence(for statement: Statement) -> RungEvidence? {
    guard let evidence = evidence[statement.identity] else { return nil }
    let outcome = trajectory.outcome
    return RungEvidence(
      relativeTolerance: relativeTolerance, effectiveTolerance: effectiveTolerance,
      steps: trajectory.counts.accepted,
      incompleteness: outcome.incompleteness, evidence: evidence)
  }
}

/// The refinement ladder: one experiment integrated once per tolerance, every claim folded over the same trajectories.
///
/// Rungs share nothing, so they may run on several threads; the result does not depend on how many.
public struct Refinement: Sendable {
  /// What every rung integrates.
  public let experiment: Experiment
  /// Relative tolerances, strictly decreasing, at least two.
  public let tolerances: [Double]
  /// Its threads run rungs side by side, and where there are more threads than rungs, several share a rung's gradients. Its
  /// progress hears of the rungs by number, from several threads.
  public let context: RunContext

  /// - Throws: ``Refusal`` unless there are at least two strictly decreasing tolerances and one thread.
  public init(
    experiment: Experiment, tolerances: [Double], context: RunContext = RunContext()
  ) throws(Refusal) {
    for tolerance in tolerances { try Experiment.check(relativeTolerance: tolerance) }
    guard tolerances.count >= 2, zip(tolerances, tolerances.dropFirst()).allSatisfy({ $0 > $1 }) else {
      throw Refusal(
        "the refinement ladder is \(tolerances)",
        remedy: "give integration.refine two or more strictly decreasing tolerances, such as 1e-6,1e-8,1e-10")
    }
    guard (1...1024).contains(context.threads) else {
      throw Refusal("\(context.threads) threads", remedy: "use run.threads between 1 and 1024")
    }
    self.experiment = experiment
    self.tolerances = tolerances
    self.context = context
  }

  /// The same refinement of another experiment.
  func replacing(experiment: Experiment) throws(Refusal) -> Refinement {
    try Refinement(experiment: experiment, tolerances: tolerances, context: context)
  }

  /// Integrates every rung with what some claims say folded over it; see ``run(_:grid:blockRates:recorders:)``.
  public func run(
    claims: [any Claim.Type], grid: SaveGrid, blockRates: [Double]? = nil,
    recorders: @Sendable () throws -> [any TrajectoryObserver] = { [] }
  ) throws -> [Rung] {
    try run(claims.map { .law(of: $0) }, grid: grid, blockRates: blockRates, recorders: recorders)
  }

  /// Integrates every rung.
  ///
  /// - Parameters:
  ///   - statements: folded together over each rung.
  ///   - grid: the save times shared by all rungs.
  ///   - blockRates: the vector field's rate per parameter block; nil is gradient flow itself.
  ///   - recorders: further observers of the tightest rung; made on the rung's thread.
  /// - Returns: the rungs, coarsest first.
  /// - Throws: ``Interrupted``, ``Refusal``, or what a recorder throws.
  public func run(
    _ statements: [Statement], grid: SaveGrid, blockRates: [Double]? = nil,
    recorders: @Sendable () throws -> [any TrajectoryObserver] = { [] }
  ) throws -> [Rung] {
    let count = tolerances.count
    let results = Mutex<[Result<Rung, any Error>?]>(Array(repeating: nil, count: count))
    let started = Atomic<Int>(0)
    // The tightest rung takes longest, so it starts first; a failure lets no further rung start.
    DispatchQueue.concurrentPerform(iterations: min(context.threads, count)) { _ in
      while true {
        let index = count - 1 - started.wrappingAdd(1, ordering: .relaxed).oldValue
        guard index >= 0 else { return }
        let result = Result {
          try runRung(
            index, statements, grid: grid, blockRates: blockRates,
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
    _ index: Int, _ statements: [Statement], grid: SaveGrid, blockRates: [Double]?,
    recorders: [any TrajectoryObserver]
  ) throws -> Rung {
    var experiment = experiment
    experiment.gradientThreads = max(1, context.threads / tolerances.count)
    let setting = ClaimSetting(experiment: self.experiment)
    var quadratures: [any Quadrature] = []
    var events: [Event] = []
    var folds: [(identity: Statement.Identity, fold: any LawFold)] = []
    var evidence: [Statement.Identity: Evidence] = [:]
    var offset = 0
    for statement in statements {
      evidence[statement.identity] = .nothing
      guard let laws = statement.laws(setting) else { continue }
      folds.append((statement.identity, laws.fold(offset: offset)))
      let added = laws.terms.quadratures
      quadratures += added
      offset += added.reduce(0) { $0 + $1.names.count }
      events += laws.terms.events
    }
    let objective = try experiment.objective()
    let flow = try experiment.flow(blockRates: blockRates, quadratures: quadratures, isCancelled: context.isCancelled)
    var plan = experiment.plan(relativeTolerance: tolerances[index], grid: grid)
    if index == tolerances.count - 1 { plan.kinks = experiment.kinks }
    for event in events where !plan.events.contains(where: { $0.name == event.name }) {
      plan.events.append(event)
    }
    var observers: [any TrajectoryObserver] = folds.map(\.fold)
    let kinks = KinkWatch(objective: objective, closeness: 100 * tolerances[index], patience: 100)
    if experiment.loss.nonsmoothness != nil { observers.append(kinks) }
    observers += recorders
    observers.append(ProgressObserver(plan: plan) { [context] in context.progress(index, $0) })
    let trajectory = try Integrator(model: experiment.problem.model, field: flow, plan: plan)
      .run(from: experiment.start, observers: observers)
    if case .interrupted(let time) = trajectory.outcome { throw InterruptedRun(time: time) }
    for (identity, fold) in folds { evidence[identity] = fold.evidence }
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
  /// The flow time that was reached.
  public let time: Double

  /// An interruption at a flow time.
  public init(time: Double) { self.time = time }
}
