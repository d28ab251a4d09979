import Checkers
import FlowODE
import Testing
import Theorems
import Verdicts

/// A claim as someone outside would write it: b² − a² of w = b a is constant, and b² + a² is not.
private enum ScalarInvariant: Claim {
  enum Variant: ClaimVariant { case law, plusSign }

  static let card = ClaimCard(
    name: "scalar-invariant", summary: "two scalar layers keep b² − a²", formulas: ["b² − a² is constant"],
    sources: [.derived("ȧ = −b r, ḃ = −a r")], judgedBy: .conservation,
    residual: "its change, relative to the larger square",
    example: "")
  static let hypotheses: [HypothesisRule] = [
    HypothesisRule("scalar", "the model has two parameters") { ($0.start.count == 2, "\($0.start.count) parameters") },
    .differentiableAlongThePath,
  ]
  static let mutants: [MutantRule<Variant>] = [.secondRate, .statement("a plus sign", .plusSign)]

  static func laws(_ setting: ClaimSetting, _ variant: Variant) -> Laws? {
    guard setting.start.count == 2 else { return nil }
    let sign = variant == .law ? -1.0 : 1.0
    return .conserved("b² − a²", terms: 2) { θ in [θ[1] * θ[1], sign * θ[0] * θ[0]] }
  }
}

/// The integral form of the same flow, for a claim with a rate of its own: the change of b a is ∫ −(a² + b²) r.
private enum ScalarProduct: Claim {
  typealias Variant = NoVariant

  static let card = ClaimCard(
    name: "scalar-product", summary: "the product moves at the rate −(a² + b²) ∂f/∂w",
    formulas: ["w(t) − w(0) = ∫ (a² + b²) (s − w) ds"], sources: [.derived("product rule")], judgedBy: .integral,
    residual: "its departure", example: "")
  static let hypotheses: [HypothesisRule] = [.differentiableAlongThePath]
  static let mutants: [MutantRule<Variant>] = [.secondRate]

  static func laws(_ setting: ClaimSetting, _ variant: Variant) -> Laws? {
    setting.start.count == 2 ? .integral(Product(target: setting.experiment.problem.measurements.values[0])) : nil
  }

  private final class Product: IntegralTerms {
    let names = ["w"]
    let quadratures: [any Quadrature]
    init(target: Double) { quadratures = [Rate(target: target)] }
    func note(_ point: TrajectoryPoint, integrals: UnsafePointer<Double>, into fold: inout ResidualFold) {
      fold.note(0, value: point.parameters[0] * point.parameters[1], integral: integrals[0])
    }
  }

  private final class Rate: Quadrature {
    private let target: Double
    init(target: Double) { self.target = target }
    var names: [String] { ["w"] }
    func rates(at point: FlowPoint, into rates: UnsafeMutablePointer<Double>) {
      let (a, b) = (point.parameters[0], point.parameters[1])
      rates[0] = (a * a + b * b) * (target - a * b)
    }
    func derivatives(at point: FlowPoint, into derivatives: UnsafeMutablePointer<Double>) {
      let (a, b) = (point.parameters[0], point.parameters[1])
      derivatives[0] = 2 * a * (target - a * b) - (a * a + b * b) * b
      derivatives[1] = 2 * b * (target - a * b) - (a * a + b * b) * a
    }
    func scales(at start: FlowPoint) -> [Double] { [1] }
  }
}

@Suite("Claims of one's own")
struct OwnClaimTests {
  @Test("hold, are refuted in every way they name, and print what they ask")
  func hold() throws {
    let experiment = try ScalarExperiment.make(layers: [0.7, 0.2], until: 4)
    let claims: [any Claim.Type] = [ScalarInvariant.self, ScalarProduct.self]
    for (claim, report) in zip(claims, try examine(experiment, claims: claims, controls: true)) {
      checkClaim(claim, ClaimOutcome(report))
      #expect(report.controls.map(\.verdict).allSatisfy { $0 == .violated })
    }
    #expect(ScalarInvariant.page.hypotheses[0] == "the model has two parameters")
    #expect(ScalarInvariant.page.controls == ["the second block's rate × 1.01", "a plus sign"])
    #expect(ScalarInvariant.page.markdown.contains("b² − a² is constant"))
  }

  @Test("are vacuous where they have no law, whether or not a hypothesis says so")
  func vacuous() throws {
    let deep = try ScalarExperiment.make(layers: [0.7, 0.2, 0.4], until: 2)
    let reports = try examine(deep, claims: [ScalarInvariant.self, ScalarProduct.self], controls: true)
    #expect(reports.map(\.verdict) == [.vacuous, .vacuous] && reports.allSatisfy(\.controls.isEmpty))
    #expect(reports[0].reason.contains("3 parameters"), "\(reports[0].reason)")
    #expect(reports[1].reason.contains("has such a law"), "\(reports[1].reason)")
  }
}
