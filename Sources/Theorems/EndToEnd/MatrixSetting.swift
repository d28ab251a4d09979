import FlowODE
import Models
import Verdicts

/// What claims about deep matrix factorizations ask of a setting.
enum MatrixSetting {
  static func model(_ setting: ClaimSetting) -> MatrixFactorization? { setting.model.chain }

  /// L; 0 for other models.
  static func depth(_ setting: ClaimSetting) -> Int { model(setting)?.depth ?? 0 }

  /// L as a formula has it: its number, or the letter where the model has none.
  static func depthText(_ setting: ClaimSetting) -> String { model(setting).map { "\($0.depth)" } ?? "L" }

  /// Whether something is multiplied: at depth 1 false relatives of the laws are true.
  static func isDeep(_ setting: ClaimSetting) -> Bool { depth(setting) >= 2 }

  /// Whether the model is a matrix factorization with W_{l+1}ᵀW_{l+1} = W_l W_lᵀ at the start.
  static func isBalanced(_ setting: ClaimSetting) -> Bool {
    model(setting).map { $0.relativeImbalance(setting.start) <= SVDFlow.balanceTolerance } ?? false
  }

  /// Which singular values are followed.
  static func range(_ setting: ClaimSetting) -> String {
    let count = setting.model.endShape.min() ?? 0
    let limit = EndToEndState.followedLimit
    return count <= limit ? "every r" : "the \(limit) largest σ_r of \(count)"
  }
}

extension HypothesisRule {
  static let isMatrixFactorization = HypothesisRule("matrix", "the model is a matrix factorization") { setting in
    MatrixSetting.model(setting) == nil ? (false, setting.model.summary) : nil
  }

  /// At depth 1 singular values pass through 0, where a power of them says nothing.
  static let multipliesLayers = HypothesisRule("deep", "the depth is at least 2") { setting in
    guard MatrixSetting.model(setting) != nil else { return nil }
    return (MatrixSetting.isDeep(setting), "depth \(MatrixSetting.depth(setting))")
  }

  static let weightsNotSVD = HypothesisRule("weights", "the flow is integrated in the weights") { setting in
    guard MatrixSetting.model(setting) != nil else { return nil }
    let isMet = setting.experiment.coordinates == .weights
    return (
      isMet, isMet ? "coordinates: weights" : "svd coordinates assume the law; use integration.coordinates weights"
    )
  }

  /// W_{l+1}ᵀW_{l+1} = W_l W_lᵀ at the start.
  static let balancedLayers = HypothesisRule("balanced", "the start is balanced") { setting in
    guard let model = MatrixSetting.model(setting) else { return nil }
    let imbalance = model.relativeImbalance(setting.start)
    return (
      imbalance <= SVDFlow.balanceTolerance, "the layers differ by \(tableNumber(imbalance)) of their squared norm"
    )
  }

  /// No two singular values of W(0) coincide, so that each has its vectors.
  static let distinctSingularValues = HypothesisRule("distinct", "the start's singular values are distinct") {
    setting in
    guard let model = MatrixSetting.model(setting) else { return nil }
    let values = model.singularValues(setting.start)
    let first = values.first ?? 0
    let gaps = zip(values, values.dropFirst()).prefix(EndToEndState.followedLimit).map {
      ($0 - $1) / (first > 0 ? first : 1)
    }
    let least = gaps.min() ?? .infinity
    return (least > SVDFlow.gapTolerance, "smallest gap \(tableNumber(least)) of the largest")
  }
}

extension MutantRule {
  /// ``lastRate`` where a layer is multiplied by another.
  static var lastLayerRate: MutantRule {
    MutantRule(lastRate.text) { MatrixSetting.isDeep($0) ? lastRate.mutants($0) : [] }
  }
}
