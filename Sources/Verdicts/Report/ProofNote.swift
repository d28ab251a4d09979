/// What exact algebra says of a claim beside its numerical verdict, which it neither raises nor lowers.
public struct ProofNote: Equatable, Sendable {
  /// `holds` or `violated`; nothing else is noted.
  public let verdict: Verdict
  /// One sentence: what was proved, for which sizes, and why.
  public let words: String

  /// A note.
  public init(_ verdict: Verdict, _ words: String) { (self.verdict, self.words) = (verdict, words) }
}

extension ProofNote: Encodable {
  public func encode(to encoder: any Encoder) throws {
    let object = ReportObject(encoder)
    try object.put("verdict", verdict.rawValue)
    try object.put("words", words)
  }
}
