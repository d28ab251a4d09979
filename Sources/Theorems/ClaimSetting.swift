import FlowODE
import Models

/// What a claim may look at before anything runs.
public struct ClaimSetting: Sendable {
  /// The experiment.
  public let experiment: Experiment
  /// What the quadratures and terms made for this setting share. Every rung has a setting of its own, and one thread.
  let shared = SharedState()

  /// The setting of an experiment, with nothing shared yet.
  public init(experiment: Experiment) { self.experiment = experiment }

  /// The experiment's model.
  public var model: Model { experiment.problem.model }
  /// The experiment's start.
  public var start: [Double] { experiment.start }
}
