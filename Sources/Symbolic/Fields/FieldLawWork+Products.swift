import Models

extension FieldLawWork {
  /// The most factors p of a product, and the largest power.
  private static let largestPower = 12

  /// Products Π pᵢ^nᵢ with Σ nᵢ Kᵢ = 0, which are laws: their logarithms move by Σ nᵢ Kᵢ.
  ///
  /// - Throws: ``Refusal`` if memory is used up.
  package func combineDarboux() throws(Refusal) {
    guard darboux.count >= 2 else { return }
    var rows: [Exponents: Int] = [:]
    var columns: [[(row: Int, value: UInt64)]] = []
    for (_, cofactor) in darboux {
      columns.append(
        try FieldImage.terms(cofactor, source, field).terms.map { term in
          let row = rows[term.exponents] ?? rows.count
          rows[term.exponents] = row
          return (row, term.coefficient)
        })
    }
    var entries = [UInt64](repeating: 0, count: rows.count * columns.count)
    for (k, column) in columns.enumerated() {
      for part in column { entries[part.row * columns.count + k] = part.value }
    }
    let matrix = try ModularMatrix(rows: rows.count, columns: columns.count, entries: entries, field: field)
    for vector in try matrix.nullSpace() where !isComplete {
      guard let powers = integers(vector) else { continue }
      try takeProduct(powers)
    }
  }

  /// The smallest integers in the ratio of a vector modulo the prime, the first one positive; nil if they are large.
  private func integers(_ vector: [UInt64]) -> [Int]? {
    var (numerators, denominators): ([Int], [Int]) = ([], [])
    for value in vector {
      guard let fraction = field.fraction(value), abs(fraction.numerator) <= Self.largestPower,
        fraction.denominator <= Self.largestPower
      else { return nil }
      numerators.append(fraction.numerator)
      denominators.append(fraction.denominator)
    }
    guard let common = (1...Self.largestPower).first(where: { common in denominators.allSatisfy { common % $0 == 0 } })
    else { return nil }
    let powers = zip(numerators, denominators).map { $0 * (common / $1) }
    guard powers.allSatisfy({ abs($0) <= Self.largestPower }) else { return nil }
    return powers.first { $0 != 0 }.map { first in powers.map { first < 0 ? -$0 : $0 } }
  }

  private func takeProduct(_ powers: [Int]) throws(Refusal) {
    source.ring.beginWork()
    do {
      var (above, below) = (try Polynomial.constant(1, in: source.ring), try Polynomial.constant(1, in: source.ring))
      for (power, factor) in zip(powers, darboux) {
        for _ in 0..<max(0, power) { above = try above.times(factor.polynomial) }
        for _ in 0..<max(0, -power) { below = try below.times(factor.polynomial) }
      }
      if below.degree == 0 { try take(above) } else { try take(above, over: below) }
    } catch { unproved += 1 }
  }
}
