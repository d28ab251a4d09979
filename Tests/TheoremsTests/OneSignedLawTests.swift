import Checkers
import FlowODE
import Models
import Testing
import Theorems
import Verdicts

/// Models whose laws tie no blocks to each other: a single sum that does not move, whatever its entries do.
@Suite("Laws of one sign")
struct OneSignedLawTests {
  /// g v/‖v‖ in every row; softmax(W x) of three inputs; (z − mean)/‖·‖ of z = W x + b, whose bias does not matter.
  enum Kind: String, CaseIterable { case weightNorm, softmax, batchNorm, none }

  private static func program(_ kind: Kind) throws -> Program {
    var p = Program()
    let x = try p.data([0.3, -0.7, 0.9, 0.2, 0.5, -0.4, 0.8, 0.1, -0.6, -0.9, 0.7, 0.4], [4, 3])
    func inverse(_ squared: Program.ID) throws -> Program.ID { try p.map(.reciprocal, p.map(.squareRoot, squared)) }
    switch kind {
    case .weightNorm:
      let (g, v) = (try p.block("g", [3]), try p.block("v", [3, 4]))
      try p.setOutput(p.einsum("r,ri,r->ri", [g, v, inverse(p.einsum("ri,ri->r", [v, v]))]))
    case .softmax:
      try p.setOutput(p.softmax(p.einsum("cd,nd->nc", [p.block("W", [3, 3]), x])))
    case .batchNorm:
      let (w, b) = (try p.block("W", [2, 3]), try p.block("b", [2]))
      let z = try p.combine(1, p.einsum("cd,nd->cn", [w, x]), 1, p.einsum("c->cn", [b], extents: ["n": 4]))
      let mean = try p.einsum("cn->c", [z], times: Rational(1, 4))
      let centred = try p.combine(1, z, -1, p.einsum("c->cn", [mean], extents: ["n": 4]))
      try p.setOutput(p.einsum("cn,c->cn", [centred, inverse(p.einsum("cn,cn->c", [centred, centred]))]))
    case .none:
      try p.setOutput(p.map(.exp, p.block("a", [5])))
    }
    return p
  }

  private func experiment(_ kind: Kind) throws -> Experiment {
    var random = TestRandom(119)
    let model = try Model(kind.rawValue, Self.program(kind))
    let measurements = try measure(.allEntries, shape: model.endShape, random: &random)
    return try Experiment(
      problem: Problem(model: model, measurements: measurements, truth: nil, heldOut: [], dataSummary: "test"),
      loss: SquaredLoss(), normalization: .halfSum, start: random.numbers(model.layout.count), startSummary: "test",
      method: .auto, absoluteTolerance: .auto, until: 2, saveCount: 21, savesLogarithmically: false, stops: [],
      maxSteps: 100_000)
  }

  @Test("balancedness holds with a control that is rejected", arguments: [Kind.weightNorm, .softmax, .batchNorm])
  func holds(kind: Kind) throws {
    let experiment = try experiment(kind)
    #expect(experiment.problem.model.laws.allSatisfy { !$0.isTwoSided } && !experiment.problem.model.bonds.isEmpty)
    let report = try examine(
      experiment, claims: [Balancedness.self], tolerances: [1e-6, 1e-8, 1e-10, 1e-12], controls: true)[0]
    #expect(report.verdict == .holds, "\(report.reason)")
    #expect(report.controls.map(\.name) == ["a law of one sign with unequal weights"])
    #expect(report.controls.allSatisfy { $0.isRejected })
  }

  @Test("a model without laws is vacuous, in words that say so")
  func vacuous() throws {
    let report = try examine(experiment(.none), claims: [Balancedness.self])[0]
    #expect(report.verdict == .vacuous && report.statement.contains("show none"), "\(report.statement)")
    #expect(report.hypotheses[0].statement.contains("labels"))
  }

  /// A descent keeps linear laws exactly, so that nothing is to be said of them; of squares it keeps none.
  @Test("claims about descents", arguments: Kind.allCases)
  func descents(kind: Kind) throws {
    let plan = try ComparisonPlan(
      optimizer: PlainGradientDescent(),
      ladder: RateLadder([0.02, 0.01, 0.005, 0.0025], optimizer: PlainGradientDescent(), schedule: .constant),
      schedule: .constant, against: .flow, measure: .parameters, tolerances: (1e-10, 1e-12))
    let comparison = try Comparison(experiment: experiment(kind), plan: plan, closeness: nil)
    let isQuadratic = kind == .weightNorm || kind == .batchNorm
    let names = try ClaimCatalog.claims(of: comparison, named: nil).map { $0.card.name }
    #expect(names.contains("step-law") == isQuadratic && names.contains("drift") == isQuadratic)
    let named = try ClaimCatalog.claims(of: comparison, named: ["order", "step-law", "drift"])
    let reports = try LadderExamination(comparison, claims: named, runsControls: true).run().reports
    for report in reports {
      let expected: Verdict = report.claim == "order" || isQuadratic ? .holds : .vacuous
      #expect(report.verdict == expected, "\(report.claim): \(report.reason)")
      #expect(expected == .vacuous || report.controls.contains { $0.isRejected }, "\(report.claim)")
    }
  }

  /// Terms of another number than was declared are no law.
  @Test("a claim that forgets numbers is inconclusive and says which")
  func forgetful() throws {
    let report = try examine(experiment(.weightNorm), claims: [Forgetful.self])[0]
    #expect(report.verdict == .inconclusive && report.reason.contains("1 number where 2 × 1"), "\(report.reason)")
  }
}

/// One number where two are declared.
private enum Forgetful: Claim {
  typealias Variant = NoVariant

  static let card = ClaimCard(
    name: "forgetful", summary: "one number where two are declared", formulas: ["1 is constant"],
    sources: [.derived("nothing")], judgedBy: .conservation, residual: "its change", example: "")
  static let hypotheses: [HypothesisRule] = []
  static let mutants: [MutantRule<Variant>] = [.secondRate]

  static func laws(_ setting: ClaimSetting, _ variant: Variant) -> Laws? {
    .conserved("θ₀", terms: 2) { [$0[0]] }
  }
}
