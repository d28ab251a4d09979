import Testing
import Verdicts

/// First steps where the horizon or the start gives no measure of them.
@Suite("First steps")
struct FirstStepTests {
  /// A flow that changes by less than one percent up to the horizon would be there with one step at any tolerance. Rungs of the same
  /// step would agree whatever is true; these do not take the same, so that true laws hold and false ones do not.
  @Test(arguments: [
    "hierarchical --shape 4,3,3,4,3 --tree \"((1,(2,3)),(4,5))\" --width 3,4,2,5 --rank 2 --observed 0.6 --init-scale 0.3 --until 50",
    "cp --shape 3,2,3 --components 3 --rank 1 --init-scale 0.05 --until 0.5",
    "matrix --shape 3,2 --depth 4 --rank 1 --init-scale 0.2 --until 0.02 --loss huber --huber-delta 0.2 "
      + "--refine 1e-7,1e-8,1e-9,1e-10",
  ])
  func areJudged(model: String) throws {
    let report = try CommandLine("balancedness --model \(model) --all-rungs --control").run().report()
    let claim = try #require(report.claims.first)
    #expect(claim.verdict == .holds, "\(claim.reason)")
    #expect(
      claim.controls.contains { $0.isRejected } && claim.controls.allSatisfy { $0.isRejected || !$0.isApplicable })
    let steps = claim.rungs.map(\.steps)
    #expect(steps.count >= 2 && zip(steps, steps.dropFirst()).allSatisfy { $0 < $1 }, "\(steps)")
  }

  /// Mirror coordinates start at 0, whose size says nothing of a first step. The escape is at 80 ln 10 / (c σ²) or so, c σ² the rate.
  @Test(arguments: ["1e-20", "1e-3"]) func horizonsAreFoundFromZero(scale: String) throws {
    let line =
      "run --claims diagonal-limit --model diagonal --shape 5 --depth 2 --rank 1 --target-norm 2 --measure-with gaussian "
      + "--samples 3 --coordinates mirror --init balanced --init-scale \(scale) --until auto --control"
    let claim = try #require(try CommandLine(line).run().report().claims.first)
    #expect(claim.verdict == .holds, "\(claim.reason)")
  }
}
