/// A refinement ladder that ended before its last rung, as what was asked was settled.
public struct SettledLadder: Sendable {
  /// How many rungs were run, from the coarsest.
  public let after: Int
  /// How many were to be run at most.
  public let of: Int
  /// Why no further one was, in a few words.
  public let reason: String

  /// What settled one claim of a ladder that ended after so many rungs of so many.
  public init(_ settlement: Settlement, after: Int, of: Int) {
    self.after = after
    self.of = of
    reason = settlement.text
  }
}

extension SettledLadder: Encodable {
  public func encode(to encoder: any Encoder) throws {
    let object = ReportObject(encoder)
    try object.put("after", after)
    try object.put("of", of)
    try object.put("reason", reason)
  }
}
