import CMath
import FlowODE
import GSLBridge
import Models
import Verdicts

/// Finds out how long a flow must run until what a claim needs has happened, by one run of its own at a loose tolerance.
///
/// It ends when the data are fitted, when a stop condition is met, when the flow has come to rest, or, for claims about components,
/// when those that grow have grown and the loss has ceased to fall. A flow that lingers at a saddle is at rest by this measure only if
/// it stays there for as long again as its motion's fall took, so that escapes that are on their way are waited for.
public struct HorizonSearch {
  /// What a claim needs besides the fit and rest.
  public enum Need: Sendable {
    /// Nothing.
    case nothing
    /// Components that have grown, beside which the last digits of the fit say nothing.
    case growth
    /// A sign of det W that is known.
    case sign

    /// What some claims need together.
    public init(of claims: [StatedClaim]) {
      let names = Set(claims.map { $0.card.name })
      func are(_ topic: ClaimTopic) -> Set<String> { Set(topic.claims.map { $0.card.name }) }
      self =
        if names.isEmpty {
          .nothing
        } else if names.isSubset(of: are(.componentNorms)) {
          .growth
        } else {
          names.isDisjoint(with: are(.hiddenEntry)) ? .nothing : .sign
        }
    }
  }

  /// The part of the start's loss at which the data count as fitted.
  public static let fit = 1e-10
  /// The same for claims about components: long tails of the fit move no norm.
  public static let roughFit = 1e-5
  /// What a flow at rest moves by, relative to itself, while t grows by the factor e.
  public static let motion = 1e-6
  /// The factor by which a component's norm has grown that has grown: ten times what an exponent's fit asks for.
  public static let growth = 10 * ExponentFit.leastRange
  /// What a loss that has ceased to fall loses, relative to itself, while t grows by the factor e.
  public static let fall = 1e-3
  /// The search's rtol.
  public static let tolerance = 1e-8
  /// Steps after which the search is given up.
  public static let mostSteps = 20_000
  /// Flow time after which it is.
  public static let latest = 1e200

  /// What is followed; its horizon says nothing.
  public let experiment: Experiment
  /// What a claim needs besides the fit and rest.
  public let need: Need

  /// A search along an experiment's flow; nothing runs before ``run(isCancelled:)``.
  public init(_ experiment: Experiment, need: Need = .nothing) {
    self.experiment = experiment
    self.need = need
  }

  /// Follows the flow until it has happened.
  ///
  /// - Throws: ``InterruptedRun``, ``Refusal``.
  public func run(isCancelled: @escaping @Sendable () -> Bool = { false }) throws -> SettledHorizon {
    let found = try event(isCancelled: isCancelled)
    return SettledHorizon(event: found.time, reason: found.reason + cap, isLimit: found.isLimit)
  }

  /// What a found horizon would have been bounded by.
  var cap: String { " (the search gives up after \(budget) steps)" }

  private var budget: Int { min(experiment.maxSteps, Self.mostSteps) }

  /// When it happened, and what.
  func event(isCancelled: @escaping @Sendable () -> Bool) throws -> (time: Double, reason: String, isLimit: Bool) {
    let model = experiment.problem.model
    let grid = try SaveGrid.linear(until: Self.latest, count: 2)
    var plan = experiment.plan(relativeTolerance: Self.tolerance, grid: grid)
    plan.maxSteps = budget
    let watch = HorizonWatch(experiment, need: need)
    let trajectory: Trajectory
    do {
      trajectory = try Integrator(model: model, field: experiment.flow(isCancelled: isCancelled), plan: plan)
        .run(from: experiment.start, observers: [watch])
    } catch let found as HorizonWatch.Found {
      return (found.time, found.reason, found.isLimit)
    }
    let time = trajectory.time
    switch trajectory.outcome {
    case .interrupted(let time): throw InterruptedRun(time: time.total)
    case .stopped(let condition, let time):
      // At another tolerance the stop comes a little later.
      return (1.1 * time.total, "the \(condition.phrase) at t = \(tableNumber(time.total))", false)
    case .reachedEnd:
      guard let rest = trajectory.rest?.total else { return (time, "nothing else had happened by then", true) }
      return rest > 0
        ? (rest, "nothing moves in the last bit from t = \(tableNumber(rest)) on", false)
        : (0, "the start is stationary", false)
    case .stepLimit(let steps, _):
      return (watch.time, "\(steps) steps had neither fitted the data nor come to rest", true)
    case .failed(let sentence, _, _): return (watch.time, sentence, true)
    }
  }
}
