import Testing
import Theorems
import Verdicts

/// What came out of examining a claim with all its controls, from a report or its JSON.
package struct ClaimOutcome: Decodable {
  package struct Hypothesis: Decodable {
    package let statement: String
  }

  package struct Control: Decodable {
    package let name: String
    package let reason: String
    package let isRejected: Bool
    package let isApplicable: Bool
  }

  package let claim: String
  package let kind: String
  package let statement: String
  package let hypotheses: [Hypothesis]
  package let verdict: Verdict
  package let reason: String
  package let controls: [Control]

  package init(_ report: ClaimReport) {
    claim = report.claim
    kind = report.kind
    statement = report.statement
    hypotheses = report.hypotheses.map { Hypothesis(statement: $0.statement) }
    verdict = report.verdict
    reason = report.reason
    controls = report.controls.map {
      Control(name: $0.name, reason: $0.reason, isRejected: $0.isRejected, isApplicable: $0.isApplicable)
    }
  }
}

/// What every claim must show where it holds: the verdict, every false relative that applies rejected, and hypotheses and
/// controls that are those of its page.
///
/// - Parameters:
///   - claim: the claim that was examined with all its controls.
///   - outcome: what came out.
package func checkClaim(_ claim: any CatalogedClaim.Type, _ outcome: ClaimOutcome) {
  let (card, page, place) = (claim.card, claim.page, Comment(rawValue: claim.card.name))
  #expect(outcome.claim == card.name, place)
  #expect(outcome.verdict == .holds, "\(card.name): \(outcome.reason)")
  if claim.kind == .trajectory { #expect((outcome.kind == "inequality") == card.judgedBy.isInequality, place) }
  #expect(!outcome.statement.isEmpty && !card.sources.isEmpty && !card.formulas.isEmpty, place)

  // A run may word a hypothesis with what it knows, and leave out one that an earlier one answers, but asks for no other.
  let texts = page.hypotheses
  #expect(Set(texts).count == texts.count, place)
  let rules = (claim as? any Claim.Type)?.hypotheses ?? []
  #expect(Set(rules.map(\.name)).count == rules.count, place)
  let unknown = outcome.hypotheses.map(\.statement).filter { !texts.contains($0) }
  #expect(unknown.count <= rules.filter(\.isWorded).count, "\(card.name) asks \(unknown), which its page does not say")

  #expect(!page.controls.isEmpty, place)
  #expect(outcome.controls.contains { $0.isRejected }, "\(card.name): no control was rejected")
  for control in outcome.controls {
    #expect(control.isRejected || !control.isApplicable, "\(card.name), \(control.name): \(control.reason)")
  }
}
