import FlowODE
import Verdicts

/// What a comparison's claims may look at besides the run.
struct ComparisonSetting {
  let experiment: Experiment
  let plan: ComparisonPlan
  /// ε, the wanted closeness; nil means 1 % of the largest ‖θ‖ along the flow.
  let closeness: Double?
}

/// A statement about descents beside their flow, judged from one comparison.
///
/// To add one, write one file with a conforming type and one row in ``ComparisonCatalog``.
protocol ComparisonClaim: Sendable {
  var identifier: String { get }
  func statement(_ setting: ComparisonSetting) -> String
  /// Whether the claim is about this setting at all; it is left out where not asked for by name.
  func applies(to setting: ComparisonSetting) -> Bool
  func hypotheses(_ setting: ComparisonSetting, _ run: ComparisonRun) -> [Hypothesis]
  func judge(_ setting: ComparisonSetting, _ run: ComparisonRun, _ hypotheses: [Hypothesis]) -> ComparisonFinding
  /// What must be flagged, or the claim proves nothing here.
  func controls(_ setting: ComparisonSetting, _ run: ComparisonRun) -> [ComparisonControl]
}

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

  /// Every descent with one block's rate 1 % too high; the reference stays the true flow.
  static func blockRate(_ setting: ComparisonSetting) -> ComparisonControl {
    let blocks = setting.experiment.problem.model.layout.blocks
    let block = min(1, blocks.count - 1)
    var rates = [Double](repeating: 1, count: blocks.count)
    rates[block] = 1.01
    var plan = setting.plan
    plan.blockRates = rates
    plan.samplesSpectrum = false
    return ComparisonControl(
      name: "\(blocks[block].name)'s rate × 1.01 in every descent", change: .plan(key: "block", plan))
  }
}

extension ComparisonClaim {
  /// Conditions on the loss: differentiable along the way.
  func smoothness(_ setting: ComparisonSetting, _ run: ComparisonRun) -> [Hypothesis] {
    guard setting.experiment.loss.nonsmoothness != nil else { return [] }
    return [
      Hypothesis(
        "the loss is differentiable along the flow", isMet: run.kinkCrossings == 0,
        detail: run.kinkCrossings == 0
          ? "no residual changed sign" : "residuals changed sign on \(run.kinkCrossings) steps of the reference")
    ]
  }
}
