import FlowODE
import Models
import Verdicts

/// One rung that is about to be run: the folds of all statements, the flow with what they integrate, and the plan.
struct RungRun {
  private let refinement: Refinement
  private let index: Int
  private let tolerance: Double
  private let statements: [Statement]
  private let folds: [(identity: Statement.Identity, fold: any LawFold)]
  private let flow: any VectorField
  private let plan: IntegrationPlan
  private let kinks: KinkWatch?
  private let mesh = MeshWatch()

  /// - Parameters:
  ///   - index: which of the ladder's rungs it is, or stands beside.
  ///   - tolerance: rtol; nil is that rung's own.
  init(
    _ refinement: Refinement, _ index: Int, _ statements: [Statement], tolerance: Double? = nil, grid: SaveGrid,
    blockRates: [Double]?
  ) throws {
    self.refinement = refinement
    self.index = index
    self.statements = statements
    let tolerance = tolerance ?? refinement.tolerances[index]
    self.tolerance = tolerance
    var experiment = refinement.experiment
    experiment.gradientThreads = max(1, refinement.context.threads / refinement.tolerances.count)
    let setting = ClaimSetting(experiment: refinement.experiment)
    var gathered = QuadratureList()
    var events: [Event] = []
    var made: [(identity: Statement.Identity, laws: Laws, quadratures: [any Quadrature])] = []
    for statement in statements {
      guard let laws = statement.laws(setting) else { continue }
      made.append((statement.identity, laws, laws.terms.quadratures))
      gathered.add(made[made.count - 1].quadratures)
      events += laws.terms.events
    }
    folds = made.map {
      (identity: $0.identity, fold: $0.laws.fold(gathered.integrals(of: $0.quadratures), saves: grid.times.count))
    }
    let flow = try experiment.flow(
      blockRates: blockRates, quadratures: gathered.quadratures, isCancelled: refinement.context.isCancelled)
    self.flow = flow
    var plan = experiment.plan(relativeTolerance: tolerance, grid: grid)
    if index == refinement.tolerances.count - 1 { plan.kinks = experiment.kinks }
    for event in events where !plan.events.contains(where: { $0.name == event.name }) {
      plan.events.append(event)
    }
    self.plan = plan
    kinks = experiment.loss.nonsmoothness.map { _ in
      KinkWatch(objective: flow.objective, closeness: 100 * tolerance, patience: 100)
    }
  }

  /// What determines a rung, and so tells it from all others of the same work.
  static func key(
    _ refinement: Refinement, _ index: Int, _ statements: [Statement], tolerance: Double, grid: SaveGrid,
    blockRates: [Double]?
  ) -> RunKey {
    let names = statements.map { "\($0.identity.claim) \($0.identity.variant)" }
    return RunKey("rung").with("place", "\(index) of \(refinement.tolerances.count)").with("rtol", tolerance)
      .with("grid", grid.times).with("rates", blockRates).with("start", refinement.experiment.start)
      .with("until", refinement.experiment.until).with("statements", names.joined(separator: ", "))
  }

  /// Runs it, once.
  ///
  /// - Parameters:
  ///   - recorders: further observers.
  ///   - exposed: ends the run with ``ExposedControl`` as soon as all of these statements are missed beyond doubt.
  /// - Throws: ``InterruptedRun``, ``ExposedControl``, ``Refusal``, or what a recorder throws.
  func integrate(
    _ recorders: [any TrajectoryObserver] = [], exposed: Set<Statement.Identity> = []
  ) throws -> Trajectory {
    var observers: [any TrajectoryObserver] = folds.map(\.fold) + [mesh]
    if let kinks { observers.append(kinks) }
    observers += recorders
    if !exposed.isEmpty {
      observers.append(ExposureWatch(folds.filter { exposed.contains($0.identity) }.map(\.fold), tolerance: tolerance))
    }
    observers.append(
      ProgressObserver(plan: plan) { [context = refinement.context, index] in context.progress(index, $0) })
    let experiment = refinement.experiment
    let trajectory = try Integrator(model: experiment.problem.model, field: flow, plan: plan)
      .run(from: experiment.start, observers: observers)
    if case .interrupted(let time) = trajectory.outcome { throw InterruptedRun(time: time.total) }
    if trajectory.slide != nil { kinks?.noteSlide() }
    return trajectory
  }

  /// What the folds have found by now.
  func findings(steps: Int, incompleteness: String? = nil) -> RungFindings {
    var evidence: [Statement.Identity: Evidence] = [:]
    for statement in statements { evidence[statement.identity] = .nothing }
    for (identity, fold) in folds { evidence[identity] = fold.evidence }
    let experiment = refinement.experiment
    return RungFindings(
      relativeTolerance: tolerance,
      effectiveTolerance: experiment.absoluteTolerance.effective(relative: tolerance, start: experiment.start),
      steps: steps, landsOnSaves: plan.landsOnSaves || !experiment.resolvedMethod.isDense,
      incompleteness: incompleteness,
      evidence: evidence, mesh: mesh.fingerprint,
      facts: PathFacts(kinkCrossings: kinks?.crossings ?? 0))
  }
}
