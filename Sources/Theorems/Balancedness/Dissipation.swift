import FlowODE
import GSLBridge
import Verdicts

/// The loss falls by exactly the integral of the squared gradient norm.
///
/// **Statement.** f(0) − f(t) = ∫₀ᵗ ‖∇f(θ(s))‖² ds. The integral is formed along the flow;
/// the pointwise identity df/dt = −‖∇f‖² is only the chain rule, evaluated twice, and would test nothing but code.
/// **Hypotheses.** The loss is differentiable along the path.
/// **Judged by.** |f(0) − f(t) − ∫‖∇f‖²| relative to the largest of the three terms.
/// **Refuted by.** A wrong rate of the last block; the integral × 1.01.
/// **Sources.** The chain rule.
public enum Dissipation: Claim {
  public enum Variant: ClaimVariant {
    case law
    /// The integral 1 % too large.
    case factor
  }

  public static let card = ClaimCard(
    name: "dissipation", summary: "the loss falls by exactly the integral of the squared gradient norm",
    formulas: ["f(0) − f(t) = ∫₀ᵗ ‖∇f(θ(s))‖² ds"],
    sources: [
      .derived("chain rule along θ̇ = −∇f(θ), tested in integral form, the integral being formed along the flow")
    ],
    judgedBy: .integral,
    residual: "largest |f(0) − f(t) − ∫‖∇f‖²| over all accepted steps, relative to the largest of the three terms",
    example: "flowcheck run --claims dissipation --model cp --shape 6,6,6 --components 10 --rank 2 --observed 0.5 "
      + "--init-scale 0.3 --until 2000")

  public static let hypotheses: [HypothesisRule] = [.differentiableAlongThePath]

  public static let mutants: [MutantRule<Variant>] = [.lastRate, .statement("the integral × 1.01", .factor)]

  public static func statement(_ setting: ClaimSetting) -> String {
    "f(0) − f(t) = ∫₀ᵗ ‖∇f‖² ds along gradient flow"
  }

  public static func laws(_ setting: ClaimSetting, _ variant: Variant) -> Laws? {
    let rate = setting.shared.object(DissipationQuadrature.self) { DissipationQuadrature() }
    return rate.map { .integral(DissipationTerms($0, factor: variant == .law ? 1 : 1.01)) }
  }
}

private final class DissipationTerms: IntegralTerms {
  let names = ["f(0) − f(t) − ∫‖∇f‖²"]
  private let rate: DissipationQuadrature
  /// What the integral is multiplied by; 1 is the law.
  private let factor: Double
  private var start: Double?
  private var states = 0
  /// The rounding of the loss is looked at in the first states, and then in every so many.
  private static let everyState = 8

  init(_ rate: DissipationQuadrature, factor: Double) {
    self.rate = rate
    self.factor = factor
  }

  var quadratures: [any Quadrature] { [rate] }

  func errors(from integralErrors: UnsafePointer<Double>) -> [Double]? { [abs(factor) * integralErrors[0]] }

  func note(_ point: TrajectoryPoint, integrals: UnsafePointer<Double>, into fold: inout ResidualFold) {
    fold.note(0, value: -point.loss, integral: factor * integrals[0])
    let start = start ?? point.loss
    self.start = start
    states += 1
    guard point.isSave || states < Self.everyState || states.isMultiple(of: Self.everyState) else { return }
    // No true integral exceeds f(0), which is what rounding has to be small beside.
    fold.note(rounding: 2 * point.objective.valueRounding(point.parameters) / (start > 0 ? start : 1))
  }
}

/// The rate ‖∇f‖².
final class DissipationQuadrature: Quadrature {
  let usesValue = false
  var names: [String] { ["dissipation"] }

  func rates(at point: FlowPoint, into rates: UnsafeMutablePointer<Double>) {
    rates[0] = BLAS.dot(count: point.objective.parameterCount, point.gradient, point.gradient)
  }

  /// ∇‖∇f‖² = 2 ∇²f ∇f.
  func derivatives(at point: FlowPoint, into derivatives: UnsafeMutablePointer<Double>) {
    point.objective.hessianVectorProduct(point.parameters, direction: point.gradient, into: derivatives)
    for i in 0..<point.objective.parameterCount { derivatives[i] *= 2 }
  }

  func scales(at start: FlowPoint) -> [Double] { [start.value > 0 ? start.value : 1] }
}
