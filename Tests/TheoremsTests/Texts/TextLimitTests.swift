import FlowODE
import Models
import Testing
import Theorems
import Verdicts

/// f = ½ (a b − s)²: a² − b² keeps its start c α², so that a² = b² holds in the limit of small starts, with a departure known in closed form.
@Suite("Claims of a text about small starts")
struct TextLimitTests {
  private static let scales = TextLimits.defaultScales
  private let pair: Experiment

  init() throws { pair = try ScalarExperiment.make(layers: [0.7, 0.2], until: 40, saveCount: 21) }

  private func square(_ k: Int, times factor: Double = 1) -> TextSource {
    .formula("\(factor)·θ\(k)²", { θ, _ in factor * θ[k] * θ[k] }, rate: { θ, v in 2 * factor * θ[k] * v[k] })
  }

  private func report(
    _ claims: [StatedClaim], scales: [Double] = scales, controls: Bool = true
  ) throws -> [ClaimReport] {
    try TextLimits(experiment: pair, claims: claims, scales: scales, tolerances: [1e-10, 1e-12])
      .run(runsControls: controls).reports
  }

  @Test("a departure that is α² is found at every scale, and every control is rejected")
  func identity() throws {
    let claim = TextClaim.scalar("identity a^2 = b^2").identity([square(0)], [square(1)])
    let report = try report([claim])[0]
    expectTrue(report, controls: 3)
    #expect(report.reason.contains("like α^2") && report.statement.hasPrefix("as scale -> 0: "), "\(report.reason)")
    for row in try #require(report.tables.first).rows {
      guard case .number(let scale) = row[0], case .number(let departure) = row[1] else { continue }
      // a² is largest at the end, where a b = s and a² − b² = c.
      let c = scale * scale * 0.45
      #expect(abs(departure - 2 * c / (c + (c * c + 4).squareRoot())) < 1e-6 * departure, "\(scale) \(departure)")
    }
  }

  @Test("what is false in the limit is violated, what is a law holds at every scale")
  func others() throws {
    let wrong = TextClaim.scalar("identity a^2 = 1.1 b^2").identity([square(0)], [square(1, times: 1.1)])
    let found = try report([wrong])[0]
    #expect(found.verdict == .violated, "\(found.reason)")
    let law = TextClaim.scalar("conserved a^2 - b^2").conserved([square(0), square(1, times: -1)])
    let kept = try report([law])[0]
    #expect(kept.verdict == .holds && kept.reason.contains("at every scale"), "\(kept.reason)")
    let areRejected = kept.controls.allSatisfy { $0.isRejected }
    #expect(areRejected)
  }

  @Test("what is given must be at every scale")
  func given() throws {
    let equation = TextEquation(square(0), square(1))
    let claim = TextClaim.scalar("identity a^2 = b^2 given a^2 = b^2", given: [equation])
      .identity([square(0)], [square(1)])
    #expect(try report([claim])[0].verdict == .vacuous)
  }

  @Test("scales fall, two rungs are needed, a start of zeros has no limit")
  func refusals() throws {
    let claim = TextClaim.scalar("conserved a^2 - b^2").conserved([square(0), square(1, times: -1)])
    #expect(throws: Refusal.self) { try report([claim], scales: [0.1, 0.2]) }
    #expect(throws: Refusal.self) { try TextLimits(experiment: pair, claims: [claim], tolerances: [1e-10]) }
    let still = try pair.replacing(start: [0, 0])
    #expect(throws: Refusal.self) { try TextLimits(experiment: still, claims: [claim], tolerances: [1e-10, 1e-12]) }
    #expect(try report([claim], scales: [0.1, 0.05], controls: false)[0].verdict == .inconclusive)
  }
}
