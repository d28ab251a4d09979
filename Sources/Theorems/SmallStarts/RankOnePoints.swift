import CMath
import FlowODE
import Models
import Verdicts

extension RankOneStudy {
  /// What the points share: the leader, the one-component flow beside which the full one runs, and its limiting direction.
  public struct Shared {
    let leading: LeadingComponent
    let registry: ComponentRegistry
    let reference: RankOneReference
    let limit: (parameters: [Double], kappa: Double)?
    let rho: Double
  }

  public func shared(_ context: RunContext) throws -> Shared {
    guard let leading, let registry = experiment.problem.model.components else {
      throw Refusal("the model has no components of order 3", remedy: "use problem.model cp")
    }
    let rho = Self.escapeNorm(experiment)
    let reference = try RankOneReference(experiment)
    let direction = RankOneReference.extract(leading.leader, of: registry, from: experiment.start)
    return Shared(
      leading: leading, registry: registry, reference: reference,
      limit: try reference.limit(of: direction, norm: rho, context), rho: rho)
  }

  public func point(_ alpha: Double, tolerance: Double, _ shared: Shared, _ context: RunContext) throws -> Point {
    let (leader, registry, reference) = (shared.leading, shared.registry, shared.reference)
    let order = Double(leader.order)
    func companion(_ start: [Double]) -> (flow: GradientFlow, start: [Double]) { (reference.flow(), start) }
    let scaled = experiment.start.map { alpha * $0 }
    // While the gradient is constant the leader blows up by this time at the latest.
    let latest =
      pow(alpha * leader.norms[leader.leader], 2 - order) / ((order - 2) * max(leader.gammas[leader.leader], 1e-300))
    let growth = try experiment.replacing(start: scaled, until: 4 * latest, stops: [.endNormAbove(shared.rho)])
    let own = RankOneReference.extract(leader.leader, of: registry, from: scaled)
    let alone = CompanionWatch(offset: scaled.count, count: own.count)
    let first = try ScaleRun.integrate(
      growth, tolerance: tolerance, grid: try SaveGrid.linear(until: growth.until, count: 2),
      companions: [companion(own)], observers: [alone], context)
    guard case .stopped(_, let stop) = first.outcome, stop.total > 0 else {
      throw UnfinishedRun(
        "at α = \(tableSetting(alpha)) the norm does not grow to ρ = \(tableNumber(shared.rho)) by t = "
          + tableNumber(growth.until), remedy: "use smaller init.scales, a larger init.leader or another init.seed")
    }
    let escape = stop.total
    let seed = RankOneReference.extract(leader.leader, of: registry, from: first.parameters)
    let starts = [seed, alone.last] + (shared.limit.map { [$0.parameters] } ?? [])
    let observer = DistanceObserver(
      model: experiment.problem.model, reference: reference.experiment.problem.model,
      offsets: starts.indices.map { scaled.count + $0 * own.count }, largestNorm: largestNorm)
    let rest = try experiment.replacing(start: first.parameters, stops: [])
    let grid = try SaveGrid.linear(until: experiment.until, count: experiment.saveCount)
    let progress = ProgressObserver(plan: rest.plan(relativeTolerance: tolerance, grid: grid)) {
      context.progress(0, $0)
    }
    let last = try ScaleRun.integrate(
      rest, tolerance: tolerance, grid: grid, companions: starts.map(companion),
      observers: [observer, progress] + context.recorders(), landsOnSaves: true, context)
    return Point(
      alpha: alpha, escape: escape, reseeded: observer.worst[0], fromStart: observer.worst[1],
      fixed: shared.limit == nil ? nil : observer.worst[2], largestNorm: observer.norm,
      reconstruction: reconstruction(last.parameters), path: observer.path)
  }

  private func reconstruction(_ parameters: [Double]) -> Double? {
    guard let truth = experiment.problem.truth, !truth.contains(where: \.isNaN) else { return nil }
    let end = experiment.problem.model.endToEnd(parameters)
    let error = zip(end, truth).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return (error / truth.reduce(0) { $0 + $1 * $1 }).squareRoot()
  }
}

/// Keeps the state of a flow that runs beside another.
private final class CompanionWatch: TrajectoryObserver {
  private(set) var last: [Double]
  private let offset: Int

  init(offset: Int, count: Int) {
    self.offset = offset
    last = [Double](repeating: 0, count: count)
  }

  func observe(_ point: TrajectoryPoint) {
    for i in last.indices { last[i] = point.state[offset + i] }
  }
}

/// The largest ‖W − W₁‖_F at the save times to one-component flows that run beside W's, until ‖W‖ reaches a bound.
private final class DistanceObserver: TrajectoryObserver {
  private(set) var worst: [Double]
  private(set) var norm = 0.0
  private(set) var path: [[Double?]] = []
  private let model: Model
  private let reference: Model
  private let offsets: [Int]
  private let largestNorm: Double
  private var isOver = false

  init(model: Model, reference: Model, offsets: [Int], largestNorm: Double) {
    self.model = model
    self.reference = reference
    self.offsets = offsets
    self.largestNorm = largestNorm
    worst = [Double](repeating: 0, count: offsets.count)
  }

  func observe(_ point: TrajectoryPoint) {
    guard point.isSave, !isOver else { return }
    let end = model.endToEnd(point.parameters)
    let size = end.reduce(0) { $0 + $1 * $1 }.squareRoot()
    norm = max(norm, size)
    var row: [Double?] = [point.time, size]
    for (k, offset) in offsets.enumerated() {
      let other = reference.endToEnd(point.state + offset)
      let distance = zip(end, other).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
      worst[k] = max(worst[k], distance)
      row.append(distance)
    }
    path.append(row + (offsets.count < 3 ? [nil] : []))
    isOver = norm >= largestNorm
  }
}
