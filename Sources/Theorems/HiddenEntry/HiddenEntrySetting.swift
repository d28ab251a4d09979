import FlowODE
import GSLBridge
import Models
import Verdicts

/// What the claims about a hidden entry assume, and the starts that break it.
enum HiddenEntrySetting {
  /// The hypotheses that all of them share. What is asked of the data and the start supposes that the model is of the right kind.
  static let hypotheses: [HypothesisRule] = [
    .vanishesAtTargets,
    HypothesisRule("square", "the model is a matrix factorization with square layers") { setting in
      model(setting) == nil ? (false, setting.model.summary) : nil
    },
    HypothesisRule("depth", "the depth is at least 2") { setting in
      guard let model = model(setting) else { return nil }
      return (
        model.depth >= 2,
        model.depth >= 2 ? "depth \(model.depth)" : "without a product, nothing keeps the determinant's sign"
      )
    },
    HypothesisRule("one hidden", "all entries but one are observed") { setting in
      guard let model = model(setting), hidden(setting) == nil else { return nil }
      let count = setting.experiment.problem.measurements.count
      return (false, "\(counted(count, "measurement")) of a \(model.shape[0])×\(model.shape[1]) matrix")
    },
    HypothesisRule("data", "the data's determinant is not 0 with 0 for the hidden entry") { setting in
      hidden(setting).map {
        (
          $0.dataDeterminant != 0,
          "determinant \(tableNumber($0.dataDeterminant)), minor of the hidden entry \(tableNumber($0.minor))"
        )
      }
    },
    HypothesisRule(balanced, HypothesisRule.balancedLayers.text) { setting in
      guard hidden(setting) != nil else { return nil }
      return HypothesisRule.balancedLayers.evaluate(setting, PathFacts()).map { ($0.isMet, $0.detail) }
    },
    HypothesisRule(
      determinant, "det W(0) has the sign opposite to the data's",
      wording: { setting in
        hidden(setting).map {
          "det W(0) is \($0.dataDeterminant < 0 ? "positive" : "negative"), opposite to the data's"
        }
      },
      check: { setting in
        guard let model = model(setting), let hidden = hidden(setting) else { return nil }
        let sign = DeterminantSign(model, setting.start)
        let wanted = hidden.dataDeterminant < 0 ? 1 : -1
        return (
          sign?.sign == wanted && sign?.isInformative == true,
          "sign \(sign?.sign ?? 0), smallest σ_min/σ_max of a layer \(tableNumber(sign?.smallestRatio ?? .nan))"
        )
      }),
  ]

  private static let balanced = "balanced"
  private static let determinant = "determinant"

  /// The model, if its layers are square.
  @inline(never)
  private static func model(_ setting: ClaimSetting) -> MatrixFactorization? {
    MatrixSetting.model(setting).flatMap { $0.hasSquareLayers ? $0 : nil }
  }

  /// The hidden entry of a model with square layers.
  private static func hidden(_ setting: ClaimSetting) -> HiddenEntry? {
    model(setting).flatMap { _ in HiddenEntry(setting.experiment.problem.measurements) }
  }

  /// Whether the problem is Razin and Cohen's, whatever the model.
  static func isCanonical(_ setting: ClaimSetting) -> Bool {
    HiddenEntry(setting.experiment.problem.measurements)?.isCanonical == true
  }

  /// Starts from which a claim that asks nothing of the start must be violated: the start reflected so that its determinant
  /// changes sign but not its balancedness, and an unbalanced start of the same determinant sign and size.
  static func startMutants<Variant: ClaimVariant>() -> [MutantRule<Variant>] {
    let dropped: Set<String> = [balanced, determinant, HypothesisRule.differentiableAlongThePath.name]
    return [
      .start("a start of the other determinant sign", dropping: dropped) { reflected($0) },
      .start("an unbalanced start of the same determinant sign", dropping: dropped) { unbalanced($0) },
    ]
  }

  private static func sign(_ setting: ClaimSetting) -> (model: MatrixFactorization, sign: Int)? {
    guard let model = model(setting), model.depth >= 2, let sign = DeterminantSign(model, setting.start), sign.sign != 0
    else { return nil }
    return (model, sign.sign)
  }

  private static func reflected(_ setting: ClaimSetting) -> [Double]? {
    guard let last = sign(setting)?.model.layout.blocks.last else { return nil }
    var start = setting.start
    for j in 0..<last.columns { start[last.offset + j].negate() }
    return start
  }

  private static func unbalanced(_ setting: ClaimSetting) -> [Double]? {
    // svd coordinates hold balanced flows only.
    guard setting.experiment.coordinates == .weights, let (model, sign) = sign(setting) else { return nil }
    let squares = setting.start.reduce(0) { $0 + $1 * $1 }
    let scale = (squares / Double(max(1, setting.start.count))).squareRoot()
    for seed in 1...64 {
      guard let drawn = try? Initialization.gaussian.parameters(for: setting.model, scale: scale, seed: UInt64(seed))
      else {
        return nil
      }
      if DeterminantSign(model, drawn)?.sign == sign { return drawn }
    }
    return nil
  }
}

extension HypothesisRule {
  static let isCanonicalProblem = HypothesisRule(
    "canonical", "the problem is Razin and Cohen's: 2×2 with ±1 beside the hidden entry and 0 opposite"
  ) { setting in
    HiddenEntry(setting.experiment.problem.measurements).map { hidden in
      (hidden.isCanonical, hidden.isCanonical ? "w\(hidden.row)\(hidden.column) is hidden" : "other data")
    }
  }
}
