import FlowODE
import Models
import Verdicts

/// A run of a ladder did not get to what the claims about it look at: they are *inconclusive*, which is no error of whoever asked.
public struct UnfinishedRun: Error, Sendable {
  /// What did not happen, naming the value and, where it is known, when it would.
  public let sentence: String
  /// What to give instead.
  public let remedy: String

  /// A run that ended too early.
  public init(_ sentence: String, remedy: String) {
    self.sentence = sentence
    self.remedy = remedy
  }
}

extension ScaleRun {
  /// Steps that may be spent on finding out when something would have happened.
  private static let probeSteps = 20_000
  /// The tolerance of that.
  private static let probeTolerance = 1e-6

  /// When a run would meet one of its stop conditions if its horizon were no limit; nil if that takes too long to find out.
  ///
  /// - Throws: ``InterruptedRun``, ``Refusal``.
  static func timeNeeded(_ experiment: Experiment, _ context: RunContext) throws -> Double? {
    let far = try experiment.replacing(until: 1e200)
    var plan = far.plan(relativeTolerance: probeTolerance, grid: try SaveGrid.linear(until: far.until, count: 2))
    plan.maxSteps = min(plan.maxSteps, probeSteps)
    let trajectory = try Integrator(
      model: far.problem.model, field: try far.flow(isCancelled: context.isCancelled), plan: plan
    ).run(from: far.start, observers: [])
    switch trajectory.outcome {
    case .interrupted(let time): throw InterruptedRun(time: time.total)
    case .stopped(_, let time): return time.total
    default: return nil
    }
  }
}
