import Verdicts

/// What a rung showed of the folded statements, to its end or as far as it was run: all that judging looks at.
struct RungFindings: Sendable, Codable {
  /// rtol.
  let relativeTolerance: Double
  /// The relative tolerance in effect: rtol, unless a fixed absolute tolerance is looser.
  let effectiveTolerance: Double
  /// Accepted steps.
  let steps: Int
  /// Whether steps end at the save times.
  let landsOnSaves: Bool
  /// Why the trajectory is incomplete and what to try; nil if it is complete.
  let incompleteness: String?
  /// What the folded statements found; those without a law in the setting found nothing.
  var evidence: [Statement.Identity: Evidence]
  /// What tells the rung's steps from other ones.
  let mesh: UInt64
  /// What hypotheses about the path rest on.
  let facts: PathFacts

  /// What a claim's law found; nil if it was not folded.
  func evidence(of claim: any Claim.Type) -> Evidence? { evidence(of: .law(of: claim)) }
  /// What a statement found; nil if it was not folded.
  func evidence(of statement: Statement) -> Evidence? { evidence[statement.identity] }

  /// The rung as the judging rule sees it for one statement; nil if it was not folded.
  func evidence(for statement: Statement) -> RungEvidence? {
    guard let evidence = evidence[statement.identity] else { return nil }
    return RungEvidence(
      relativeTolerance: relativeTolerance, effectiveTolerance: effectiveTolerance, steps: steps,
      landsOnSaves: landsOnSaves, mesh: mesh, incompleteness: incompleteness, evidence: evidence)
  }
}
