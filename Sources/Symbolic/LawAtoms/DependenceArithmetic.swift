import Models

/// What an entry depends on, as bits: free data, and the gates one by one; nil of 0. Cancellation may only make it too much.
package struct DependenceArithmetic: TapeArithmetic {
  package typealias Element = [UInt64]?

  /// Whether every gate stands in every monomial at most once, outside of functions: then a free factor in place of a gate spans what
  /// the patterns of 0 and 1 span.
  package private(set) var isMultilinear = true

  package init() {}

  package var zero: Element { nil }

  /// Bit 0, free data.
  package static let freeData: [UInt64] = [1]

  /// The bit of a gate.
  package static func gate(_ number: Int) -> [UInt64] {
    var bits = [UInt64](repeating: 0, count: (number + 1) / 64 + 1)
    bits[(number + 1) / 64] = 1 << UInt64((number + 1) % 64)
    return bits
  }

  /// Whether bits name free data.
  package static func isFree(_ element: Element) -> Bool { element.map { ($0.first ?? 0) & 1 != 0 } ?? false }

  /// Whether bits name a gate.
  package static func hasGates(_ bits: [UInt64]) -> Bool {
    bits.enumerated().contains { $0.offset == 0 ? $0.element > 1 : $0.element != 0 }
  }

  /// The numbers of the gates that bits name.
  package static func gates(_ element: Element) -> [Int] {
    var result: [Int] = []
    for (word, bits) in (element ?? []).enumerated() {
      for bit in 0..<64 where bits >> UInt64(bit) & 1 != 0 && word + bit > 0 { result.append(word * 64 + bit - 1) }
    }
    return result
  }

  /// Whether a gate stands in both.
  private static func share(_ a: [UInt64], _ b: [UInt64]) -> Bool {
    for word in 0..<min(a.count, b.count) {
      let common = a[word] & b[word]
      if word == 0 ? common > 1 : common != 0 { return true }
    }
    return false
  }

  private static func union(_ a: [UInt64], _ b: [UInt64]) -> [UInt64] {
    if b.isEmpty { return a }
    if a.isEmpty { return b }
    var (result, other) = a.count >= b.count ? (a, b) : (b, a)
    for k in other.indices { result[k] |= other[k] }
    other = []
    return result
  }

  package mutating func add(_ coefficient: Rational, _ x: Element?, _ y: Element?, to z: inout Element) {
    var product: [UInt64] = []
    if let x { if let x { product = x } else { return } }
    if let y {
      guard let y else { return }
      if isMultilinear, Self.share(product, y) { isMultilinear = false }
      product = Self.union(product, y)
    }
    z = z.map { Self.union($0, product) } ?? product
  }

  package mutating func value(_ operation: Tape.Operation, _ x: Element, leaf: Int?) -> Element {
    guard let x else { return operation == .exponential ? [] : nil }
    if Self.hasGates(x) { isMultilinear = false }
    return x
  }
}
