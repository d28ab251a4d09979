import Settings

/// Settings that are completed while they are read.
struct SettingsReader {
  var settings: Settings

  init(_ settings: Settings) { self.settings = settings }

  /// The value as given, or else the key's own.
  mutating func read<Value>(_ key: SettingKey<Value>) -> Value? {
    if let fallback = key.fallback { settings.complete(key, fallback) }
    return settings[key]
  }

  mutating func integer(_ key: SettingKey<Int>, in allowed: ClosedRange<Int>) throws(SettingsError) -> Int {
    let value = read(key) ?? allowed.lowerBound
    guard allowed.contains(value) else {
      throw SettingsError(
        place: settings.place(key), problem: "\(value) is out of range",
        remedy: "give a number from \(allowed.lowerBound) to \(allowed.upperBound)")
    }
    return value
  }

  mutating func positive(_ key: SettingKey<Double>) throws(SettingsError) -> Double {
    let value = read(key) ?? 0
    guard value > 0 else {
      throw SettingsError(
        place: settings.place(key), problem: "\(value) is not positive", remedy: "give a positive number")
    }
    return value
  }

  /// A list of numbers; its shortest text stands in the settings afterwards.
  mutating func ranges(_ key: SettingKey<String>, in allowed: ClosedRange<Int>) throws(SettingsError) -> [Int] {
    let ranges = try IntegerRanges(read(key) ?? "", allowed: allowed, place: settings.place(key))
    try settings.set(path: key.path, value: .text(ranges.text), place: settings.place(key))
    return ranges.numbers
  }

  /// The kinds of images: the given ones first.
  mutating func kinds() throws(SettingsError) -> [ImageKind] {
    let key = SettingKey<String>.baselines
    let words = (read(key) ?? "").split(separator: ",", omittingEmptySubsequences: false)
      .map { $0.filter { $0 != " " } }
    if words == ["none"] { return [.original] }
    let known = ImageKind.allCases.compactMap(\.baseline)
    if let other = words.first(where: { !known.contains($0) }) {
      throw SettingsError(
        place: settings.place(key), problem: "there is no baseline '\(other)'",
        remedy: "choose from \(known.joined(separator: ", ")), or none alone")
    }
    try settings.set(
      path: key.path, value: .text(known.filter(words.contains).joined(separator: ",")), place: settings.place(key))
    return ImageKind.allCases.filter { kind in kind.baseline.map(words.contains) ?? true }
  }
}
