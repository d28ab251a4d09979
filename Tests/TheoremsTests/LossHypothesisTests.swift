import Checkers
import FlowODE
import Models
import Testing
import Theorems
import Verdicts

/// What claims say of losses that are no misfit.
@Suite("Hypotheses about the loss")
struct LossHypothesisTests {
  /// 2×2 completion with the labels 1, 1 and −1, from a balanced start of the right sign: all that hidden-entry asks of data and start.
  private func experiment(_ loss: any Loss) throws -> Experiment {
    let problem = try Problem.hiddenEntry(model: "matrix", ModelOptions(shape: [], depth: 2), opposite: -1)
    let start = try Initialization.balanced.parameters(for: problem.model, scale: 0.5, seed: 1, determinant: .positive)
    return try Experiment(
      problem: problem, loss: loss, normalization: .halfSum, start: start, startSummary: "balanced", method: .auto,
      absoluteTolerance: .auto, until: 10, saveCount: 20, savesLogarithmically: false, stops: [], maxSteps: 100_000,
      coordinates: .weights)
  }

  @Test("a claim about meeting the data is vacuous for a loss of labels, and says why", arguments: [0, 1])
  func vacuous(_ index: Int) throws {
    let loss: any Loss = index == 0 ? LogisticLoss() : ExponentialLoss()
    for report in try examine(experiment(loss), [HiddenEntryFloor.self, DivergingNorms.self], controls: false) {
      #expect(report.verdict == .vacuous, "\(report.claim): \(report.reason)")
      let unmet = report.hypotheses.filter { !$0.isMet }.map(\.statement)
      #expect(unmet.contains { $0.contains("every target is met") }, "\(unmet)")
    }
    // The same data meet every other hypothesis, and a misfit leaves nothing to ask.
    let floor = try #require(
      examine(experiment(SquaredLoss()), [HiddenEntryFloor.self], controls: false).first)
    #expect(floor.verdict != .vacuous && !floor.hypotheses.contains { $0.statement.contains("every target is met") })
  }

  @Test func nuclearNormConjecture() throws {
    let refusal = #expect(throws: Refusal.self) {
      _ = try NuclearNormStudy(experiment: experiment(LogisticLoss()), scales: [1e-1, 1e-2, 1e-3])
    }
    #expect(refusal?.description.contains("logistic") == true)
  }

  @Test("modes and growth of the hidden entry ask for the square itself, whatever the loss is called")
  func squares() throws {
    for loss in LossExample.all.map(\.loss) { #expect(loss.isSquare == (loss is SquaredLoss)) }
    let experiment = try experiment(HuberLoss(delta: 100))
    for report in try examine(experiment, [HiddenEntryGrowth.self], controls: false) {
      #expect(report.hypotheses.contains { $0.statement == "the loss is a sum of squares" && !$0.isMet })
    }
  }
}
