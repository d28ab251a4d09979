// Feeds arbitrary bytes to the settings: as a TOML file, as an assignment and as the text of a flag.
// sources: Sources/Settings
// options: -dict=Fuzz/toml.dict

private let schema = SettingsSchema([
  Setting(path: "a", flag: "--a", kind: .integer, help: ""),
  Setting(path: "b", flag: "--b", kind: .number, help: ""),
  Setting(path: "c", flag: "--c", kind: .text, help: ""),
  Setting(path: "t.d", flag: "--d", kind: .integers, help: ""),
  Setting(path: "t.e", flag: "--e", kind: .numbers, help: ""),
  Setting(path: "t.f", flag: "--f", kind: .texts, help: ""),
  Setting(path: "t.u.g", flag: "--g", kind: .choice(["x", "y"]), help: ""),
  Setting(path: "t.u.h", flag: "--h", kind: .literal, help: ""),
  Setting(path: "t.u.i", flag: "--i", kind: .boolean, help: ""),
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
    guard let kind = settings.schema[path]?.kind, let value = settings.value(path) else {
      preconditionFailure("an unknown path")
    }
    switch kind {
    case .integer: precondition(Int(settingValue: value) != nil)
    case .number: precondition(Double(settingValue: value)?.isFinite == true)
    case .integers: precondition([Int](settingValue: value) != nil)
    case .numbers: precondition([Double](settingValue: value)?.allSatisfy(\.isFinite) == true)
    case .texts: precondition([String](settingValue: value) != nil)
    case .boolean: precondition(Bool(settingValue: value) != nil)
    case .choice(let words): precondition(String(settingValue: value).map(words.contains) == true)
    case .text, .literal: precondition(String(settingValue: value) != nil)
    }
  }
  // What is written as TOML is read as the same values, but for NULs, which no file may hold.
  if settings.toml.contains("\\u0000") { return }
  var again = Settings(schema: schema)
  do throws(SettingsError) {
    try again.load(toml: settings.toml, name: "f")
  } catch {
    preconditionFailure("\(error)")
  }
  precondition(schema.keys.allSatisfy { again.value($0.path) == settings.value($0.path) })
}
