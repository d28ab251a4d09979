import Models
import Symbolic
import Testing

/// Linear algebra modulo a prime against a plain elimination and against the definition.
struct ModularMatrixTests {
  private static func random(_ rows: Int, _ columns: Int, rank: Int, _ field: PrimeField, seed: UInt64) -> [UInt64] {
    var generator = SplitMix(seed: seed)
    let left = (0..<rows * rank).map { _ in generator.below(field.prime) }
    let right = (0..<rank * columns).map { _ in generator.below(field.prime) }
    return (0..<rows * columns).map { place in
      (0..<rank).reduce(0) { sum, k in
        field.add(
          sum, field.multiply(left[place / columns * rank + k], right[k * columns + place % columns]))
      }
    }
  }

  @Test(arguments: [(9, 7, 4), (40, 60, 33), (150, 120, 90), (5, 5, 0)])
  func rowsThatAreSaidToBeIndependentAre(rows: Int, columns: Int, rank: Int) throws {
    for prime in [5, 1009, (1 << 61) - 1] as [UInt64] {
      let field = try PrimeField(prime)
      var entries = Self.random(rows, columns, rank: rank, field, seed: prime)
      // The first row is 0 and the third repeats the second: neither may be chosen together with it.
      if rows > 3, rank > 0 {
        for c in 0..<columns {
          entries[c] = 0
          entries[2 * columns + c] = entries[columns + c]
        }
      }
      let matrix = try ModularMatrix(rows: rows, columns: columns, entries: entries, field: field)
      let chosen = try matrix.independentRows()
      var span = ModularSpan(field)
      for row in chosen {
        let isNew = span.insert(Array(entries[row * columns..<(row + 1) * columns]))
        #expect(isNew)
      }
      for row in 0..<rows { #expect(span.contains(Array(entries[row * columns..<(row + 1) * columns]))) }
      #expect(chosen == chosen.sorted())
      // Asked again, the matrix is as it was.
      #expect(try matrix.independentRows() == chosen)
      let kernel = try matrix.nullSpace()
      #expect(kernel.count == columns - chosen.count)
      for vector in kernel {
        for row in 0..<rows {
          var sum: UInt64 = 0
          for c in 0..<columns { sum = field.add(sum, field.multiply(entries[row * columns + c], vector[c])) }
          #expect(sum == 0)
        }
      }
    }
  }

  @Test func reducedRowsAreReduced() throws {
    let field = try PrimeField(7)
    let matrix = try ModularMatrix(
      rows: 3, columns: 4, entries: [0, 2, 4, 1, 0, 1, 2, 4, 3, 0, 1, 1], field: field)
    let (pivots, entries) = try matrix.reduce()
    #expect(pivots == [0, 1])
    // 3x + z + w: x + 5z + 5w; y + 2z + 4w.
    #expect(entries == [1, 0, 5, 5, 0, 1, 2, 4, 0, 0, 0, 0])
  }

  /// Products modulo 2⁶¹ − 1 and other primes against 128-bit division.
  @Test(arguments: [(1 << 61) - 1, 5, 1_000_003, 4_611_686_018_427_387_847] as [UInt64])
  func products(prime: UInt64) throws {
    let field = try PrimeField(prime)
    var generator = SplitMix(seed: prime)
    let edges = [0, 1, prime - 1, prime / 2]
    for a in edges + (0..<50).map({ _ in generator.below(prime) }) {
      for b in edges + [generator.below(prime)] {
        let (high, low) = a.multipliedFullWidth(by: b)
        #expect(field.multiply(a, b) == prime.dividingFullWidth((high, low)).remainder)
      }
    }
  }

  @Test func refusals() throws {
    #expect(throws: Refusal.self) { try PrimeField(9) }
    #expect(throws: Refusal.self) { try PrimeField(2) }
    #expect(throws: Refusal.self) { try PrimeField(UInt64(1) << 62 + 1) }
    #expect(throws: Refusal.self) {
      try ModularMatrix(rows: 1, columns: 2, entries: [1], field: .mersenne)
    }
    #expect(throws: Refusal.self) {
      try ModularMatrix(rows: 1, columns: 1, entries: [.max], field: .mersenne)
    }
    #expect(throws: Refusal.self) {
      try ModularMatrix(rows: 1 << 20, columns: 1 << 20, entries: [], field: .mersenne)
    }
  }

  @Test(arguments: [(0, 1), (1, 1), (-1, 1), (3, 50), (-355, 113), (1 << 29, 3), (-7, 1 << 29)])
  func fractionsAreFoundAgain(numerator: Int, denominator: Int) throws {
    let field = PrimeField.mersenne
    let residue = try field.residue(Rational(numerator, denominator))
    let found = try #require(field.fraction(residue))
    #expect(found == (numerator, denominator))
  }

  @Test func doublesAreTheFractionsThatTheyAre() throws {
    let field = PrimeField.mersenne
    #expect(field.residue(-0.375) == (try field.residue(Rational(-3, 8))))
    #expect(field.residue(0x1p70) == field.power(2, 70))
    #expect(field.residue(0.1) != (try field.residue(Rational(1, 10))))
    #expect(field.residue(Double.nan) == nil)
    #expect(Rational(exactly: 0.1) == (try Rational(3_602_879_701_896_397, 36_028_797_018_963_968)))
    #expect(Rational(exactly: 1e300) == nil)
    #expect(Rational(exactly: 0x1p-80) == nil)
  }
}
