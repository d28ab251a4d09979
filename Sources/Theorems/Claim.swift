import FlowODE
import Models
import Verdicts

/// What a claim may look at before anything runs.
public struct ClaimSetting: Sendable {
  public let experiment: Experiment
  /// What the quadratures and monitors made for this setting share. Every rung has a setting of its own, and one thread.
  let shared = SharedState()

  public init(experiment: Experiment) { self.experiment = experiment }

  public var model: any Model { experiment.problem.model }
  public var start: [Double] { experiment.start }
}

/// What was noticed along a rung that hypotheses may rest on.
public struct PathFacts: Sendable, Equatable {
  /// Number of accepted states at which some residual was within 100 rtol of 0 or had changed sign (watched only for losses with a kink there).
  public var kinkCrossings = 0
}

/// A statement about gradient flow that a trajectory can contradict: an equality or an inequality that is folded over the
/// states. Its monitor's ``Evidence`` says which: one with a ``Margin`` is an inequality.
///
/// To add a claim, write one file with a conforming type and one row in ``ClaimCatalog``.
public protocol Claim: Sendable {
  /// The claim's name on the command line and in reports.
  var identifier: String { get }
  /// The statement for this setting, with its formula.
  func statement(_ setting: ClaimSetting) -> String
  /// Conditions that can be decided before the run.
  func hypotheses(_ setting: ClaimSetting) -> [Hypothesis]
  /// Conditions that can be decided only along the run.
  func pathHypotheses(_ setting: ClaimSetting, facts: PathFacts) -> [Hypothesis]
  /// Rates the claim needs integrated along with the flow.
  func quadratures(_ setting: ClaimSetting) -> [any Quadrature]
  /// What the claim needs located on the trajectory; its monitor is shown the states there.
  func events(_ setting: ClaimSetting) -> [Event]
  /// Whether the claim is an inequality, whose mutated statements must be rejected on the same data for it to hold.
  var isInequality: Bool { get }
  /// A fresh fold for one rung; `quadratureOffset` is where the claim's own quadrature states begin.
  func monitor(_ setting: ClaimSetting, quadratureOffset: Int) -> any ClaimMonitor
  /// What must be flagged on the same experiment, or the claim proves nothing.
  func controls(_ setting: ClaimSetting) -> [NegativeControl]
}

extension Claim {
  public func events(_ setting: ClaimSetting) -> [Event] { [] }

  public var isInequality: Bool { false }

  public func quadratures(_ setting: ClaimSetting) -> [any Quadrature] { [] }

  /// Gradient-flow claims ask for a differentiable loss, or a path that meets no kink.
  public func pathHypotheses(_ setting: ClaimSetting, facts: PathFacts) -> [Hypothesis] {
    guard setting.experiment.loss.nonsmoothness != nil else { return [] }
    return [
      Hypothesis(
        "the loss is differentiable along the trajectory", isMet: facts.kinkCrossings == 0,
        detail: facts.kinkCrossings == 0
          ? "no residual changed sign"
          : "residuals vanished or changed sign at \(facts.kinkCrossings) states of the tightest rung")
    ]
  }
}

/// A claim's fold over one rung's states.
public protocol ClaimMonitor: TrajectoryObserver {
  /// What was found so far.
  var evidence: Evidence { get }
}

/// A setting in which the claim is false, so that a check that cannot fail is found out.
public struct NegativeControl: Sendable {
  public enum Change: Sendable {
    /// Another vector field: one rate per parameter block.
    case blockRates([Double])
    /// Another statement, folded over the true flow.
    case claim(any Claim)
    /// Another statement on gradient flow from another start.
    case start([Double], any Claim)
  }

  /// What was changed, such as `layer 2's rate × 1.01`.
  public let name: String
  public let change: Change

  public init(_ name: String, _ change: Change) {
    self.name = name
    self.change = change
  }

  /// The control every conservation claim has: one block's rate 1 % too high.
  static func rate(of block: Int, in model: any Model) -> NegativeControl {
    var rates = [Double](repeating: 1, count: model.layout.blocks.count)
    rates[block] = 1.01
    return NegativeControl("\(model.layout.blocks[block].name)'s rate × 1.01", .blockRates(rates))
  }
}
