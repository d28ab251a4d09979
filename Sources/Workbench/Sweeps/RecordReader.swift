/// Makes values from the bytes that ``RecordWriter`` made of them.
package enum RecordReader {
  /// Bytes are not what they should be.
  struct Damage: Error {}

  package static func value<Value: Decodable>(
    _ type: Value.Type = Value.self, from bytes: some Collection<UInt8>
  ) throws -> Value {
    var parser = Parser(bytes: Array(bytes))
    let item = try parser.item()
    guard parser.isAtEnd else { throw Damage() }
    return try item.decoded()
  }

  fileprivate struct Parser {
    let bytes: [UInt8]
    private var place = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { place == bytes.count }

    private mutating func word() throws -> UInt64 {
      guard bytes.count - place >= 8 else { throw Damage() }
      defer { place += 8 }
      return bytes.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: place, as: UInt64.self)) }
    }

    /// A count of things of which each takes so many bytes at least.
    private mutating func count(of least: Int) throws -> Int {
      guard let count = Int(exactly: try word()), count <= (bytes.count - place) / least else { throw Damage() }
      return count
    }

    mutating func item() throws -> Item {
      guard place < bytes.count, let mark = RecordWriter.Mark(rawValue: bytes[place]) else { throw Damage() }
      place += 1
      switch mark {
      case .none: return .none
      case .no: return .truth(false)
      case .yes: return .truth(true)
      case .integer: return .integer(try word())
      case .number: return .number(Double(bitPattern: try word()))
      case .text:
        let count = try count(of: 1)
        defer { place += count }
        return .text(String(decoding: bytes[place..<place + count], as: UTF8.self))
      case .numbers:
        return .numbers(try (0..<count(of: 8)).map { _ in Double(bitPattern: try word()) })
      case .list: return .list(try (0..<count(of: 1)).map { _ in try item() })
      case .object:
        var items: [String: Item] = [:]
        for _ in 0..<(try count(of: 2)) {
          guard case .text(let key) = try item() else { throw Damage() }
          items[key] = try item()
        }
        return .object(items)
      }
    }
  }
}

/// What stands in a record.
private enum Item {
  case none
  case truth(Bool)
  case integer(UInt64)
  case number(Double)
  case text(String)
  case numbers([Double])
  case list([Item])
  case object([String: Item])

  func decoded<Value: Decodable>() throws -> Value {
    let plain: Any? =
      switch (self, Value.self) {
      case (.truth(let value), is Bool.Type): value
      case (.integer(let word), is Int.Type): Int(truncatingIfNeeded: Int64(bitPattern: word))
      case (.integer(let word), is UInt64.Type): word
      case (.number(let value), is Double.Type): value
      case (.text(let value), is String.Type): value
      case (.numbers(let values), is [Double].Type): values
      default: nil
      }
    if let plain {
      guard let value = plain as? Value else { throw RecordReader.Damage() }
      return value
    }
    // What is asked for by a plain type is here under another one.
    if Value.self is any Plain.Type { throw RecordReader.Damage() }
    return try Value(from: ItemDecoder(item: self))
  }
}

/// What records hold as it is.
private protocol Plain {}
extension Bool: Plain {}
extension Int: Plain {}
extension UInt64: Plain {}
extension Double: Plain {}
extension String: Plain {}

private struct ItemDecoder: Decoder, SingleValueDecodingContainer {
  let item: Item
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard case .object(let items) = item else { throw RecordReader.Damage() }
    return KeyedDecodingContainer(Keyed<Key>(items: items))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    switch item {
    case .list(let items): Row(items: items)
    case .numbers(let values): Row(items: values.map { .number($0) })
    default: throw RecordReader.Damage()
    }
  }

  func singleValueContainer() -> any SingleValueDecodingContainer { self }

  func decodeNil() -> Bool { if case .none = item { true } else { false } }
  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try item.decoded() }

  private struct Keyed<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let items: [String: Item]
    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { items.keys.compactMap { Key(stringValue: $0) } }

    func contains(_ key: Key) -> Bool { items[key.stringValue] != nil }

    private func decoder(_ key: String) throws -> ItemDecoder {
      guard let item = items[key] else { throw RecordReader.Damage() }
      return ItemDecoder(item: item)
    }

    func decodeNil(forKey key: Key) throws -> Bool { try decoder(key.stringValue).decodeNil() }
    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
      try decoder(key.stringValue).item.decoded()
    }
    func nestedContainer<Nested: CodingKey>(
      keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> { try decoder(key.stringValue).container(keyedBy: type) }
    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
      try decoder(key.stringValue).unkeyedContainer()
    }
    func superDecoder() throws -> any Decoder { try decoder("super") }
    func superDecoder(forKey key: Key) throws -> any Decoder { try decoder(key.stringValue) }
  }

  private struct Row: UnkeyedDecodingContainer {
    let items: [Item]
    var currentIndex = 0
    var codingPath: [any CodingKey] { [] }
    var count: Int? { items.count }
    var isAtEnd: Bool { currentIndex == items.count }

    init(items: [Item]) { self.items = items }

    private mutating func next() throws -> ItemDecoder {
      guard !isAtEnd else { throw RecordReader.Damage() }
      defer { currentIndex += 1 }
      return ItemDecoder(item: items[currentIndex])
    }

    mutating func decodeNil() throws -> Bool {
      guard !isAtEnd else { throw RecordReader.Damage() }
      guard case .none = items[currentIndex] else { return false }
      currentIndex += 1
      return true
    }
    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try next().item.decoded() }
    mutating func nestedContainer<Nested: CodingKey>(
      keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> { try next().container(keyedBy: type) }
    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { try next().unkeyedContainer() }
    mutating func superDecoder() throws -> any Decoder { try next() }
  }
}
