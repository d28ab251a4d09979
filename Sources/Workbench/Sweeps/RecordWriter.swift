/// Turns values into bytes from which ``RecordReader`` makes the same values, every bit of a number the same.
///
/// A byte says what follows: nothing, a truth value, an integer, a number, a text, a list, an object, or numbers in a row.
package enum RecordWriter {
  /// What a byte announces.
  enum Mark: UInt8 { case none, no, yes, integer, number, text, list, object, numbers }

  package static func bytes(_ value: some Encodable) throws -> [UInt8] {
    var bytes: [UInt8] = []
    try Node(of: value).write(to: &bytes)
    return bytes
  }

  fileprivate static func write(_ mark: Mark, _ word: UInt64, to bytes: inout [UInt8]) {
    bytes.append(mark.rawValue)
    append(word, to: &bytes)
  }

  fileprivate static func append(_ word: UInt64, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) }
  }
}

/// A value on its way into bytes.
private enum Node {
  case none
  case truth(Bool)
  case integer(UInt64)
  case number(Double)
  case text(String)
  case numbers([Double])
  /// One that writes into containers, perhaps later.
  case parts(PartsEncoder)

  init(of value: some Encodable) throws {
    switch value {
    case let value as Double: self = .number(value)
    case let value as Bool: self = .truth(value)
    case let value as Int: self = .integer(UInt64(bitPattern: Int64(value)))
    case let value as UInt64: self = .integer(value)
    case let value as String: self = .text(value)
    case let value as [Double]: self = .numbers(value)
    // The others would be asked how they are encoded, and answer that they are numbers.
    case is any Numeric: throw RecordReader.Damage()
    default:
      let encoder = PartsEncoder()
      try value.encode(to: encoder)
      self = .parts(encoder)
    }
  }

  func write(to bytes: inout [UInt8]) {
    switch self {
    case .none: bytes.append(RecordWriter.Mark.none.rawValue)
    case .truth(let value): bytes.append((value ? RecordWriter.Mark.yes : .no).rawValue)
    case .integer(let word): RecordWriter.write(.integer, word, to: &bytes)
    case .number(let value): RecordWriter.write(.number, value.bitPattern, to: &bytes)
    case .text(let text): Self.write(text, to: &bytes)
    case .numbers(let values):
      RecordWriter.write(.numbers, UInt64(values.count), to: &bytes)
      for value in values { RecordWriter.append(value.bitPattern, to: &bytes) }
    case .parts(let encoder): encoder.write(to: &bytes)
    }
  }

  static func write(_ text: String, to bytes: inout [UInt8]) {
    let utf8 = Array(text.utf8)
    RecordWriter.write(.text, UInt64(utf8.count), to: &bytes)
    bytes += utf8
  }
}

/// An encoder with what was put into its containers. One thread uses it.
private final class PartsEncoder: Encoder {
  let codingPath: [any CodingKey] = []
  let userInfo: [CodingUserInfoKey: Any] = CodingUserInfoKey.keepsEveryBit.map { [$0: true] } ?? [:]
  private var mark = RecordWriter.Mark.none
  private var keys: [String] = []
  private var nodes: [Node] = []

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    mark = .object
    return KeyedEncodingContainer(Keyed<Key>(encoder: self))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    mark = .list
    return Row(encoder: self)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer { Single(encoder: self) }

  private func put(_ node: Node, _ key: String? = nil) {
    if let key { keys.append(key) }
    nodes.append(node)
  }

  private func child(_ key: String? = nil) -> PartsEncoder {
    let child = PartsEncoder()
    put(.parts(child), key)
    return child
  }

  func write(to bytes: inout [UInt8]) {
    switch mark {
    case .object:
      RecordWriter.write(.object, UInt64(nodes.count), to: &bytes)
      for (key, node) in zip(keys, nodes) {
        Node.write(key, to: &bytes)
        node.write(to: &bytes)
      }
    case .list:
      RecordWriter.write(.list, UInt64(nodes.count), to: &bytes)
      for node in nodes { node.write(to: &bytes) }
    default: (nodes.first ?? .none).write(to: &bytes)
    }
  }

  private struct Keyed<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let encoder: PartsEncoder
    var codingPath: [any CodingKey] { [] }

    func encodeNil(forKey key: Key) { encoder.put(.none, key.stringValue) }
    func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
      encoder.put(try Node(of: value), key.stringValue)
    }
    func nestedContainer<Nested: CodingKey>(
      keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> { encoder.child(key.stringValue).container(keyedBy: type) }
    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
      encoder.child(key.stringValue).unkeyedContainer()
    }
    func superEncoder() -> any Encoder { encoder.child("super") }
    func superEncoder(forKey key: Key) -> any Encoder { encoder.child(key.stringValue) }
  }

  private struct Row: UnkeyedEncodingContainer {
    let encoder: PartsEncoder
    var codingPath: [any CodingKey] { [] }
    var count: Int { encoder.nodes.count }

    func encodeNil() { encoder.put(.none) }
    func encode<Value: Encodable>(_ value: Value) throws { encoder.put(try Node(of: value)) }
    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
      encoder.child().container(keyedBy: type)
    }
    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { encoder.child().unkeyedContainer() }
    func superEncoder() -> any Encoder { encoder.child() }
  }

  private struct Single: SingleValueEncodingContainer {
    let encoder: PartsEncoder
    var codingPath: [any CodingKey] { [] }

    func encodeNil() { encoder.put(.none) }
    func encode<Value: Encodable>(_ value: Value) throws { encoder.put(try Node(of: value)) }
  }
}
