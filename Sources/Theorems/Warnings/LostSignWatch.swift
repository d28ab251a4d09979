import FlowODE
import GSLBridge
import Models
import Verdicts

/// Tells whether double precision still knows the sign of det W at the end of a run in the weights; see ``SignWatch``.
public final class LostSignWatch: TrajectoryObserver {
  /// Layers above this size are not decomposed along a run.
  private static let largestLayer = 64
  /// Accepted steps between two looks at first; twice as many after so many looks.
  private static let spacing = (steps: 4, looks: 32)

  private var watch: SignWatch
  private var seen = 0
  private var next = 0

  /// Nil where there is no sign, or nothing can lose it: layers that are not square or large, and svd coordinates.
  public init?(_ experiment: Experiment) {
    guard experiment.coordinates == .weights, let chain = experiment.problem.model.chain, chain.hasSquareLayers,
      chain.depth >= 2, chain.shape.allSatisfy({ $0 <= Self.largestLayer })
    else { return nil }
    watch = SignWatch(chain)
  }

  public func observe(_ point: TrajectoryPoint) {
    guard watch.lost == nil, point.isStep, point.isSave || point.steps >= next else { return }
    _ = watch.update(point.parameters, time: point.time)
    seen += 1
    next = point.steps + (Self.spacing.steps << min(seen / Self.spacing.looks, 40))
  }

  /// What a report says; nil where the sign is known.
  public var warning: ReportWarning? {
    watch.doubt.map { ReportWarning(kind: .sign, text: $0, time: watch.lost) }
  }
}
