import Checkers
import FlowODE
import Models
import Testing
import Theorems
import Verdicts

/// Claims about nodes, slices and circuits: they hold where they must, and say nothing where their hypotheses fail.
@Suite struct ComponentNodeTests {
  static func experiment(
    _ family: String, _ shape: [Int], _ values: [String: ModelOptions.Value] = [:], depth: Int? = nil,
    widths: [Int]? = nil,
    rank: Int = 1, observed: Double = 1, start kind: String, scale: Double, until: Double, seed: UInt64 = 1
  ) throws -> Experiment {
    var options = ModelOptions(shape: shape, depth: depth, widths: widths)
    for (name, value) in values { options.values[name] = value }
    let problem = try Problem(
      model: family, options: options, source: .generated(rank: rank, norm: 3), observed: .fraction(observed),
      dataSeed: 1)
    let start = try #require(Initialization(rawValue: kind)).parameters(for: problem.model, scale: scale, seed: seed)
    return try Experiment(
      problem: problem, loss: SquaredLoss(), normalization: .halfSum, start: start, startSummary: kind, method: .auto,
      absoluteTolerance: .auto, until: until, saveCount: 20, savesLogarithmically: false, stops: [], maxSteps: 1_000_000
    )
  }

  static let tree = ModelOptions.Value.text("((1,2),(3,4))")

  // MARK: Slices

  private static func sparsity(
    _ experiment: Experiment, _ claim: any LadderClaim<SparsityLadder>.Type, scales: [Double]? = nil
  ) throws -> ClaimReport {
    let ladder = try SparsityLadder(experiment: experiment, scales: scales, tolerances: [1e-8, 1e-10])
    return try LadderExamination(ladder, claims: [claim], runsControls: true).run().reports[0]
  }

  /// At D = 1 the slices rotate into each other and say nothing; in the singular basis they vanish.
  @Test func depthOneIsJudgedInTheSingularBasisOnly() throws {
    let experiment = try Self.experiment(
      "deep-tucker-columns", [3, 3, 3], depth: 1, rank: 1, start: "slice-norms", scale: 0.05, until: 1e8)
    let raw = try Self.sparsity(experiment, SliceSparsity.self)
    #expect(raw.verdict == .vacuous && raw.reason.contains("O(r)"), "\(raw.reason)")
    let report = try Self.sparsity(experiment, StructuredSparsity.self)
    checkClaim(StructuredSparsity.self, ClaimOutcome(report))
    #expect(report.controls.contains { $0.name.contains("own basis") && $0.verdict == .violated })
  }

  /// From D = 2 on the slices themselves vanish.
  @Test func depthTwoHasSlicesOfItsOwn() throws {
    let experiment = try Self.experiment(
      "deep-tucker-columns", [3, 3, 3], depth: 2, rank: 1, start: "slice-norms", scale: 0.01, until: 1e30)
    checkClaim(SliceSparsity.self, ClaimOutcome(try Self.sparsity(experiment, SliceSparsity.self)))
  }

  /// A target that needs every slice, or is not known, says nothing; a run that has not fitted its data is no evidence.
  @Test func sparsityNeedsAFitOfLowRank() throws {
    let core = ModelOptions.Value.integers([2, 2, 2])
    let full = try Self.experiment(
      "tucker", [2, 2, 2], ["core": core], rank: 2, start: "gaussian", scale: 0.1, until: 1e6)
    #expect(try Self.sparsity(full, StructuredSparsity.self).verdict == .vacuous)
    let short = try Self.experiment(
      "tucker", [2, 2, 2], ["core": core], rank: 1, start: "gaussian", scale: 0.1, until: 1)
    #expect(try Self.sparsity(short, StructuredSparsity.self).verdict == .inconclusive)
    let cp = try Self.experiment("cp", [2, 2, 2], ["components": .integer(2)], start: "gaussian", scale: 0.1, until: 1)
    #expect(throws: Refusal.self) { try SparsityLadder(experiment: cp, tolerances: [1e-8, 1e-10]) }
  }

  /// A start that is not small keeps slices that the target has no use for: what does not vanish over a decade refutes.
  @Test func aNormThatStaysIsNoSparsity() throws {
    let scales = [1.0, 0.5, 0.25, 0.125, 0.0625]
    let values = [0.3, 0.3, 0.3, 0.3, 0.3]
    let points = zip(scales, values).map {
      VanishingEvidence(scale: $0, departure: $1, uncertainty: 1e-9, tolerance: 1e-10)
    }
    #expect(VanishingRule.judge(hypotheses: [], points).verdict == .violated)
    #expect(ControlRule.judge(vanishing: "it", values, scales: scales).verdict == .violated)
    // What falls in proportion to α is no false statement.
    #expect(ControlRule.judge(vanishing: "it", scales, scales: scales).verdict == .inconclusive)
  }

  // MARK: Local components

  private static func local(_ experiment: Experiment) throws -> ClaimReport {
    try LocalStudy(experiment: experiment, tolerances: [1e-8, 1e-10]).report(runsControls: true)
  }

  @Test func localComponentsLeaveZeroOneAfterAnother() throws {
    let experiment = try Self.experiment(
      "hierarchical", [3, 3, 3, 3], ["tree": Self.tree], widths: [2], rank: 2, start: "balanced", scale: 1, until: 1e15,
      seed: 2)
    checkClaim(LocalStudy.self, ClaimOutcome(try Self.local(experiment)))
  }

  /// A root without weights has components of two blocks; a gaussian start is not balanced; a short horizon shows nothing.
  @Test func localComponentsThatSayNothing() throws {
    let sum = try Self.experiment(
      "hierarchical", [2, 2, 2, 2], ["tree": Self.tree, "head": .text("sum")], widths: [2], start: "balanced", scale: 1,
      until: 1e8)
    #expect(try Self.local(sum).verdict == .vacuous)
    let gaussian = try Self.experiment(
      "hierarchical", [2, 2, 2, 2], ["tree": Self.tree], widths: [2], start: "gaussian", scale: 1, until: 1e8)
    #expect(try Self.local(gaussian).verdict == .vacuous)
    let short = try Self.experiment(
      "hierarchical", [2, 2, 2, 2], ["tree": Self.tree], widths: [2], start: "balanced", scale: 1, until: 1e-3)
    #expect(try Self.local(short).verdict == .inconclusive)
    let narrow = try Self.experiment(
      "hierarchical", [2, 2, 2, 2], ["tree": Self.tree], widths: [1], start: "balanced", scale: 1, until: 1)
    #expect(throws: Refusal.self) { try Self.local(narrow) }
  }

  // MARK: Pruning, circuits

  /// With one component a node the bound is an equality: what is pruned is everything, and its norm the product of all norms.
  @Test(arguments: [1, 3]) func pruning(width: Int) throws {
    let experiment = try Self.experiment(
      "hierarchical", [3, 2, 3, 2], ["tree": Self.tree], widths: [width], observed: 0.8, start: "balanced", scale: 0.5,
      until: 100)
    let report = try examine(experiment, [PruningBound.self])[0]
    let outcome = ClaimOutcome(report)
    #expect(report.verdict == .holds, "\(report.reason)")
    #expect(outcome.controls.contains { $0.isRejected })
    if width == 1 { #expect(report.reason.contains("up to 1"), "\(report.reason)") }
    // Two blocks of a depth-2 matrix have no components here; a sum of two products is no single contraction.
    let diagonal = try Self.experiment("diagonal", [4], depth: 2, start: "balanced", scale: 0.5, until: 1)
    #expect(try examine(diagonal, [PruningBound.self], controls: false)[0].verdict == .vacuous)
  }

  @Test(arguments: ["((1,2),(3,4))", "((1,3),(2,4))", "(((1,2),3),4)", "(1,2,3,4)"]) func circuits(tree: String) throws
  {
    let experiment = try Self.experiment(
      "circuit", [3, 2, 3, 2], ["tree": .text(tree)], widths: [2], rank: 2, observed: 0.8, start: "gaussian",
      scale: 0.6,
      until: 5)
    let report = try examine(experiment, [CircuitContraction.self])[0]
    checkClaim(CircuitContraction.self, ClaimOutcome(report))
    #expect(report.controls.count == 2 && report.controls.allSatisfy { $0.verdict == .violated })
    let other = try Self.experiment(
      "hierarchical", [3, 2, 3, 2], ["tree": .text(tree)], widths: [2], start: "gaussian", scale: 0.6, until: 5)
    #expect(try examine(other, [CircuitContraction.self], controls: false)[0].verdict == .vacuous)
  }
}
