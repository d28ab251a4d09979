import CMath
import FlowODE
import GSLBridge
import Models
import Verdicts

/// From αI, depth-2 flow under commuting measurements is an exponential of integrated residuals.
///
/// **Statement.** W(t) = α² exp(−2 Σ_k A_k ∫₀ᵗ ∂f/∂ŷ_k ds) for symmetric commuting A_k and W_1(0) = W_2(0) = αI: the closed form
/// behind the proven case of the nuclear-norm conjecture.
/// **Hypotheses.** A matrix factorization of depth 2 with square layers, integrated in the weights; symmetric commuting measurements;
/// both layers start at αI; the loss is differentiable along the path.
/// **Judged by.** The departure of an entry of W from the exponential.
/// **Refuted by.** A wrong rate of the second layer; the factor −4; a start that does not commute.
/// **Sources.** Gunasekar et al. 2017, Section 4.
public enum CommutingMeasurementsLaw: Claim {
  public enum Variant: ClaimVariant {
    case law
    /// −4 for −2.
    case doubled
  }

  public static let card = ClaimCard(
    name: "commuting-measurements",
    summary: "from αI, depth-2 flow under commuting measurements is an exponential of integrated residuals",
    formulas: [
      "W(t) = α² exp(−2 Σ_k A_k ∫₀ᵗ ∂f/∂ŷ_k ds) for symmetric A_k that commute and W_1(0) = W_2(0) = αI, so W = UUᵀ;",
      "where it fits, log W − log α²I ∈ span{A_k}: the fit of largest entropy, of least trace as α → 0",
    ],
    sources: [.gunasekar2017("Section 4, with UUᵀ as W_2W_1 (half its rate); in integral form")], judgedBy: .integral,
    residual:
      "largest departure of an entry of W from the exponential over accepted steps, relative to the largest entry",
    example:
      "flowcheck run --claims commuting-measurements --model matrix --shape 5,5 --depth 2 --rank 2 --target-norm 2 "
      + "--measure-with commuting --samples 3 --init identity --init-scale 0.3 --until 100 --control")

  private static let identityStart = "identity"

  public static let hypotheses: [HypothesisRule] = [
    HypothesisRule("square", "the model is a matrix factorization of depth 2 with square layers") { setting in
      let model = MatrixSetting.model(setting)
      return (model?.depth == 2 && model?.hasSquareLayers == true, setting.model.summary)
    },
    HypothesisRule("weights", "the flow is integrated in the weights") { setting in
      (setting.experiment.coordinates == .weights, "use integration.coordinates weights")
    },
    HypothesisRule("commuting", "the measurements are symmetric and commute") { setting in
      (CommutingMeasurements(setting.experiment.problem.measurements) != nil, "use problem.measure-with commuting")
    },
    HypothesisRule(identityStart, "both layers start at αI") { setting in
      (scale(setting) != nil, "use init.name identity")
    },
    .differentiableAlongThePath,
  ]

  public static let mutants: [MutantRule<Variant>] = [
    .secondRate, .statement("the factor −4", .doubled),
    .start("a start that does not commute", dropping: [identityStart], notCommuting),
  ]

  /// α, if the start is αI in both layers.
  private static func scale(_ setting: ClaimSetting) -> Double? {
    guard let model = MatrixSetting.model(setting), model.depth == 2, model.hasSquareLayers,
      let alpha = setting.start.first, alpha > 0
    else { return nil }
    let d = model.shape[0]
    for block in model.layout.blocks {
      for i in 0..<d {
        for j in 0..<d where setting.start[block.offset + i * d + j] != (i == j ? alpha : 0) { return nil }
      }
    }
    return alpha
  }

  /// Symmetric and of the same size, but not a multiple of the identity, and so not commuting with the A_k.
  private static func notCommuting(_ setting: ClaimSetting) -> [Double]? {
    guard let model = MatrixSetting.model(setting), model.depth == 2, model.hasSquareLayers else { return nil }
    var start = setting.start
    let d = model.shape[0]
    for block in model.layout.blocks {
      for i in 0..<d where i % 2 == 1 { start[block.offset + i * d + i] *= 1.5 }
    }
    return start
  }

  public static func statement(_ setting: ClaimSetting) -> String {
    "W(t) = α² exp(−2 Σ_k A_k ∫ ∂f/∂ŷ_k ds) for symmetric commuting measurements A_k and W_1(0) = W_2(0) = αI"
  }

  public static func laws(_ setting: ClaimSetting, _ variant: Variant) -> Laws? {
    .integral(CommutingTerms(setting, factor: variant == .law ? -2 : -4))
  }
}

/// W beside the exponential.
private final class CommutingTerms: IntegralTerms {
  let names = ["an entry of W"]
  let quadratures: [any Quadrature]
  private let measurements: CommutingMeasurements?
  private let model: MatrixFactorization?
  /// What the integrals are multiplied by; −2 is the law.
  private let factor: Double
  /// The eigenvalues of W(0) in the common frame; its off-diagonal part, if any, is left to show as a residual.
  private let initial: [Double]
  private var first: Matrix?

  init(_ setting: ClaimSetting, factor: Double) {
    let rates = setting.shared.object(LossDerivativeQuadrature.self) { LossDerivativeQuadrature(setting.experiment) }
    quadratures = rates.map { [$0] } ?? []
    measurements = CommutingMeasurements(setting.experiment.problem.measurements)
    model = MatrixSetting.model(setting)
    self.factor = factor
    var diagonal: [Double] = []
    if let measurements, let model {
      let d = model.shape[0]
      let start = Matrix(rows: d, columns: d, elements: model.endToEnd(setting.start))
      let rotated = measurements.frame.transposed * start * measurements.frame
      diagonal = (0..<d).map { rotated[$0, $0] }
    }
    initial = diagonal
  }

  func note(_ point: TrajectoryPoint, integrals: UnsafePointer<Double>, into fold: inout ResidualFold) {
    guard let measurements, let model else { return }
    let d = model.shape[0]
    let matrix = Matrix(rows: d, columns: d, elements: model.endToEnd(point.parameters))
    let integrals = measurements.values.indices.map { integrals[$0] }
    let exponents = measurements.combine(integrals)
    // Each term of an exponent is known to a few unit roundoffs of itself, or as well as the frame, and so is the exponential.
    let unit = 16 * (JudgingRule.unitRoundoff + measurements.frameError)
    fold.note(rounding: unit * max(1, abs(factor) * measurements.termSize(integrals)))
    let closed = measurements.matrix(zip(initial, exponents).map { $0 * exp(factor * $1) })
    let before = first ?? matrix
    first = before
    fold.note(
      0, residual: (matrix - closed).maxAbs, size: max(matrix.maxAbs, closed.maxAbs), change: (matrix - before).maxAbs)
  }
}
