import FlowODE
import GSLBridge
import Models
import Verdicts

/// What the claims about a hidden entry assume, and the starts that break it.
enum HiddenEntryHypotheses {
  /// - Parameter ignoringStart: leaves out what is asked of the start.
  static func all(_ setting: ClaimSetting, ignoringStart: Bool = false) -> [Hypothesis] {
    guard let model = setting.model as? MatrixFactorization, model.hasSquareLayers else {
      return [
        Hypothesis(
          "the model is a matrix factorization with square layers", isMet: false, detail: setting.model.summary)
      ]
    }
    var list = [
      Hypothesis(
        "the depth is at least 2", isMet: model.depth >= 2,
        detail: model.depth >= 2 ? "depth \(model.depth)" : "without a product, nothing keeps the determinant's sign")
    ]
    guard let hidden = HiddenEntry(setting.experiment.problem.measurements) else {
      let count = setting.experiment.problem.measurements.count
      return list + [
        Hypothesis(
          "all entries but one are observed", isMet: false,
          detail: "\(count) measurements of a \(model.shape[0])×\(model.shape[1]) matrix")
      ]
    }
    list.append(
      Hypothesis(
        "the data's determinant is not 0 with 0 for the hidden entry", isMet: hidden.dataDeterminant != 0,
        detail:
          "determinant \(tableNumber(hidden.dataDeterminant)), minor of the hidden entry \(tableNumber(hidden.minor))"
      ))
    if ignoringStart { return list }
    list.append(.balanced(model, setting.start))
    let sign = DeterminantSign(model, setting.start)
    let wanted = hidden.dataDeterminant < 0 ? 1 : -1
    list.append(
      Hypothesis(
        "det W(0) is \(wanted > 0 ? "positive" : "negative"), opposite to the data's",
        isMet: sign?.sign == wanted && sign?.isInformative == true,
        detail: "sign \(sign?.sign ?? 0), smallest σ_min/σ_max of a layer \(tableNumber(sign?.smallestRatio ?? .nan))"))
    return list
  }

  static func path(_ setting: ClaimSetting, _ facts: PathFacts) -> [Hypothesis] {
    guard setting.experiment.loss.nonsmoothness != nil else { return [] }
    return [
      Hypothesis(
        "the loss is differentiable along the trajectory", isMet: facts.kinkCrossings == 0,
        detail: "residuals changed sign at \(facts.kinkCrossings) states of the tightest rung")
    ]
  }

  /// The start reflected so that its determinant changes sign but not its balancedness, and an unbalanced start of the
  /// same determinant sign and size: from both, a claim that ignores its hypotheses must be violated.
  static func startControls(_ setting: ClaimSetting, _ claim: any Claim) -> [NegativeControl] {
    guard let model = setting.model as? MatrixFactorization, model.hasSquareLayers, model.depth >= 2,
      let last = model.layout.blocks.last, let sign = DeterminantSign(model, setting.start), sign.sign != 0
    else { return [] }
    var reflected = setting.start
    for j in 0..<last.columns { reflected[last.offset + j].negate() }
    var controls = [NegativeControl("a start of the other determinant sign", .start(reflected, claim))]
    // svd coordinates hold balanced flows only.
    guard setting.experiment.coordinates == .weights else { return controls }
    let squares = setting.start.reduce(0) { $0 + $1 * $1 }
    let scale = (squares / Double(max(1, setting.start.count))).squareRoot()
    for seed in 1...64 {
      guard let drawn = try? Initialization.gaussian.parameters(for: model, scale: scale, seed: UInt64(seed)) else {
        break
      }
      if DeterminantSign(model, drawn)?.sign == sign.sign {
        controls.append(NegativeControl("an unbalanced start of the same determinant sign", .start(drawn, claim)))
        break
      }
    }
    return controls
  }
}
