#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Numbers as they stand in sentences and tables: two significant digits.
public enum SentenceNumber {
  /// Whole numbers below 1e5 as they are, plain decimals from 1e-3 to 1e5, `8.4e-11` beyond; `none` for nil.
  public static func text(_ value: Double?) -> String {
    guard let value else { return "none" }
    if value.isNaN { return "undefined" }
    if value.isInfinite { return value > 0 ? "infinite" : "-infinite" }
    let size = abs(value)
    if size < 1e5, value == value.rounded() { return String(Int(value)) }
    guard (1e-3..<1e5).contains(size) else { return printed("%.1e", value) }
    if size >= 100 { return printed("%.0f", value) }
    return printed(
      size >= 10 ? "%.0f" : size >= 1 ? "%.1f" : size >= 0.1 ? "%.2f" : size >= 0.01 ? "%.3f" : "%.4f", value)
  }

  private static func printed(_ format: String, _ value: Double) -> String {
    var buffer = [CChar](repeating: 0, count: 48)
    _ = withVaList([value]) { vsnprintf(&buffer, buffer.count, format, $0) }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
