import FlowLanguage

/// A matrix or number of any sizes as Σ coefficient · word, in normal form: it is 0 for all sizes and all values of the letters where
/// no word is left.
package struct MatrixSum {
  /// Rows and columns; nil of a number.
  package let sides: Letters.Sides?
  package private(set) var terms: [Word: Fraction] = [:]

  package init(_ sides: Letters.Sides?) { self.sides = sides }

  package init(_ constant: Fraction) {
    sides = nil
    if !constant.isZero { terms = [.one: constant] }
  }

  /// A symbol as a matrix or number.
  package init(symbol: Int, _ table: Letters) {
    sides = table.symbols[symbol].sides
    if sides == nil {
      terms = [Word(numbers: [[0, symbol]], letters: []): .one]
    } else {
      terms = [Word(numbers: [], letters: [2 * symbol]): .one]
    }
  }

  /// The identity matrix.
  package static func identity(_ size: Size) -> MatrixSum {
    var one = MatrixSum(Letters.Sides(rows: size, columns: size))
    one.terms = [.one: .one]
    return one
  }

  /// A single word.
  package init(_ word: Word, _ coefficient: Fraction, _ sides: Letters.Sides?) {
    self.sides = sides
    if !coefficient.isZero { terms = [word: coefficient] }
  }

  package var isZero: Bool { terms.isEmpty }

  /// The number, if it is one.
  package var constant: Fraction? { sides != nil ? nil : isZero ? .zero : terms.count == 1 ? terms[.one] : nil }

  package mutating func add(_ other: MatrixSum, times factor: Fraction = .one, _ budget: Budget) throws(Rejection) {
    guard sides == other.sides else { throw Rejection("a sum of matrices whose sizes differ") }
    try budget.spend(other.terms.count)
    for (word, coefficient) in other.terms {
      let sum = (terms[word] ?? .zero) + factor * coefficient
      guard sum.length <= Budget.bitLimit, terms.count <= Budget.termLimit else {
        throw Rejection("a sum of words grows past a limit")
      }
      terms[word] = sum.isZero ? nil : sum
    }
  }

  package func plus(_ other: MatrixSum, _ budget: Budget) throws(Rejection) -> MatrixSum {
    var sum = self
    try sum.add(other, budget)
    return sum
  }

  package func scaled(by factor: Fraction) -> MatrixSum {
    var result = self
    result.terms = factor.isZero ? [:] : terms.mapValues { $0 * factor }
    return result
  }

  /// The product; one of both may be a number.
  package func times(_ other: MatrixSum, _ table: Letters, _ budget: Budget) throws(Rejection) -> MatrixSum {
    let product: Letters.Sides?
    switch (sides, other.sides) {
    case (let left?, let right?):
      guard left.columns == right.rows else { throw Rejection("a product of matrices whose inner sizes differ") }
      product = Letters.Sides(rows: left.rows, columns: right.columns)
    case (let side, nil), (nil, let side): product = side
    }
    var result = MatrixSum(product)
    for (a, x) in terms {
      for (b, y) in other.terms {
        try budget.spend(1 + a.letters.count + b.letters.count)
        let word = try Word.product(a.numbers + b.numbers, a.letters + b.letters, table)
        try result.add(MatrixSum(word, x * y, product), budget)
      }
    }
    return result
  }

  package func transposed() -> MatrixSum {
    var result = MatrixSum(sides?.transposed)
    for (word, coefficient) in terms {
      result.terms[Word(numbers: word.numbers, letters: Word.transposed(word.letters))] = coefficient
    }
    return result
  }

  /// The trace, a number.
  package func trace(_ table: Letters, _ budget: Budget) throws(Rejection) -> MatrixSum {
    guard let sides else { return self }
    guard sides.rows == sides.columns else { throw Rejection("the trace of a matrix that is not square") }
    var result = MatrixSum(nil)
    for (word, coefficient) in terms {
      try budget.spend(1 + word.letters.count * word.letters.count)
      if !word.letters.isEmpty {
        let numbers = word.numbers + Word.trace(word.letters, table)
        try result.add(MatrixSum(Word(numbers: numbers, letters: []), coefficient, nil), budget)
      } else if case .open(let name) = sides.rows {
        let numbers = word.numbers + [[1, table.size(name)]]
        try result.add(MatrixSum(Word(numbers: numbers, letters: []), coefficient, nil), budget)
      } else {
        let count = Fraction(sides.rows.number ?? 1)
        try result.add(MatrixSum(Word(numbers: word.numbers, letters: []), coefficient * count, nil), budget)
      }
    }
    return result
  }

  /// ‖·‖², a number.
  package func square(_ table: Letters, _ budget: Budget) throws(Rejection) -> MatrixSum {
    try transposed().times(self, table, budget).trace(table, budget)
  }

  /// The symbols that stand in it.
  package var symbols: Set<Int> {
    var found: Set<Int> = []
    for word in terms.keys {
      found.formUnion(word.letters.map { $0 >> 1 })
      for number in word.numbers {
        if number[0] == 0 { found.insert(number[1]) }
        if number[0] == 2 { found.formUnion(number.dropFirst().map { $0 >> 1 }) }
      }
    }
    return found
  }
}
