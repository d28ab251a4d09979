import CMath
import FlowODE
import GSLBridge
import Models
import Verdicts

/// Depth-2 flow from W_1 = W_2 = αI under symmetric commuting measurements: W(t) = α² exp(−2 Σ_k A_k ∫₀ᵗ ∂f/∂ŷ_k ds), the closed
/// form behind the proven case of the nuclear-norm conjecture.
public struct CommutingClaim: Claim {
  /// What the integrals are multiplied by; −2 is the law.
  private let factor: Double
  /// Whether the start must be a multiple of the identity; dropped for the control that it must not be.
  private let asksForIdentity: Bool

  public init() { self.init(factor: -2, asksForIdentity: true) }

  private init(factor: Double, asksForIdentity: Bool) {
    self.factor = factor
    self.asksForIdentity = asksForIdentity
  }

  public var identifier: String {
    "commuting-measurements" + (factor == -2 ? "" : " with the factor \(tableSetting(factor))")
      + (asksForIdentity ? "" : " whatever the start")
  }

  public func statement(_ setting: ClaimSetting) -> String {
    "W(t) = α² exp(\(factor == -2 ? "−2" : tableSetting(factor)) Σ_k A_k ∫ ∂f/∂ŷ_k ds) for symmetric commuting measurements A_k "
      + "and W_1(0) = W_2(0) = αI"
  }

  public func hypotheses(_ setting: ClaimSetting) -> [Hypothesis] {
    let model = setting.model as? MatrixFactorization
    var list = [
      Hypothesis(
        "the model is a matrix factorization of depth 2 with square layers",
        isMet: model?.depth == 2 && model?.hasSquareLayers == true, detail: setting.model.summary),
      Hypothesis(
        "the flow is integrated in the weights", isMet: setting.experiment.coordinates == .weights,
        detail: "use --coordinates weights"),
      Hypothesis(
        "the measurements are symmetric and commute",
        isMet: CommutingMeasurements(setting.experiment.problem.measurements) != nil,
        detail: "use --measure-with commuting"),
    ]
    if asksForIdentity {
      list.append(
        Hypothesis(
          "both layers start at αI", isMet: Self.scale(setting) != nil, detail: "use --init identity"))
    }
    return list
  }

  /// α, if the start is αI in both layers.
  static func scale(_ setting: ClaimSetting) -> Double? {
    guard let model = setting.model as? MatrixFactorization, model.depth == 2, model.hasSquareLayers,
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

  public func quadratures(_ setting: ClaimSetting) -> [any Quadrature] {
    [LossDerivativeQuadrature(setting.experiment)]
  }

  public func monitor(_ setting: ClaimSetting, quadratureOffset: Int) -> any ClaimMonitor {
    Monitor(setting, factor: factor, offset: quadratureOffset)
  }

  public func controls(_ setting: ClaimSetting) -> [NegativeControl] {
    guard factor == -2, asksForIdentity, let model = setting.model as? MatrixFactorization, model.depth == 2 else {
      return []
    }
    // Symmetric and of the same size, but not a multiple of the identity, and so not commuting with the A_k.
    var start = setting.start
    let d = model.shape[0]
    for block in model.layout.blocks {
      for i in 0..<min(d, block.rows) where i % 2 == 1 { start[block.offset + i * d + i] *= 1.5 }
    }
    return [
      .rate(of: 1, in: setting.model),
      NegativeControl("the factor −4", .claim(CommutingClaim(factor: -4, asksForIdentity: true))),
      NegativeControl(
        "a start that does not commute", .start(start, CommutingClaim(factor: -2, asksForIdentity: false))),
    ]
  }

  private final class Monitor: ClaimMonitor {
    private let measurements: CommutingMeasurements?
    private let model: MatrixFactorization?
    private let factor: Double
    private let offset: Int
    /// The eigenvalues of W(0) in the common frame; its off-diagonal part, if any, is left to show as a residual.
    private let initial: [Double]
    private var first: Matrix?
    private var worst = 0.0
    private var worstTime = 0.0
    private var change = 0.0
    private var largest = 0.0
    private var rounding = 0.0
    private var path: [DriftPoint] = []

    init(_ setting: ClaimSetting, factor: Double, offset: Int) {
      measurements = CommutingMeasurements(setting.experiment.problem.measurements)
      model = setting.model as? MatrixFactorization
      self.factor = factor
      self.offset = offset
      var diagonal: [Double] = []
      if let measurements, let model {
        let d = model.shape[0]
        let start = Matrix(rows: d, columns: d, elements: model.endToEnd(setting.start))
        let rotated = measurements.frame.transposed * start * measurements.frame
        diagonal = (0..<d).map { rotated[$0, $0] }
      }
      initial = diagonal
    }

    func observe(_ point: TrajectoryPoint) {
      guard let measurements, let model else { return }
      let d = model.shape[0]
      let matrix = Matrix(rows: d, columns: d, elements: model.endToEnd(point.parameters))
      let integrals = measurements.values.indices.map { point.quadratures[offset + $0] }
      let exponents = measurements.combine(integrals)
      // Each term of an exponent is known to a few unit roundoffs of itself, or as well as the frame, and so is the exponential.
      let unit = 16 * (JudgingRule.unitRoundoff + measurements.frameError)
      rounding = max(rounding, unit * max(1, abs(factor) * measurements.termSize(integrals)))
      let closed = measurements.matrix(zip(initial, exponents).map { $0 * exp(factor * $1) })
      let residual = (matrix - closed).maxAbs
      let before = first ?? matrix
      first = before
      largest = max(largest, matrix.maxAbs, closed.maxAbs)
      change = max(change, (matrix - before).maxAbs)
      if residual > worst || residual.isNaN { (worst, worstTime) = (residual, point.time) }
      if point.isSave { path.append(DriftPoint(time: point.time, residual: residual)) }
    }

    var evidence: Evidence {
      let scale = largest > 0 ? largest : 1
      return Evidence(
        residual: worst / scale, power: change / scale, largestTerm: largest, worstTime: worstTime,
        worstLaw: "an entry of W", rounding: rounding,
        path: path.map { DriftPoint(time: $0.time, residual: $0.residual / scale) })
    }
  }
}
