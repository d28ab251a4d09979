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

  /// The worst of several: violated before inconclusive and vacuous before holds, which an empty list gives too.
  public static func worst(_ verdicts: some Sequence<Verdict>) -> Verdict {
    let seen = Set(verdicts)
    return [.violated, .inconclusive, .vacuous].first { seen.contains($0) } ?? .holds
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

/// A verdict with its reason in words.
public struct Judgement: Sendable, Equatable, Codable {
  public let verdict: Verdict
  /// One sentence: to what level it holds, or what was short and which flag would settle it.
  public let reason: String
  /// For *holds*: the smallest relative error in the rate of the block that moves the terms most that the run would have exposed.
  public let smallestVisibleRateError: Double?

  public init(_ verdict: Verdict, _ reason: String, smallestVisibleRateError: Double? = nil) {
    self.verdict = verdict
    self.reason = reason
    self.smallestVisibleRateError = smallestVisibleRateError
  }
}

/// A condition a claim rests on, evaluated.
public struct Hypothesis: Sendable, Equatable, Codable {
  public let statement: String
  public let isMet: Bool
  /// The number or fact that decided.
  public let detail: String

  public init(_ statement: String, isMet: Bool, detail: String) {
    self.statement = statement
    self.isMet = isMet
    self.detail = detail
  }
}
