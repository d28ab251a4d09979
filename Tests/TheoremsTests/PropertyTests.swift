import GSLBridge
import Testing
import Theorems
import Verdicts

@Suite("Over random experiments")
struct PropertyTests {
  private static let count: UInt64 = 240
  /// Chunks, so that the tests run side by side.
  private static let chunks = stride(from: UInt64(0), to: count, by: 20).map { $0..<($0 + 20) }

  @Test("true laws are never violated, and most runs can tell", arguments: chunks)
  func trueLaws(seeds: Range<UInt64>) throws {
    var held = 0
    var incomplete = 0
    for seed in seeds {
      let drawn = try RandomExperiment.draw(seed)
      for judgement in try judgements(drawn).judgements {
        #expect(judgement.verdict != .violated, "\(seed): \(drawn.summary): \(judgement.reason)")
        if judgement.verdict == .holds { held += 1 }
        if judgement.reason.contains("incomplete") { incomplete += 1 }
      }
    }
    #expect(
      Double(held) >= 0.4 * 2 * Double(seeds.count), "\(held) held, \(incomplete) incomplete of \(2 * seeds.count)")
  }

  /// The block that the true flow moves furthest; a wrong rate of one that hardly moves cannot show.
  private func mostMovedBlock(_ drawn: RandomExperiment.Drawn) throws -> Int {
    let start = drawn.experiment.start
    let end = try judgements(drawn).ladder.last?.trajectory.parameters ?? start
    let moved = drawn.experiment.problem.model.layout.blocks.map { block in
      block.range.reduce(0) { $0 + (end[$1] - start[$1]) * (end[$1] - start[$1]) }
    }
    return moved.firstIndex(of: moved.max() ?? 0) ?? 0
  }

  @Test("flows with one block's rate off by 1 % or 0.1 % never hold", arguments: chunks)
  func mutatedFlows(seeds: Range<UInt64>) throws {
    var violated = 0
    for seed in seeds {
      let drawn = try RandomExperiment.draw(seed)
      let block = try mostMovedBlock(drawn)
      for factor in [1.01, 1.001] {
        var rates = drawn.experiment.problem.model.layout.blocks.map { _ in 1.0 }
        rates[block] = factor
        for (claim, judgement) in zip(trueClaims, try judgements(drawn, blockRates: rates).judgements) {
          // A run that cannot see so small an error must say so itself.
          let isExcused = factor < 1.01 && (judgement.smallestVisibleRateError ?? 0) > factor - 1
          #expect(
            judgement.verdict != .holds || isExcused,
            "\(seed), \(claim.card.name), ×\(factor): \(drawn.summary): \(judgement.reason)")
          if judgement.verdict == .violated { violated += 1 }
        }
      }
    }
    #expect(Double(violated) >= 0.25 * 4 * Double(seeds.count), "\(violated) violated of \(4 * seeds.count)")
  }

  @Test("false laws never hold on the true flow", arguments: chunks)
  func mutatedLaws(seeds: Range<UInt64>) throws {
    var violated = 0
    var total = 0
    for seed in seeds {
      let drawn = try RandomExperiment.draw(seed)
      let setting = ClaimSetting(experiment: drawn.experiment)
      let mutated = trueClaims.flatMap { Statement.mutants(of: $0, setting) }.compactMap { mutant -> Statement? in
        if case .statement(let statement) = mutant.change { return statement }
        return nil
      }
      #expect(mutated.count >= 2)
      let found = try judgements(drawn, mutated)
      for (statement, judgement) in zip(mutated, found.judgements) {
        // A mutant that the states themselves say is true here, such as unsquared norms from a balanced start, may hold; so
        // may one that changes by no more than a loose method errs.
        let evidence = found.ladder.last?.evidence[statement.identity]
        if evidence?.isFalsified == false || (evidence?.residual ?? 1) < 10 * (drawn.tolerances.last ?? 0) { continue }
        #expect(judgement.verdict != .holds, "\(seed), \(statement.identity): \(drawn.summary): \(judgement.reason)")
        total += 1
        if judgement.verdict == .violated { violated += 1 }
      }
    }
    #expect(Double(violated) >= 0.4 * Double(total), "\(violated) violated of \(total)")
  }
}
