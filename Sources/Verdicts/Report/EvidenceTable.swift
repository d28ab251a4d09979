/// A number or a word in a table of evidence.
public enum EvidenceCell: Sendable, Equatable, Codable {
  case number(Double)
  case text(String)
  case none

  public init(_ value: Double?) { self = value.map { $0.isFinite ? .number($0) : .text(tableNumber($0)) } ?? .none }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .none
    } else if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else {
      self = .text(try container.decode(String.self))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .number(let value): try container.encode(value)
    case .text(let text): try container.encode(text)
    case .none: try container.encodeNil()
    }
  }
}

/// Numbers behind a verdict that are not a row per rung: a fit, a comparison with a closed form, a ladder of scales.
public struct EvidenceTable: Sendable, Equatable, Codable {
  public let title: String
  public let columns: [String]
  public var rows: [[EvidenceCell]]

  public init(_ title: String, columns: [String], rows: [[EvidenceCell]] = []) {
    self.title = title
    self.columns = columns
    self.rows = rows
  }
}
