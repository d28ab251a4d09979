import Verdicts

/// What a sweep keeps of one point in `point.json`, beside the files that its command writes.
package struct PointOutcome: Codable, Equatable, Sendable {
  /// A claim's verdict there.
  package struct Claim: Codable, Equatable, Sendable {
    package let claim: String
    package let verdict: Verdict
    package let reason: String
  }

  /// A number of the report.
  package struct Number: Codable, Equatable, Sendable {
    package let name: String
    /// Nil where it is not finite.
    package let value: Double?
  }

  package var schema = "flowcheck.point/1"
  /// The command that was run.
  package let command: String
  /// The settings in which points differ, by path.
  package let point: [String: String]
  package let claims: [Claim]
  /// Whether what was solved or measured came to its end.
  package let isComplete: Bool
  /// How it ended, where no claim was judged; empty otherwise.
  package let outcome: String
  package let numbers: [Number]

  enum CodingKeys: String, CodingKey {
    case schema, command, point, claims, outcome, numbers
    case isComplete = "is_complete"
  }

  init(_ report: Report, point: [String: String]) {
    command = report.command
    self.point = point
    claims = report.claims.map { Claim(claim: $0.claim, verdict: $0.verdict, reason: $0.reason) }
    (isComplete, outcome) =
      switch report.section {
      case .integration(let section): (section.isComplete, section.outcome)
      case .measured(let section): (section.isComplete, section.outcome)
      case .tabulated(let section): (section.isComplete, section.outcome)
      case nil, .comparison: (true, "")
      }
    numbers = report.numbers.map { Number(name: $0.name, value: $0.value.isFinite ? $0.value : nil) }
  }

  /// The verdict of everything that was judged, or of coming to the end, beside what was expected of it.
  func verdicts(_ expectations: Expectations) -> [(claim: String, verdict: Verdict, expected: Verdict, reason: String)]
  {
    guard claims.isEmpty else { return claims.map { ($0.claim, $0.verdict, expectations[$0.claim], $0.reason) } }
    return [(command, isComplete ? .holds : .inconclusive, .holds, outcome)]
  }
}

extension Report {
  /// The numbers that are compared between runs: of a claim the departure from it on the tightest rung, of a flow the quantities
  /// at its end.
  var numbers: [(name: String, value: Double)] {
    var numbers: [(String, Double)] = []
    for claim in claims {
      if let slope = claim.fit?.slope { numbers.append(("\(claim.claim) slope", slope)) }
      guard let last = claim.rungs.last else { continue }
      if let slack = last.slack {
        numbers.append(("\(claim.claim) slack", slack))
      } else if let drift = last.drift {
        numbers.append(("\(claim.claim) drift", drift))
      }
    }
    if let last = claims.lazy.compactMap(\.rungs.last).first {
      numbers.append(("final_loss", last.finalLoss ?? .nan))
      numbers.append(("final_time", last.finalTime))
      numbers.append(("steps", Double(last.steps)))
    }
    if let unobservedRatio { numbers.append(("unobserved_ratio", unobservedRatio)) }
    for name in (observed ?? [:]).keys.sorted() { numbers.append((name, observed?[name] ?? .nan)) }
    switch section {
    case .integration(let section):
      numbers += section.quantities.map { ($0.name, $0.value) }
      numbers += [("final_time", section.finalTime), ("steps", Double(section.steps))]
    case .measured(let section):
      numbers += [("final_loss", section.finalLoss ?? .nan), ("final_time", section.finalTime)]
    case nil, .comparison, .tabulated: break
    }
    return numbers
  }
}
