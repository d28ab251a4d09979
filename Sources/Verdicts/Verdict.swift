/// What is known of a claim on one experiment.
public enum Verdict: String, Sendable, CaseIterable, Codable {
  /// The departure from the claim is the solver's and vanishes with its tolerance.
  case holds
  /// The departure stays when the solver is refined.
  case violated
  /// The run cannot tell; the reason names what was short and what would settle it.
  case inconclusive
  /// A hypothesis of the claim is not met, so the run says nothing about it.
  case vacuous

  /// The verdict on several claims together: violated before inconclusive and vacuous, and holds only where all of them do.
  public static func worst(_ verdicts: some Sequence<Verdict>) -> Verdict {
    let seen = Array(verdicts)
    return [.violated, .inconclusive, .vacuous].first(where: seen.contains) ?? .holds
  }
}

/// How strongly a verdict is known.
public enum Strength: String, Sendable, Codable {
  /// By exact algebra, for all data and starts.
  case proved
  /// By rigorous bounds along one trajectory.
  case enclosed
  /// Numerically, with error control.
  case observed
}
