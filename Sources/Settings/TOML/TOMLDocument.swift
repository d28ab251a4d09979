/// The values of a TOML text with the place of each, in the order of the text.
struct TOMLDocument {
  /// One value, or a table that was written out, and its key.
  struct Leaf {
    let keys: [String]
    /// `name:line`.
    let place: String
    /// The value; nil for a table.
    let value: SettingValue?
  }

  let leaves: [Leaf]

  /// Parses `bytes`. Throws for invalid UTF-8, NUL bytes and whatever `TOMLParser` refuses.
  init(_ bytes: [UInt8], name: String) throws(SettingsError) {
    guard String(validating: bytes, as: UTF8.self) != nil, !bytes.contains(0) else {
      throw Self.encodingError(bytes, name: name)
    }
    do throws(TOMLRefusal) {
      leaves = try TOMLParser(bytes).entries.map { Leaf(keys: $0.path, place: "\(name):\($0.line)", value: $0.value) }
    } catch {
      throw SettingsError(place: "\(name):\(error.line)", problem: error.problem, remedy: error.remedy)
    }
  }

  private static func encodingError(_ bytes: [UInt8], name: String) -> SettingsError {
    var line = 1
    var decoder = Unicode.UTF8.ForwardParser()
    var iterator = bytes.makeIterator()
    while case .valid(let encoded) = decoder.parseScalar(from: &iterator) {
      guard encoded.first != 0 else {
        return SettingsError(
          place: "\(name):\(line)", problem: "a NUL byte: this is not a text file",
          remedy: "check that this is the file you meant, saved as UTF-8")
      }
      if encoded.first == UInt8(ascii: "\n") { line += 1 }
    }
    return SettingsError(
      place: "\(name):\(line)", problem: "bytes that are not UTF-8", remedy: "save the file as UTF-8")
  }
}
