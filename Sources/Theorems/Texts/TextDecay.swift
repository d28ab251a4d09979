import FlowODE
import Models
import Verdicts

extension TextClaim {
  /// A sum of terms decays at a rate, entry by entry.
  ///
  /// **Statement.** Q(t) − Q(0) = −∫ λ Q ds, the integral being formed along the flow.
  /// **Judged by.** The departure at every accepted step, relative to the largest term of Q.
  /// **Refuted by.** A wrong rate of each block that occurs in it; λ × 1.01.
  ///
  /// - Parameters:
  ///   - terms: of equal counts, with their signs.
  ///   - rate: λ, a number.
  public func decays(_ terms: [TextSource], rate: TextSource) -> StatedClaim {
    decays(terms, rate: rate, sign: -1, hypotheses: [])
  }

  /// A number stays positive because its rate is a multiple of itself.
  ///
  /// **Statement.** g(t) − g(0) = ∫ k g ds, so that g keeps its sign.
  ///
  /// - Parameters:
  ///   - terms: of g = left − right, with their signs.
  ///   - cofactor: k, a number.
  public func keepsSign(_ comparison: TextComparison, terms: [TextSource], cofactor: TextSource) -> StatedClaim {
    decays(terms, rate: cofactor, sign: 1, hypotheses: [comparison.hypothesis])
  }

  private func decays(
    _ terms: [TextSource], rate: TextSource, sign: Double, hypotheses: [HypothesisRule]
  ) -> StatedClaim {
    let laws: @Sendable (Double, ClaimSetting) -> Laws? = { factor, setting in
      TextDecayTerms(self, terms, rate: rate, factor: sign * factor, setting).map { .integral($0) }
    }
    return stated(
      .integral,
      residual:
        "largest departure of the change from the integral over all accepted steps, relative to the largest term",
      hypotheses: hypotheses, law: Relative { laws(1, $0) }
    ) { setting in
      rateMutants(setting, seesTime: true) + [
        Mutant("(\(rate.text)) × \(WrongRate.factor)", .statement(Relative { laws(WrongRate.factor, $0) }))
      ]
    }
  }
}

/// Both sides of Q(t) − Q(0) = factor ∫ λ Q.
private final class TextDecayTerms: IntegralTerms {
  let names: [String]
  private let values: TextValues
  private let rate: TextRate
  private let factor: Double
  private let width: Int
  private let terms: Int
  private let watch: GivenWatch?

  init?(
    _ claim: TextClaim, _ terms: [TextSource], rate: TextSource, factor: Double, _ setting: ClaimSetting
  ) {
    guard let values = TextValues(terms, parameterCount: setting.start.count), !terms.isEmpty,
      let quadrature = TextRate(terms, rate, setting)
    else { return nil }
    self.values = values
    self.terms = terms.count
    self.factor = factor
    self.rate = quadrature
    width = values.size(0)
    names = quadrature.names
    watch = GivenWatch(claim.given, parameterCount: setting.start.count)
  }

  var quadratures: [any Quadrature] { [rate] }

  func errors(from integralErrors: UnsafePointer<Double>) -> [Double]? {
    (0..<width).map { abs(factor) * integralErrors[$0] }
  }

  func note(_ point: TrajectoryPoint, integrals: UnsafePointer<Double>, into fold: inout ResidualFold) {
    watch?.update(point)
    values.update(point)
    for i in 0..<width {
      var (sum, largest) = (0.0, 0.0)
      for k in 0..<terms {
        let term = values[k][i]
        sum += term
        largest = max(largest, abs(term))
      }
      fold.note(i, value: sum, integral: factor * integrals[i], size: { max(abs($0), largest) })
    }
  }

  func complete(_ evidence: inout Evidence) {
    if let watch { evidence.inexactness = watch.inexactness }
  }
}

/// The rate λ Q of a sum of terms.
final class TextRate: Quadrature {
  let usesValue = false
  let names: [String]
  private let values: TextValues
  private let terms: Int
  private let width: Int
  private let velocity: Buffer<Double>
  private let row: Buffer<Double>

  /// - Parameters:
  ///   - terms: of equal counts.
  ///   - rate: λ, a number.
  init?(_ terms: [TextSource], _ rate: TextSource, _ setting: ClaimSetting) {
    guard let values = TextValues(terms + [rate], parameterCount: setting.start.count), !terms.isEmpty,
      values.size(terms.count) == 1
    else { return nil }
    self.values = values
    self.terms = terms.count
    width = values.size(0)
    let text = terms.map(\.text).joined(separator: " + ")
    names = width == 1 ? [text] : (0..<width).map { "\(text), entry \($0 + 1)" }
    velocity = Buffer(count: setting.start.count)
    row = Buffer(count: width)
  }

  var rateCount: Int { width }

  private func sum(into target: UnsafeMutablePointer<Double>) {
    target.update(repeating: 0, count: width)
    for k in 0..<terms {
      let term = values[k]
      for i in 0..<width { target[i] += term[i] }
    }
  }

  func rates(at point: FlowPoint, into rates: UnsafeMutablePointer<Double>) {
    for i in 0..<velocity.count { velocity.pointer[i] = -point.gradient[i] }
    values.update(point.parameters, velocity: velocity.pointer)
    sum(into: rates)
    let factor = values[terms][0]
    for i in 0..<width { rates[i] *= factor }
  }

  /// λ' Q + λ Q', one direction of θ after the other.
  func derivatives(at point: FlowPoint, into derivatives: UnsafeMutablePointer<Double>) {
    let n = velocity.count
    for i in 0..<n { velocity.pointer[i] = -point.gradient[i] }
    values.update(point.parameters, velocity: velocity.pointer)
    let factor = values[terms][0]
    sum(into: row.pointer)
    let sums = Array(UnsafeBufferPointer(start: row.pointer, count: width))
    velocity.clear()
    for j in 0..<n {
      velocity.pointer[j] = 1
      values.updateRates(point.parameters, velocity: velocity.pointer)
      velocity.pointer[j] = 0
      let slope = values[terms][0]
      sum(into: row.pointer)
      for i in 0..<width { derivatives[i * n + j] = slope * sums[i] + factor * row.pointer[i] }
    }
  }

  func scales(at start: FlowPoint) -> [Double] {
    velocity.clear()
    values.update(start.parameters, velocity: velocity.pointer)
    let size = largestMagnitude(values.all, terms * width)
    return [Double](repeating: size > 0 && size.isFinite ? size : 1, count: width)
  }
}
