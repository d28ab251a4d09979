import FlowODE
import Models
import Testing
import Theorems
import Verdicts

/// What `explain` prints of a claim beside what its run reports.
@Suite("Pages of claims about descents and ladders")
struct PageTests {
  private func experiment(_ model: String, _ options: ModelOptions, loss: any Loss) throws -> Experiment {
    let problem = try Problem(
      model: model, options: options, source: .generated(rank: 1, norm: 3), observed: .fraction(0.6),
      dataSeed: 1)
    return try Experiment(
      problem: problem, loss: loss, normalization: .halfSum,
      start: try Initialization.gaussian.parameters(for: problem.model, scale: 0.2, seed: 1), startSummary: "test",
      method: .auto, absoluteTolerance: .auto, until: 2, saveCount: 11, savesLogarithmically: false, stops: [],
      maxSteps: 100_000)
  }

  @Test("names stand once, and every page says what it must")
  func complete() {
    let pages = ClaimCatalog.all.filter { $0.kind != .trajectory }.map { $0.page }
    #expect(pages.count > 10 && Set(pages.map(\.card.name)).count == pages.count)
    for page in pages {
      let card = page.card
      #expect(!card.summary.isEmpty && !card.formulas.isEmpty && !card.sources.isEmpty, "\(card.name)")
      #expect(!card.residual.isEmpty && card.example.hasPrefix("flowcheck "), "\(card.name)")
      #expect(!page.hypotheses.isEmpty && !page.controls.isEmpty, "\(card.name)")
    }
    #expect(ClaimCatalog.claim("drift")?.kind == .comparison && ClaimCatalog.claim("rank-one")?.kind == .ladder)
    #expect(ClaimCatalog.claim("balancedness")?.kind == .trajectory && ClaimCatalog.claim("nonsense") == nil)
  }

  @Test("a comparison rests on the hypotheses of the pages and runs their controls", arguments: [false, true])
  func comparison(againstModified: Bool) throws {
    let experiment = try experiment(
      "matrix", ModelOptions(shape: [4, 3], depth: 2), loss: HuberLoss(delta: 100))
    let optimizer = PlainGradientDescent()
    let plan = try ComparisonPlan(
      optimizer: optimizer, ladder: RateLadder([0.02, 0.01, 0.005, 0.0025], optimizer: optimizer),
      against: againstModified ? .modified : .flow, measure: .parameters, tolerances: (1e-9, 1e-11))
    let comparison = try Comparison(experiment: experiment, plan: plan)
    let reports = try LadderExamination(
      comparison, claims: ClaimCatalog.claims(of: comparison, named: nil), runsControls: true
    ).run().reports
    #expect(
      reports.map(\.claim)
        == ClaimCatalog.comparisons.map { $0.card.name }.filter { !againstModified || $0 != "bound" })
    for claim in reports {
      let page = try #require(ClaimCatalog.claim(claim.claim)).page
      #expect(claim.hypotheses.allSatisfy { page.hypotheses.contains($0.statement) }, "\(claim.claim)")
      // The modified flow has a control of its own, and so has the drift of laws that tie no blocks.
      let missing = claim.claim == "order" && !againstModified || claim.claim == "drift" ? 1 : 0
      #expect(claim.controls.count == page.controls.count - missing, "\(claim.claim)")
    }
    let drift = try #require(reports.first { $0.claim == "drift" })
    #expect(drift.controls.map(\.name) == ["W2's rate × 1.01 in every descent"])
  }

  @Test("ladders rest on the hypotheses of their pages")
  func ladders() throws {
    let flat = try experiment("cp", ModelOptions(shape: [3, 3], components: 2), loss: SquaredLoss())
    let unmet = try RankOneStudy(experiment: flat, tolerances: [1e-8, 1e-10]).report(runsControls: true)
    #expect(unmet.verdict == .vacuous && unmet.hypotheses.count == 1)
    #expect(unmet.hypotheses.allSatisfy { RankOneStudy.page.hypotheses.contains($0.statement) })
    let partial = try experiment("matrix", ModelOptions(shape: [4, 3], depth: 2), loss: SquaredLoss())
    let modes = try ModeStudy(experiment: partial, scales: [1e-3, 1e-4], tolerances: [1e-8, 1e-10])
      .report(runsControls: true)
    #expect(modes.verdict == .vacuous && modes.hypotheses.map(\.statement) == ModeStudy.page.hypotheses)
  }
}
