/// A condition a claim rests on, evaluated.
public struct Hypothesis: Sendable, Equatable {
  /// The condition in words.
  public package(set) var statement: String
  /// Whether it is true of the experiment or of the run; one that is not makes the claim vacuous.
  public let isMet: Bool
  /// The number or fact that decided.
  public package(set) var detail: String

  /// A condition that was evaluated.
  public init(_ statement: String, isMet: Bool, detail: String) {
    self.statement = statement
    self.isMet = isMet
    self.detail = detail
  }
}

extension Hypothesis: Encodable {
  public func encode(to encoder: any Encoder) throws {
    let object = ReportObject(encoder)
    try object.put("statement", statement)
    try object.put("isMet", isMet)
    try object.put("detail", detail)
  }
}
