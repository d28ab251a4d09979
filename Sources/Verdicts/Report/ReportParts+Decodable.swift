/// Reading back what reports are made of, for whoever keeps evidence until all of a report's is there.

extension CodingUserInfoKey {
  /// Set by an encoder of records, which hold what reports leave out: numbers that are not finite.
  package static var keepsEveryBit: CodingUserInfoKey? { CodingUserInfoKey(rawValue: "flowcheck.keepsEveryBit") }
}

extension Encoder {
  /// Whether numbers are to be encoded as they are, finite or not.
  var keepsEveryBit: Bool { CodingUserInfoKey.keepsEveryBit.flatMap { userInfo[$0] } != nil }
}

/// The counterpart of ``ReportObject``.
private struct ReportReader {
  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  private let container: KeyedDecodingContainer<Key>

  init(_ decoder: any Decoder) throws { container = try decoder.container(keyedBy: Key.self) }

  func get<Value: Decodable>(_ name: String) throws -> Value {
    try container.decode(Value.self, forKey: Key(stringValue: name))
  }

  func find<Value: Decodable>(_ name: String) throws -> Value? {
    try container.decodeIfPresent(Value.self, forKey: Key(stringValue: name))
  }
}

extension Cell: Decodable {
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
}

extension Table: Decodable {
  public init(from decoder: any Decoder) throws {
    let object = try ReportReader(decoder)
    self.init(try object.get("title"), columns: try object.get("columns"), rows: try object.get("rows"))
  }
}

extension Figure.Curve: Decodable {
  public init(from decoder: any Decoder) throws {
    let object = try ReportReader(decoder)
    self.init(
      try object.get("name"), x: try object.get("x"), y: try object.get("y"), role: try object.get("role"))
  }
}

extension Figure: Decodable {
  public convenience init(from decoder: any Decoder) throws {
    let object = try ReportReader(decoder)
    self.init(
      try object.get("title"), name: try object.get("name"), xLabel: try object.get("xLabel"),
      yLabel: try object.get("yLabel"), logX: try object.get("logX"), logY: try object.get("logY"),
      reversesX: try object.find("reversesX") ?? false, sharesY: try object.find("sharesY") ?? false,
      curves: try object.get("curves"), panels: try object.find("panels") ?? [])
  }
}

extension ReportWarning: Decodable {
  public init(from decoder: any Decoder) throws {
    let object = try ReportReader(decoder)
    self.init(
      kind: try object.get("kind"), text: try object.get("text"), time: try object.find("time"),
      value: try object.find("value"))
  }
}
