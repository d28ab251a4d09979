import Models

/// Vectors over Q in echelon form, each with the combination of those that were added.
struct ExponentEchelon {
  /// What all of them are over.
  let denominator: [Int: Int]
  /// How many were added.
  private(set) var count = 0
  private var rows: [(pivot: [Int], terms: [[Int]: Rational], parts: [Int: Rational])] = []

  init(denominator: [Int: Int] = [:]) { self.denominator = denominator }

  /// Adds a vector; false where a number needs more than 64 bits.
  mutating func add(_ vector: [[Int]: Rational]) -> Bool {
    var (row, parts) = (vector, [count: Rational(1)])
    count += 1
    for known in rows {
      guard let factor = row[known.pivot] else { continue }
      guard Self.subtract(known.terms, times: factor, from: &row),
        Self.subtract(known.parts, times: factor, from: &parts)
      else { return false }
    }
    guard let (pivot, leading) = row.min(by: { $0.key.lexicographicallyPrecedes($1.key) }) else { return true }
    guard let inverse = try? Rational(leading.denominator, leading.numerator),
      let scaled = Self.scaled(row, by: inverse), let combined = Self.scaled(parts, by: inverse)
    else { return false }
    rows.append((pivot, scaled, combined))
    return true
  }

  /// The factors with which the vectors that were added make up another one; nil where they do not, and where a number needs more than
  /// 64 bits.
  func combination(_ vector: inout [[Int]: Rational]) -> [Int: Rational]? {
    var parts: [Int: Rational] = [:]
    for row in rows {
      guard let factor = vector[row.pivot] else { continue }
      guard Self.subtract(row.terms, times: factor, from: &vector),
        Self.subtract(row.parts, times: -factor, from: &parts)
      else { return nil }
    }
    return vector.isEmpty ? parts : nil
  }

  /// Subtracts a multiple of a vector; false where a number needs more than 64 bits.
  private static func subtract<Key>(
    _ vector: [Key: Rational], times factor: Rational, from other: inout [Key: Rational]
  ) -> Bool {
    for (key, value) in vector {
      guard let product = try? value * -factor, let sum = try? (other[key] ?? 0) + product else { return false }
      other[key] = sum == 0 ? nil : sum
    }
    return true
  }

  private static func scaled<Key>(_ vector: [Key: Rational], by factor: Rational) -> [Key: Rational]? {
    var result = vector
    for (key, value) in vector {
      guard let product = try? value * factor else { return nil }
      result[key] = product
    }
    return result
  }
}
