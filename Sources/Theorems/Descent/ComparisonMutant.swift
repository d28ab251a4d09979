import FlowODE
import Models
import Verdicts

/// A claim's verdict with what it rests on.
struct ComparisonFinding {
  var judgement: Judgement
  /// The fitted order, for claims about one; decides nothing.
  var fit: SlopeInterval?
  /// Further sentences for the report.
  var notes: [String] = []
  /// The number that controls print: a residual, or the last local order.
  var figure: Double?
}

/// A changed comparison in which the claim is false.
struct ComparisonControl {
  enum Change {
    /// The descents or the reference are changed; comparisons with equal keys are run once.
    case plan(key: String, ComparisonPlan)
    /// Another statement, judged on the claim's own run.
    case finding(ComparisonFinding)
  }

  let name: String
  let change: Change
}

/// A kind of control, in general words for the claim's page, with what it comes to in a comparison.
struct ComparisonMutant: Sendable {
  let text: String
  private let name: (@Sendable (ComparisonSetting, ComparisonRun) -> String?)?
  private let change: @Sendable (ComparisonSetting, ComparisonRun) -> ComparisonControl.Change?

  /// - Parameters:
  ///   - name: what a report calls it, where that says more than the text.
  ///   - change: nil where it would not be false.
  init(
    _ text: String, name: (@Sendable (ComparisonSetting, ComparisonRun) -> String?)? = nil,
    change: @escaping @Sendable (ComparisonSetting, ComparisonRun) -> ComparisonControl.Change?
  ) {
    self.text = text
    self.name = name
    self.change = change
  }

  func control(_ setting: ComparisonSetting, _ run: ComparisonRun) -> ComparisonControl? {
    change(setting, run).map { ComparisonControl(name: name?(setting, run) ?? text, change: $0) }
  }

  /// Every descent with the second block's rate 1 % too high; the reference stays the true flow.
  static let blockRate = ComparisonMutant(
    "one block's rate × 1.01 in every descent",
    name: { setting, _ in
      let blocks = setting.experiment.problem.model.layout.blocks
      return "\(blocks[min(1, blocks.count - 1)].name)'s rate × 1.01 in every descent"
    },
    change: { setting, _ in
      let blocks = setting.experiment.problem.model.layout.blocks
      var plan = setting.plan
      plan.blockRates = blocks.indices.map { $0 == min(1, blocks.count - 1) ? 1.01 : 1 }
      plan.samplesSpectrum = false
      return .plan(key: "block", plan)
    })
}
