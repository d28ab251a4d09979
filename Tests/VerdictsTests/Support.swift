import Testing
import Verdicts

/// u.
let unit = 0x1p-52

let met = Hypothesis("the start is balanced", isMet: true, detail: "unbalancedness 0")
let unmet = Hypothesis("the start is balanced", isMet: false, detail: "unbalancedness 0.3")

/// Checks a judgement's verdict and that its reason names what it should.
func expect(
  _ judgement: Judgement, _ verdict: Verdict, _ words: String? = nil,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(judgement.verdict == verdict, "\(judgement)", sourceLocation: sourceLocation)
  if let words { #expect(judgement.reason.contains(words), "\(judgement)", sourceLocation: sourceLocation) }
}
