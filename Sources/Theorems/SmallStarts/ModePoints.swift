import FlowODE
import GSLBridge
import Models
import Verdicts

extension ModeStudy {
  public func shared(_ context: RunContext) throws -> TargetModes {
    guard let modes else { throw Refusal("the target's modes are not known", remedy: "observe every entry") }
    return modes
  }

  public func point(_ alpha: Double, tolerance: Double, _ modes: TargetModes, _ context: RunContext) throws -> Point {
    try point(alpha, tolerance: tolerance, modes, context, blockRates: nil)
  }

  /// A point of the flow whose layers have rates of their own.
  func point(
    _ alpha: Double, tolerance: Double, _ modes: TargetModes, _ context: RunContext, blockRates: [Double]?
  ) throws -> Point {
    let depth = chain.depth
    let start = try chain.balancedParameters(endToEnd: alpha * modes.frame)
    let targets = modes.targets
    func event(_ i: Int, _ part: Double, _ name: String) -> Event {
      .reaches(part * targets[i], name) { modes.value(i, chain.endToEnd($0.parameters)) }
    }
    var events = targets.indices.map { event($0, 0.5, "mode \($0) half risen") }
    let learned = "mode 0 learned"
    events.append(event(0, Self.learnedPart, learned))
    let exact = try targets.map { try time(depth, $0, alpha) }
    let latest = try latestRise(modes, from: alpha)
    guard latest <= experiment.until else {
      throw UnfinishedRun(
        "at α = \(tableSetting(alpha)) the last mode rises at t = \(tableNumber(latest)), after the horizon "
          + tableNumber(experiment.until),
        remedy: "raise integration.until to \(tableNumber(1.5 * latest)) or use larger init.scales")
    }
    let observers = try context.recorders()
    let run = try experiment.replacing(
      start: start, startSummary: "aligned", until: min(experiment.until, 1.25 * latest), stops: [])
    let trajectory = try ScaleRun.integrate(
      run, tolerance: tolerance,
      grid: try SaveGrid.linear(until: run.until, count: observers.isEmpty ? 2 : run.saveCount), events: events,
      observers: observers, blockRates: blockRates, context)
    let times = try targets.indices.map { i -> Double in
      guard let hit = trajectory.events.first(where: { $0.name == events[i].name }) else {
        throw UnfinishedRun(
          "at α = \(tableSetting(alpha)) mode \(i) does not reach half of its target \(tableNumber(targets[i])) by t = "
            + tableNumber(run.until), remedy: "raise integration.until or tighten integration.refine")
      }
      return hit.time
    }
    let neighbours = targets.indices.map { targets[$0 + 1 < targets.count ? $0 + 1 : max(0, $0 - 1)] }
    let second = trajectory.events.first { $0.name == learned }.flatMap { hit in
      targets.count > 1 ? modes.value(1, chain.endToEnd(hit.parameters)) / targets[1] : nil
    }
    return Point(
      alpha: alpha, times: times, exact: exact, wrongDepth: try targets.map { try time(depth + 1, $0, alpha) },
      swapped: try neighbours.map { try time(depth, $0, alpha) }, secondPart: second)
  }

  /// When the closed form has every mode half risen and the first one learned.
  func latestRise(_ modes: TargetModes, from alpha: Double) throws(Refusal) -> Double {
    var latest = try time(chain.depth, modes.targets[0], alpha, part: Self.learnedPart)
    for target in modes.targets { latest = max(latest, try time(chain.depth, target, alpha)) }
    return latest
  }

  private func time(
    _ depth: Int, _ target: Double, _ alpha: Double, part: Double = 0.5
  ) throws(Refusal) -> Double {
    try FactorModes.time(depth: depth, target: target, from: alpha, to: part * target) / rate
  }

  /// The time unit: a flow of c Σ r² runs through the closed form's states at 2c t.
  private var rate: Double {
    2 * experiment.normalization.constant(for: experiment.problem.measurements)
  }
}
