/// What a reader must not overlook: a sentence about the run that no verdict says.
public struct ReportWarning: Sendable, Equatable {
  /// What is wrong.
  public enum Kind: String, Sendable, Codable {
    /// The flow left a saddle on errors of its solver.
    case saddle
    /// The sign of det W is not known in double precision any more.
    case sign
    /// An entry that no observation sees dwarfs those that are observed.
    case unobserved
    /// The flow slid along kinks of the model.
    case sliding
    /// A small part of the parameters is not known to what the whole is.
    case part
  }

  /// What is wrong.
  public let kind: Kind
  /// What is wrong and what to do.
  public package(set) var text: String
  /// From which flow time on; nil where it is about the end.
  public let time: Double?
  /// How much: log₁₀ of the growth of errors, the ratio of entries, or a part's relative error; nil where there is no number.
  public let value: Double?

  /// A warning.
  public init(kind: Kind, text: String, time: Double? = nil, value: Double? = nil) {
    self.kind = kind
    self.text = text
    self.time = time
    self.value = value
  }
}

extension ReportWarning: Encodable {
  public func encode(to encoder: any Encoder) throws {
    let object = ReportObject(encoder)
    try object.put("kind", kind.rawValue)
    try object.put("text", text)
    try object.put("time", time)
    try object.put("value", value)
  }
}
