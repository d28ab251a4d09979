extension Settings {
  /// Every setting that has a value, given or by default, as TOML: tables and settings in the schema's order, numbers in their
  /// shortest exact form. Loading it gives the same values.
  public var toml: String {
    var tables: [(name: String, lines: [String])] = []
    for setting in schema.keys {
      guard let value = value(setting.path) else { continue }
      let parts = setting.path.split(separator: ".").map(String.init)
      let table = parts.dropLast().joined(separator: ".")
      let line = "\(parts.last ?? setting.path) = \(TOMLWriter.text(value, kind: setting.kind))"
      if let k = tables.firstIndex(where: { $0.name == table }) {
        tables[k].lines.append(line)
      } else if table.isEmpty {
        // What stands in no table comes before the first of them.
        tables.insert((table, [line]), at: 0)
      } else {
        tables.append((table, [line]))
      }
    }
    return tables.map { ($0.name.isEmpty ? $0.lines : ["[\($0.name)]"] + $0.lines).map { $0 + "\n" }.joined() }
      .joined(separator: "\n")
  }
}

/// Values as TOML writes them.
enum TOMLWriter {
  static func text(_ value: SettingValue, kind: Setting.Kind) -> String {
    switch value {
    case .text(let text):
      // `0.6` and `2000` stay numbers, unless reading them as such would write them otherwise.
      if kind == .literal, case .value(let number) = TOMLNumber.read(text), (try? kind.conform(number)) == value {
        return text
      }
      return quoted(text)
    case .list(let items): return "[\(items.map { self.text($0, kind: .text) }.joined(separator: ", "))]"
    default: return value.text
    }
  }

  /// A basic string: between quotes, with escapes for quotes, backslashes and control characters.
  private static func quoted(_ text: String) -> String {
    var written = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": written += "\\\""
      case "\\": written += "\\\\"
      case "\n": written += "\\n"
      case "\r": written += "\\r"
      case "\t": written += "\\t"
      case _ where scalar.properties.generalCategory == .control:
        let digits = String(scalar.value, radix: 16, uppercase: true)
        written += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: written.unicodeScalars.append(scalar)
      }
    }
    return written + "\""
  }
}
