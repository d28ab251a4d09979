import FlowODE
import Verdicts

/// What was noticed along a rung that hypotheses may rest on.
public struct PathFacts: Sendable, Equatable, Codable {
  /// Number of accepted states at which some residual was within 100 rtol of 0 or had changed sign (watched only for losses with a kink there).
  public var kinkCrossings = 0
}

/// A condition a claim rests on: its text stands in the claim's page, its check decides before the flow or along it.
public struct HypothesisRule: Sendable {
  /// When it can be decided.
  public enum Moment: Sendable { case start, path }
  /// Whether it is met, and the number or fact that decided.
  public typealias Finding = (isMet: Bool, detail: String)

  /// What a control that breaks it on purpose calls it.
  public let name: String
  /// The condition in words, as the claim's page prints it.
  public let text: String
  /// When it is decided.
  public let moment: Moment
  private let check: @Sendable (ClaimSetting, PathFacts) -> Finding?
  private let wording: (@Sendable (ClaimSetting) -> String?)?

  /// A condition that can be decided before the run.
  ///
  /// - Parameters:
  ///   - wording: the text with what the setting makes of it, where that says more.
  ///   - check: nil where the setting leaves nothing to ask, as an earlier hypothesis has said already.
  public init(
    _ name: String, _ text: String, wording: (@Sendable (ClaimSetting) -> String?)? = nil,
    check: @escaping @Sendable (ClaimSetting) -> Finding?
  ) {
    self.name = name
    self.text = text
    self.wording = wording
    moment = .start
    self.check = { setting, _ in check(setting) }
  }

  /// A condition that only the run decides.
  ///
  /// - Parameter path: nil where the setting leaves nothing to ask.
  public init(_ name: String, _ text: String, path: @escaping @Sendable (ClaimSetting, PathFacts) -> Finding?) {
    self.name = name
    self.text = text
    wording = nil
    moment = .path
    check = path
  }

  /// Whether a setting may word it in its own way.
  package var isWorded: Bool { wording != nil }

  /// The condition in a setting; nil where there is nothing to ask.
  public func evaluate(_ setting: ClaimSetting, _ facts: PathFacts) -> Hypothesis? {
    check(setting, facts).map { Hypothesis(wording?(setting) ?? text, isMet: $0.isMet, detail: $0.detail) }
  }
}

extension HypothesisRule {
  /// What is said of a falling loss holds of residuals only where the loss vanishes at the targets and nowhere else; nothing to ask
  /// of such a loss.
  public static let vanishesAtTargets = HypothesisRule(
    "targets", "the loss is 0 exactly where every target is met"
  ) { setting in
    guard !setting.experiment.loss.vanishesAtTargets else { return nil }
    return (
      false,
      "the loss \(setting.experiment.loss.identifier) falls without meeting targets; use loss.name l2, l1 or huber"
    )
  }

  /// Gradient flow needs a differentiable loss, or a path that meets no kink.
  public static let differentiableAlongThePath = HypothesisRule(
    "differentiable", "the loss is differentiable along the trajectory"
  ) { setting, facts in
    guard setting.experiment.loss.nonsmoothness != nil else { return nil }
    return (
      facts.kinkCrossings == 0,
      facts.kinkCrossings == 0
        ? "no residual changed sign"
        : "residuals vanished or changed sign at \(facts.kinkCrossings) states of the tightest rung"
    )
  }
}
