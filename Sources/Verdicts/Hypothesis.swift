/// A condition a claim rests on, evaluated.
public struct Hypothesis: Sendable, Equatable, Codable {
  public package(set) var statement: String
  public let isMet: Bool
  /// The number or fact that decided.
  public package(set) var detail: String

  public init(_ statement: String, isMet: Bool, detail: String) {
    self.statement = statement
    self.isMet = isMet
    self.detail = detail
  }
}
