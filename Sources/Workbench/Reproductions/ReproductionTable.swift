import Settings

/// The keys of one table of a reproduction's file, taken one by one; what is left over is refused.
struct ReproductionTable {
  /// `outcome.error`, say.
  let path: String
  /// Where it begins.
  private(set) var place: String
  private var values: [String: ApartValue] = [:]

  init(path: String, place: String) {
    self.path = path
    self.place = place
  }

  /// - Throws: ``SettingsError`` for a key that is a table.
  mutating func put(_ key: ArraySlice<String>, _ value: ApartValue) throws(SettingsError) {
    guard let name = key.first else {
      place = value.place
      return
    }
    guard key.count == 1, value.value != nil else {
      throw SettingsError(
        place: value.place, problem: "\(path).\(key.joined(separator: ".")) is no setting of a reproduction",
        remedy: "write key = value in [\(path)]")
    }
    values[name] = value
  }

  private func wrong(_ value: ApartValue, _ key: String, _ expected: String) -> SettingsError {
    SettingsError(
      place: value.place, problem: "\(path).\(key): expected \(expected)", remedy: "write \(key) = \(expected)")
  }

  mutating func text(_ key: String) throws(SettingsError) -> String? {
    guard let value = values.removeValue(forKey: key) else { return nil }
    guard case .text(let text) = value.value else { throw wrong(value, key, "\"text\"") }
    return text
  }

  mutating func number(_ key: String) throws(SettingsError) -> Double? {
    guard let value = values.removeValue(forKey: key) else { return nil }
    switch value.value {
    case .integer(let number): return Double(number)
    case .number(let number) where number.isFinite: return number
    default: throw wrong(value, key, "a number")
    }
  }

  mutating func texts(_ key: String) throws(SettingsError) -> [(text: String, place: String)] {
    guard let value = values.removeValue(forKey: key) else { return [] }
    guard case .list(let items) = value.value else { throw wrong(value, key, "[\"setting=value\"]") }
    var texts: [(String, String)] = []
    for item in items {
      guard case .text(let text) = item else { throw wrong(value, key, "[\"setting=value\"]") }
      texts.append((text, value.place))
    }
    return texts
  }

  mutating func flag(_ key: String) throws(SettingsError) -> Bool {
    guard let value = values.removeValue(forKey: key) else { return false }
    guard case .boolean(let flag) = value.value else { throw wrong(value, key, "true or false") }
    return flag
  }

  /// A text that must be there.
  mutating func required(_ key: String) throws(SettingsError) -> String {
    guard let text = try text(key) else {
      throw SettingsError(place: place, problem: "[\(path)] has no \(key)", remedy: "write \(key) = \"…\"")
    }
    return text
  }

  /// - Throws: ``SettingsError`` for a key that nobody took.
  func end() throws(SettingsError) {
    guard let (key, value) = values.min(by: { $0.key < $1.key }) else { return }
    throw SettingsError(
      place: value.place, problem: "unknown key \(path).\(key)", remedy: "see 'flowcheck reproduce --help' for the keys"
    )
  }
}
