import FlowODE
import Models

/// What a claim may look at before anything runs.
public struct ClaimSetting: Sendable {
  public let experiment: Experiment
  /// What the quadratures and terms made for this setting share. Every rung has a setting of its own, and one thread.
  let shared = SharedState()

  public init(experiment: Experiment) { self.experiment = experiment }

  public var model: any Model { experiment.problem.model }
  public var start: [Double] { experiment.start }
}
