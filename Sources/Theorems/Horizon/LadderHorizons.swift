import FlowODE
import Models
import Verdicts

// How long the runs of a ladder must be, where nobody said so: each of them ends when what its claim looks at has happened, and the
// one that takes longest decides.

extension ValueLadder {
  /// The latest of what ends searches, one for each of some experiments.
  fileprivate func latest(
    _ experiments: [(alpha: Double, experiment: Experiment)], isCancelled: @escaping @Sendable () -> Bool
  ) throws -> SettledHorizon? {
    let searches = try experiments.map { alpha, experiment in
      let search = HorizonSearch(experiment)
      return (alpha: alpha, cap: search.cap, found: try search.event(isCancelled: isCancelled))
    }
    return searches.max { $0.found.time < $1.found.time }.map {
      SettledHorizon(
        event: $0.found.time, reason: "at α = \(tableNumber($0.alpha)) \($0.found.reason)\($0.cap)",
        isLimit: $0.found.isLimit)
    }
  }
}

extension IncrementalStudy {
  /// Until a component has left zero at every α.
  ///
  /// - Throws: ``InterruptedRun``, ``Refusal``.
  public func horizon(isCancelled: @escaping @Sendable () -> Bool) throws -> SettledHorizon {
    let runs = try values.map { alpha in
      (
        alpha: alpha,
        experiment: try experiment.replacing(
          start: experiment.start.map { alpha * $0 }, stops: [.componentNormAbove(level)])
      )
    }
    return try latest(runs, isCancelled: isCancelled) ?? HorizonSearch(experiment).run(isCancelled: isCancelled)
  }
}

extension NuclearNormStudy {
  /// Until the data are fitted at every α.
  ///
  /// - Throws: ``InterruptedRun``, ``Refusal``.
  public func horizon(isCancelled: @escaping @Sendable () -> Bool) throws -> SettledHorizon {
    let size = try startSize()
    let runs = try values.map { (alpha: $0, experiment: try scaled(to: $0, of: size)) }
    return try latest(runs, isCancelled: isCancelled) ?? HorizonSearch(experiment).run(isCancelled: isCancelled)
  }
}

extension ModeStudy {
  /// Until the last mode has risen at every α, by the closed form.
  ///
  /// - Throws: ``InterruptedRun``, ``Refusal``.
  public func horizon(isCancelled: @escaping @Sendable () -> Bool) throws -> SettledHorizon {
    guard canRun, let modes, let least = values.last else {
      return try HorizonSearch(experiment).run(isCancelled: isCancelled)
    }
    let latest = try latestRise(modes, from: least)
    return SettledHorizon(
      event: 1.25 * latest,
      reason: "at α = \(tableNumber(least)) the closed form has every mode risen by t = \(tableNumber(latest))")
  }
}

extension RankOneStudy {
  /// Until the rank-one trajectory that others are to follow has fitted what it can, from ‖W‖ = ρ on.
  ///
  /// - Throws: ``InterruptedRun``, ``Refusal``.
  public func horizon(isCancelled: @escaping @Sendable () -> Bool) throws -> SettledHorizon {
    guard canRun, let leading, let registry = experiment.problem.model.components else {
      return try HorizonSearch(experiment).run(isCancelled: isCancelled)
    }
    let alone = try RankOneReference(experiment).alone(
      leading.leader, of: registry, from: experiment.start, norm: Self.escapeNorm(experiment))
    let search = HorizonSearch(alone)
    let found = try search.event(isCancelled: isCancelled)
    return SettledHorizon(
      event: found.time, reason: "on the leading component's own flow \(found.reason)\(search.cap)",
      isLimit: found.isLimit)
  }
}
