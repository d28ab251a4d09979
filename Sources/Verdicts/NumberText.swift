import CMath

/// A number as tables print it: two significant digits (`8.4e-11`, `0.76`, `37`), but whole numbers of up to five digits
/// are spelt out (`458` rather than `4.6e+02`). NaN and the infinities are the words `nan`, `inf`, `-inf`.
public func tableNumber(_ value: Double) -> String {
  if value.isNaN { return "nan" }
  if value.isInfinite { return value < 0 ? "-inf" : "inf" }
  if value == 0 { return "0" }
  let size = abs(value)
  if size >= 99.5 && size < 99_999.5 { return String(Int(value.rounded())) }
  return formatted(value, significantDigits: 2)
}

/// A residual as tables print it: `roundoff` up to the level given, otherwise as `tableNumber`.
public func tableResidual(_ value: Double, roundoff level: Double) -> String {
  abs(value) <= level ? "roundoff" : tableNumber(value)
}

/// A tolerance, rate or other number the user chose, with as many digits as it has and no more: `1e-06`, `0.05`,
/// `0.00125`, `40`; at most 15
/// significant.
public func tableSetting(_ value: Double) -> String {
  if !value.isFinite || value == 0 { return tableNumber(value) }
  if let whole = Int(exactly: value), abs(whole) < 1_000_000 { return String(whole) }
  for digits in 1...15 {
    let text = formatted(value, significantDigits: digits)
    if Double(text) == value { return text }
  }
  return formatted(value, significantDigits: 15)
}

/// C's `%.{digits}g`, which does not depend on the locale here: none is ever set.
private func formatted(_ value: Double, significantDigits digits: Int) -> String {
  var buffer = [CChar](repeating: 0, count: 64)
  let count = withVaList([Int32(digits), value]) { vsnprintf(&buffer, buffer.count, "%.*g", $0) }
  return String(decoding: buffer.prefix(Int(max(0, count))).map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// So many of something: `1 bond`, `2 bonds`.
///
/// - Parameter plural: what several are called if that is not the word with an s.
public func counted(_ count: Int, _ one: String, plural: String? = nil) -> String {
  "\(count) \(count == 1 ? one : plural ?? one + "s")"
}

/// A number as a fraction of small integers where it is one within 1e-6, as `(4/3)`; otherwise with six places.
public func ratioText(_ value: Double) -> String {
  for denominator in 1...12 {
    let numerator = (value * Double(denominator)).rounded()
    guard abs(value * Double(denominator) - numerator) < 1e-6 * Double(denominator), abs(numerator) < 1000 else {
      continue
    }
    return denominator == 1 ? "\(Int(numerator))" : "(\(Int(numerator))/\(denominator))"
  }
  return tableSetting((value * 1e6).rounded() / 1e6)
}
