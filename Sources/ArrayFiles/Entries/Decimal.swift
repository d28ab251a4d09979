#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// 10⁰ … 10²², the powers of ten that are doubles exactly.
private let exactPowers: [Double] = [
  1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
  1e21, 1e22,
]

/// The correctly rounded value of decimal text: `[+-] digits [. digits] [(e|E) [+-] digits]`, digits on at least one
/// side of the point; nil for anything else (hexadecimal, `nan`, `inf`, other text around it).
///
/// With at most 2⁵³ as the digits and at most 22 as the power of ten both are doubles and one multiplication or division
/// rounds once (W. D. Clinger, PLDI 1990); everything else goes to `strtod`. Too large a number gives infinity.
func parseDecimal(_ text: UnsafeRawBufferPointer) -> Double? {
  var at = 0
  func digit() -> UInt8? {
    guard at < text.count else { return nil }
    let value = text[at] &- 0x30
    return value < 10 ? value : nil
  }
  let isNegative = text.first == UInt8(ascii: "-")
  if isNegative || text.first == UInt8(ascii: "+") { at = 1 }
  var mantissa: UInt64 = 0
  var digits = 0
  var scale = 0
  while let value = digit() {
    if digits < 19 { mantissa = mantissa * 10 + UInt64(value) }
    // Leading zeros do not count, so that "0.000…" stays on the fast path.
    if mantissa > 0 || digits > 0 { digits += 1 }
    at += 1
  }
  var hasDigits = at > 0 && text[at - 1] &- 0x30 < 10
  if at < text.count, text[at] == UInt8(ascii: ".") {
    at += 1
    while let value = digit() {
      if digits < 19 { mantissa = mantissa * 10 + UInt64(value) }
      if mantissa > 0 || digits > 0 { digits += 1 }
      scale -= 1
      hasDigits = true
      at += 1
    }
  }
  if !hasDigits { return nil }
  if at < text.count, text[at] | 0x20 == UInt8(ascii: "e") {
    at += 1
    var sign = 1
    if at < text.count, text[at] == UInt8(ascii: "-") || text[at] == UInt8(ascii: "+") {
      if text[at] == UInt8(ascii: "-") { sign = -1 }
      at += 1
    }
    guard digit() != nil else { return nil }
    var exponent = 0
    while let value = digit() {
      exponent = min(exponent * 10 + Int(value), 1_000_000)
      at += 1
    }
    scale += sign * exponent
  }
  if at < text.count { return nil }
  if digits <= 19, mantissa <= 1 << 53, abs(scale) <= 22 {
    let magnitude = scale < 0 ? Double(mantissa) / exactPowers[-scale] : Double(mantissa) * exactPowers[scale]
    return isNegative ? -magnitude : magnitude
  }
  return withUnsafeTemporaryAllocation(of: CChar.self, capacity: text.count + 1) { buffer in
    for k in 0..<text.count { buffer[k] = CChar(bitPattern: text[k]) }
    buffer[text.count] = 0
    return buffer.baseAddress.map { strtod($0, nil) }
  }
}
