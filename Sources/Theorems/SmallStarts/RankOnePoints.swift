import CMath
import FlowODE
import Models
import Verdicts

extension RankOneStudy {
  /// Runs the ladder at one tolerance.
  ///
  /// - Parameters:
  ///   - stage: which of how many passes over the ladder this is, for the progress.
  ///   - recorders: further observers of the comparison at the smallest scale.
  func points(
    start: [Double], leader: LeadingComponent, tolerance: Double, stage: (done: Int, of: Int) = (0, 1),
    recorders: () throws -> [any TrajectoryObserver] = { [] }
  ) throws -> [Point] {
    let rho = Self.escapeNorm(experiment)
    guard let registry = ComponentRegistry(experiment.problem.model), rho > 0 else { return [] }
    let reference = try RankOneReference(experiment)
    let direction = RankOneReference.extract(leader.leader, of: registry, from: start)
    let limit = try reference.limit(of: direction, norm: rho, isCancelled: context.isCancelled)
    let grid = try SaveGrid.linear(until: experiment.until, count: experiment.saveCount)
    let order = Double(leader.order)
    func companion(_ start: [Double]) -> (flow: GradientFlow, start: [Double]) { (reference.flow(), start) }
    return try scales.indices.map { k in
      let alpha = scales[k]
      let scaled = start.map { alpha * $0 }
      // While the gradient is constant the leader blows up by this time at the latest.
      let latest =
        pow(alpha * leader.norms[leader.leader], 2 - order) / ((order - 2) * max(leader.gammas[leader.leader], 1e-300))
      let growth = try experiment.replacing(start: scaled, until: 4 * latest, stops: [.endNormAbove(rho)])
      let own = RankOneReference.extract(leader.leader, of: registry, from: scaled)
      let alone = CompanionWatch(offset: start.count, count: own.count)
      let first = try ScaleRun.integrate(
        growth, tolerance: tolerance, grid: try SaveGrid.linear(until: growth.until, count: 2),
        companions: [companion(own)], observers: [alone], isCancelled: context.isCancelled)
      guard case .stopped(_, let escape) = first.outcome, escape > 0 else {
        throw Refusal(
          "at α = \(tableSetting(alpha)) the norm does not grow to ρ = \(tableNumber(rho)) by t = \(tableNumber(growth.until))",
          remedy: "use smaller init.scales, a larger init.leader or another init.seed")
      }
      let seed = RankOneReference.extract(leader.leader, of: registry, from: first.parameters)
      let starts = [seed, alone.last] + (limit.map { [$0.parameters] } ?? [])
      let observer = DistanceObserver(
        model: experiment.problem.model, reference: reference.model,
        offsets: starts.indices.map { start.count + $0 * own.count }, largestNorm: largestNorm)
      let rest = try experiment.replacing(start: first.parameters, stops: [])
      let plan = rest.plan(relativeTolerance: tolerance, grid: grid)
      let progress = ProgressObserver(plan: plan) { [context] in
        context.progress(k, (Double(stage.done) + $0) / Double(stage.of))
      }
      let last = try ScaleRun.integrate(
        rest, tolerance: tolerance, grid: grid, companions: starts.map(companion),
        observers: [observer, progress] + (k == scales.count - 1 ? try recorders() : []),
        isCancelled: context.isCancelled)
      return Point(
        alpha: alpha, escape: escape, reseeded: observer.worst[0], fromStart: observer.worst[1],
        fixed: limit == nil ? nil : observer.worst[2], largestNorm: observer.norm,
        reconstruction: reconstruction(last.parameters), path: observer.path)
    }
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
  private let model: any Model
  private let reference: any Model
  private let offsets: [Int]
  private let largestNorm: Double
  private var isOver = false

  init(model: any Model, reference: any Model, offsets: [Int], largestNorm: Double) {
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
