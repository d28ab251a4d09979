import Checkers
import GSLBridge
import Testing
import Theorems
import Verdicts

/// What is asked beside a claim, and evidence that comes on top of what there was, take no verdict away.
@Suite("Claims in company, and more evidence")
struct CompanyTests {
  private static let count: UInt64 = SlowTests.areOn ? 240 : 24
  private static let chunks = stride(from: UInt64(0), to: count, by: 6).map { $0..<($0 + 6) }

  /// Verdicts by name of claims that are judged together.
  private func verdicts(
    _ claims: [any Claim.Type], _ drawn: RandomExperiment.Drawn, tolerances: [Double]? = nil, allRungs: Bool = false
  ) throws -> [String: ClaimReport] {
    let refinement = try Refinement(experiment: drawn.experiment, tolerances: tolerances ?? drawn.tolerances)
    let reports = try Examination(
      refinement: refinement, claims: claims, runsControls: false, runsAllRungs: allRungs
    ).run().reports
    return Dictionary(uniqueKeysWithValues: reports.map { ($0.claim, $0) })
  }

  @Test("the same verdict alone, beside another claim and beside all others", arguments: chunks)
  func company(seeds: Range<UInt64>) throws {
    var spoke = 0
    for seed in seeds {
      let drawn = try RandomExperiment.draw(seed)
      // What GSL's methods of order 1 err by at tolerances this loose moves with every integral that they carry along.
      guard (drawn.tolerances.last ?? 1) < 1e-4 else { continue }
      let claims = ClaimCatalog.claims
      let together = try verdicts(claims, drawn)
      var random = RandomStream(seed: seed, name: "company")
      for (k, claim) in claims.enumerated() {
        let name = claim.card.name
        let other = claims[(k + 1 + random.index(below: claims.count - 1)) % claims.count]
        let all = try #require(together[name])
        let alone = try #require(try verdicts([claim], drawn)[name])
        let pair = try #require(try verdicts([other, claim], drawn)[name])
        #expect(alone.verdict == all.verdict, "\(seed), \(name): \(drawn.summary): \(alone.reason) | \(all.reason)")
        #expect(
          alone.verdict == pair.verdict,
          "\(seed), \(name) beside \(other.card.name): \(drawn.summary): \(alone.reason) | \(pair.reason)")
        if alone.verdict == .holds { spoke += 1 }
      }
    }
    #expect(spoke >= 2 * seeds.count, "\(spoke)")
  }

  @Test("a tighter rung never turns holds into anything else on a true law", arguments: chunks)
  func tighter(seeds: Range<UInt64>) throws {
    var held = 0
    for seed in seeds {
      let drawn = try RandomExperiment.draw(seed)
      let ladder = drawn.tolerances + [(drawn.tolerances.last ?? 1) / 100]
      var known: Set<String> = []
      for count in 2...ladder.count {
        let found = try verdicts(ClaimCatalog.claims, drawn, tolerances: Array(ladder.prefix(count)), allRungs: true)
        for (name, report) in found {
          // A rung that does not come to its end is none, and says so.
          if known.contains(name), report.verdict != .holds, !report.reason.contains("incomplete") {
            Issue.record("\(seed), \(name), \(count) rungs: \(drawn.summary): \(report.verdict), \(report.reason)")
          }
          if report.verdict == .holds {
            known.insert(name)
            held += 1
          }
        }
      }
    }
    #expect(held >= 4 * seeds.count, "\(held)")
  }

  @Test("more save times never turn holds into anything else on a true law", arguments: chunks)
  func moreSaves(seeds: Range<UInt64>) throws {
    var held = 0
    for seed in seeds {
      let drawn = try RandomExperiment.draw(seed)
      let few = try verdicts(ClaimCatalog.claims, drawn)
      let more = try verdicts(
        ClaimCatalog.claims,
        RandomExperiment.Drawn(
          experiment: try drawn.experiment.replacing(saveCount: 5 * drawn.experiment.saveCount),
          tolerances: drawn.tolerances))
      for (name, report) in few where report.verdict == .holds {
        // A bound that is met must be known to a millionth, which tolerances this loose do not give everywhere.
        if report.kind == "inequality", (drawn.tolerances.last ?? 1) >= 1e-8 { continue }
        held += 1
        let other = try #require(more[name])
        #expect(other.verdict == .holds, "\(seed), \(name): \(drawn.summary): \(other.reason)")
      }
    }
    #expect(held >= 2 * seeds.count, "\(held)")
  }
}
