// Feeds arbitrary bytes to the settings: as a TOML file, as an assignment and as the text of a flag.
// sources: Sources/Settings
// options: -dict=Fuzz/toml.dict

private let schema = SettingsSchema([
  SettingKey(path: "a", flag: "--a", kind: .integer, help: ""),
  SettingKey(path: "b", flag: "--b", kind: .number, help: ""),
  SettingKey(path: "c", flag: "--c", kind: .text, help: ""),
  SettingKey(path: "t.d", flag: "--d", kind: .integers, help: ""),
  SettingKey(path: "t.e", flag: "--e", kind: .numbers, help: ""),
  SettingKey(path: "t.f", flag: "--f", kind: .texts, help: ""),
  SettingKey(path: "t.u.g", flag: "--g", kind: .choice(["x", "y"]), help: ""),
  SettingKey(path: "t.u.h", flag: "--h", kind: .literal, help: ""),
  SettingKey(path: "t.u.i", flag: "--i", kind: .boolean, help: ""),
])

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzTOML(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  let lineCount = bytes.count { $0 == UInt8(ascii: "\n") } + 1
  checkErrors { () throws(SettingsError) in
    for leaf in try TOMLDocument(bytes, name: "f").leaves {
      precondition(leaf.place.hasPrefix("f:"))
      precondition((1...lineCount).contains(Int(leaf.place.dropFirst(2)) ?? 0))
    }
  }
  checkErrors { () throws(SettingsError) in
    var settings = Settings(schema: schema)
    try settings.load(toml: bytes, name: "f")
    checkValues(settings)
  }
  let text = String(decoding: bytes, as: UTF8.self)
  checkErrors { () throws(SettingsError) in
    var settings = Settings(schema: schema)
    try settings.set(assignment: text)
    checkValues(settings)
  }
  for key in schema.keys {
    checkErrors { () throws(SettingsError) in
      var settings = Settings(schema: schema)
      try settings.set(path: key.path, text: text, place: key.flag)
      precondition(settings.isSet(key.path))
      checkValues(settings)
    }
  }
  return 0
}

/// Runs `body`; an error it throws must be one short line about a place.
private func checkErrors(_ body: () throws(SettingsError) -> Void) {
  do throws(SettingsError) {
    try body()
  } catch {
    precondition(!error.problem.isEmpty && !error.place.isEmpty && !error.isFileAccess)
    precondition(error.description.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control })
  }
}

/// Every value given must be one of its setting's kind.
private func checkValues(_ settings: Settings) {
  for path in settings.givenPaths {
    precondition(!settings.place(path).isEmpty && settings.place(path) != "default")
    switch settings.schema[path]?.kind {
    case .integer: precondition(settings.integer(path) != nil)
    case .number: precondition(settings.number(path)?.isFinite == true)
    case .integers: precondition(settings.integers(path) != nil)
    case .numbers: precondition(settings.numbers(path)?.allSatisfy(\.isFinite) == true)
    case .texts: precondition(settings.texts(path) != nil)
    case .boolean: precondition(settings.boolean(path) != nil)
    case .choice(let words): precondition(settings.text(path).map(words.contains) == true)
    case .text, .literal: precondition(settings.text(path) != nil)
    case nil: preconditionFailure("an unknown path")
    }
  }
}
