import FlowODE
import Models
import Verdicts

/// What watches a run of an experiment's own flow for what a reader must not overlook.
public struct RunWarnings {
  private let saddle: SaddleWatch?
  private let sign: LostSignWatch?

  /// - Parameters:
  ///   - tolerance: rtol of the run.
  ///   - looksForSaddles: whether the curvature is watched, which takes a part of the run.
  public init(_ experiment: Experiment, tolerance: Double, looksForSaddles: Bool = true) {
    // In coordinates that cannot cross a singular matrix the weights' saddles are no saddles, with kinks there is no Hessian, and what moves
    // in another way than down the loss has other saddles.
    let isSmooth = experiment.loss.nonsmoothness == nil && experiment.problem.model.nonsmoothness == nil
    saddle =
      looksForSaddles && experiment.coordinates == .weights && isSmooth && experiment.motion == nil
      ? SaddleWatch(tolerance: tolerance) : nil
    sign = LostSignWatch(experiment)
  }

  /// To be shown the run.
  public var observers: [any TrajectoryObserver] {
    [saddle, sign].compactMap { (observer: (any TrajectoryObserver)?) in observer }
  }

  /// What they found, once the run is over.
  public var found: [ReportWarning] { [saddle?.warning, sign?.warning].compactMap { $0 } }
}
