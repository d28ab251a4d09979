/// A verdict with its reason in words.
///
/// Only the rules of this target make one: a study hands them numbers and the words that name the numbers, and cannot say
/// *holds* itself. For the same reason a judgement is written into reports and never read back from one.
public struct Judgement: Sendable, Equatable {
  /// What a rule decided.
  public let verdict: Verdict
  /// One sentence: to what level it holds, or what was short and which setting would settle it.
  public internal(set) var reason: String
  /// For *holds*: the smallest relative error in the rate of the block that moves the terms most that the run would have exposed; nil where
  /// no wrong rate would break the claim.
  public internal(set) var smallestVisibleRateError: Double?

  init(_ verdict: Verdict, _ reason: String, smallestVisibleRateError: Double? = nil) {
    self.verdict = verdict
    self.reason = reason
    self.smallestVisibleRateError = smallestVisibleRateError
  }
}

extension Judgement: Encodable {
  public func encode(to encoder: any Encoder) throws {
    let object = ReportObject(encoder)
    try object.put("verdict", verdict.rawValue)
    try object.put("reason", reason)
    try object.put("smallestVisibleRateError", smallestVisibleRateError)
  }
}
