import FlowODE
import Models
import Verdicts

/// What a comparison's claims may look at besides the run.
struct ComparisonSetting {
  let experiment: Experiment
  let plan: ComparisonPlan
  /// ε, the wanted closeness; nil means 1 % of the largest ‖θ‖ along the flow.
  let closeness: Double?
}

/// A condition that a claim about descents rests on: its text stands in the claim's page, its check looks at the run.
struct ComparisonHypothesis: Sendable {
  let text: String
  private let check: @Sendable (ComparisonSetting, ComparisonRun) -> (isMet: Bool, detail: String)?

  /// - Parameter check: whether it is met, and the number or fact that decided; nil where the setting leaves nothing to ask.
  init(
    _ text: String, check: @escaping @Sendable (ComparisonSetting, ComparisonRun) -> (isMet: Bool, detail: String)?
  ) {
    self.text = text
    self.check = check
  }

  func evaluate(_ setting: ComparisonSetting, _ run: ComparisonRun) -> Hypothesis? {
    check(setting, run).map { Hypothesis(text, isMet: $0.isMet, detail: $0.detail) }
  }
}

extension ComparisonHypothesis {
  /// The references follow a gradient, so the loss must have one along the way.
  static let differentiable = ComparisonHypothesis("the loss is differentiable along the flow") { setting, run in
    guard setting.experiment.loss.nonsmoothness != nil else { return nil }
    return (
      run.kinkCrossings == 0,
      run.kinkCrossings == 0
        ? "no residual changed sign" : "residuals changed sign on \(run.kinkCrossings) steps of the reference"
    )
  }

  /// Balancedness laws belong to factors.
  static let bonds = ComparisonHypothesis("the model has at least two factors that are multiplied") { setting, _ in
    let bonds = setting.experiment.problem.model.bonds
    return (!bonds.isEmpty, "\(bonds.count) bonds")
  }
}
