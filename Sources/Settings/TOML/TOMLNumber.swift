/// An unquoted TOML value: a number, `true` or `false`.
enum TOMLNumber {
  /// What an unquoted text is.
  enum Reading: Equatable {
    case value(SettingValue)
    case dateOrTime
    case outOfRange(String)
    case nothing
  }

  /// Reads `text` by TOML 1.0's grammar: decimal, hexadecimal, octal and binary integers, floats, `inf`, `nan` with sign,
  /// `_` between digits, no leading zeros.
  static func read(_ text: String) -> Reading {
    switch text {
    case "true": return .value(.boolean(true))
    case "false": return .value(.boolean(false))
    case "inf", "+inf": return .value(.number(.infinity))
    case "-inf": return .value(.number(-.infinity))
    case "nan", "+nan", "-nan": return .value(.number(.nan))
    default: break
    }
    let bytes = Array(text.utf8)
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where text.hasPrefix(prefix) {
      guard let digits = digits(bytes[2...], radix: radix) else { return .nothing }
      return Int(digits, radix: radix).map { .value(.integer($0)) } ?? .outOfRange("integers")
    }
    return decimal(bytes) ?? (looksLikeDate(bytes) ? .dateOrTime : .nothing)
  }

  private static func decimal(_ bytes: [UInt8]) -> Reading? {
    var rest = bytes[...]
    var kept = ""
    if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
      kept.append(sign == UInt8(ascii: "-") ? "-" : "")
      rest.removeFirst()
    }
    func takeDigits() -> String? {
      let run = rest.prefix { (48...57).contains($0) || $0 == UInt8(ascii: "_") }
      rest = rest.dropFirst(run.count)
      return digits(run, radix: 10)
    }
    guard let whole = takeDigits(), whole.count == 1 || !whole.hasPrefix("0") else { return nil }
    kept += whole
    if rest.isEmpty { return Int(kept).map { .value(.integer($0)) } ?? .outOfRange("integers") }
    if rest.first == UInt8(ascii: ".") {
      rest.removeFirst()
      guard let fraction = takeDigits() else { return nil }
      kept += "." + fraction
    }
    if rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") {
      rest.removeFirst()
      kept += "e"
      if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
        kept += sign == UInt8(ascii: "-") ? "-" : ""
        rest.removeFirst()
      }
      guard let exponent = takeDigits() else { return nil }
      kept += exponent
    }
    guard rest.isEmpty, let number = Double(kept) else { return nil }
    return number.isFinite ? .value(.number(number)) : .outOfRange("doubles")
  }

  /// The digits of `run` without `_`, which must stand between digits; nil for anything else.
  private static func digits(_ run: ArraySlice<UInt8>, radix: Int) -> String? {
    var kept: [UInt8] = []
    var canSeparate = false
    for byte in run {
      if byte == UInt8(ascii: "_") {
        guard canSeparate else { return nil }
        canSeparate = false
      } else {
        guard isHexDigit(byte), let value = Int(String(decoding: [byte], as: UTF8.self), radix: 16), value < radix
        else {
          return nil
        }
        kept.append(byte)
        canSeparate = true
      }
    }
    return canSeparate ? String(decoding: kept, as: UTF8.self) : nil
  }

  /// Whether it begins like `1979-05` or `07:32`.
  private static func looksLikeDate(_ bytes: [UInt8]) -> Bool {
    let digits = bytes.prefix { (48...57).contains($0) }.count
    guard bytes.count > digits + 2 else { return false }
    return digits == 4 && bytes[4] == UInt8(ascii: "-") || digits == 2 && bytes[2] == UInt8(ascii: ":")
  }
}
