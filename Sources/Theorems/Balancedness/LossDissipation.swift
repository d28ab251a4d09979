import FlowODE
import Verdicts

/// Along gradient flow of a differentiable objective, f(0) − f(t) = ∫₀ᵗ ‖∇f(θ(s))‖² ds.
///
/// The integral is a quadrature state under the integrator's own error control; the pointwise identity df/dt = −‖∇f‖² is
/// only the chain rule, evaluated twice, and would test nothing but code.
public struct LossDissipation: Claim {
  /// What the integrand is multiplied by: 1 is the law, anything else a negative control.
  private let factor: Double

  public init() { factor = 1 }
  private init(factor: Double) { self.factor = factor }

  public var identifier: String { factor == 1 ? "dissipation" : "dissipation with a wrong factor" }

  public func statement(_ setting: ClaimSetting) -> String {
    "f(0) − f(t) = \(factor == 1 ? "" : "\(factor) ")∫₀ᵗ ‖∇f‖² ds along gradient flow"
  }

  public func hypotheses(_ setting: ClaimSetting) -> [Hypothesis] { [] }

  public func quadratures(_ setting: ClaimSetting) -> [any Quadrature] { [DissipationQuadrature()] }

  public func monitor(_ setting: ClaimSetting, quadratureOffset: Int) -> any ClaimMonitor {
    Monitor(offset: quadratureOffset, factor: factor)
  }

  public func controls(_ setting: ClaimSetting) -> [NegativeControl] {
    let last = setting.model.layout.blocks.count - 1
    return [
      .rate(of: last, in: setting.model),
      NegativeControl("the integral × 1.01", .claim(LossDissipation(factor: 1.01))),
    ]
  }

  private final class Monitor: ClaimMonitor {
    private let offset: Int
    private let factor: Double
    private var initial: Double?
    private var worst = 0.0
    private var worstTime = 0.0
    private var change = 0.0
    private var largest = 0.0
    private var rounding = 0.0
    private var path: [DriftPoint] = []

    init(offset: Int, factor: Double) {
      self.offset = offset
      self.factor = factor
    }

    func observe(_ point: TrajectoryPoint) {
      let loss = point.loss
      let start = initial ?? loss
      initial = start
      let integral = factor * point.quadratures[offset]
      largest = max(largest, start, loss, integral)
      change = max(change, abs(start - loss))
      let residual = abs(start - loss - integral)
      if residual > worst || residual.isNaN {
        worst = residual
        worstTime = point.time
      }
      guard point.isSave else { return }
      path.append(DriftPoint(time: point.time, residual: residual))
      rounding = max(rounding, point.objective.valueRounding(point.parameters))
    }

    var evidence: Evidence {
      let scale = largest > 0 ? largest : 1
      // No true integral exceeds f(0), which is what rounding has to be small beside.
      let start = (initial ?? 0) > 0 ? initial ?? 1 : scale
      return Evidence(
        residual: worst / scale, power: change / scale, largestTerm: largest, worstTime: worstTime,
        worstLaw: "f(0) − f(t) − ∫‖∇f‖²", rounding: 2 * rounding / start,
        path: path.map { DriftPoint(time: $0.time, residual: $0.residual / scale) })
    }
  }
}

/// The rate ‖∇f‖².
struct DissipationQuadrature: Quadrature {
  var names: [String] { ["dissipation"] }

  func rates(at point: FlowPoint, into rates: UnsafeMutablePointer<Double>) {
    var total = 0.0
    for i in 0..<point.objective.parameterCount { total += point.gradient[i] * point.gradient[i] }
    rates[0] = total
  }

  /// ∇‖∇f‖² = 2 ∇²f ∇f.
  func derivatives(at point: FlowPoint, into derivatives: UnsafeMutablePointer<Double>) {
    point.objective.hessianVectorProduct(point.parameters, direction: point.gradient, into: derivatives)
    for i in 0..<point.objective.parameterCount { derivatives[i] *= 2 }
  }

  func scales(at start: FlowPoint) -> [Double] { [start.value > 0 ? start.value : 1] }
}
