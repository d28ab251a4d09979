import FlowLanguage

extension MatrixSum {
  /// Σ over all places at which a symbol stands of the sum with `values[symbol]` in that place: the derivative by Leibniz' rule.
  /// Symbols without a value rest.
  package func derivative(_ values: [Int: MatrixSum], _ table: Letters, _ budget: Budget) throws(Rejection) -> MatrixSum
  {
    var result = MatrixSum(sides)
    for (word, coefficient) in terms {
      for (place, letter) in word.letters.enumerated() {
        guard let value = values[letter >> 1] else { continue }
        let changed = try Self.replaced(word.letters, place, value, table, budget)
        try result.add(changed.times(Self.numbers(word.numbers, coefficient), table, budget), budget)
      }
      for (place, number) in word.numbers.enumerated() {
        var rest = word.numbers
        rest.remove(at: place)
        var change = MatrixSum(nil)
        switch number[0] {
        case 0: if let value = values[number[1]] { change = value }
        case 2:
          let letters = Array(number.dropFirst())
          for (inner, letter) in letters.enumerated() {
            guard let value = values[letter >> 1] else { continue }
            try change.add(Self.replaced(letters, inner, value, table, budget).trace(table, budget), budget)
          }
        default: break
        }
        if change.isZero { continue }
        let base = MatrixSum(Word(numbers: rest, letters: word.letters), coefficient, sides)
        try result.add(base.times(change, table, budget), budget)
      }
    }
    return result
  }

  /// The gradient of a number in a symbol: G with d(number) = tr(G' dW), or the derivative in a number.
  package func gradient(in symbol: Int, _ table: Letters, _ budget: Budget) throws(Rejection) -> MatrixSum {
    var result = MatrixSum(table.symbols[symbol].sides)
    for (word, coefficient) in terms {
      for (place, number) in word.numbers.enumerated() {
        var rest = word.numbers
        rest.remove(at: place)
        let factor = Self.numbers(rest, coefficient)
        if number[0] == 0, number[1] == symbol {
          try result.add(factor, budget)
        }
        guard number[0] == 2 else { continue }
        let letters = Array(number.dropFirst())
        for (inner, letter) in letters.enumerated() where letter >> 1 == symbol {
          // tr(W C) has the gradient C', tr(W' C) the gradient C.
          let around = Array(letters[(inner + 1)...] + letters[..<inner])
          let word = letter & 1 == 0 ? Word.transposed(around) : around
          let sides = table.symbols[symbol].sides
          try result.add(
            MatrixSum(try Word.product([], word, table), .one, sides).times(factor, table, budget), budget)
        }
      }
    }
    return result
  }

  /// The sum with other matrices and numbers in place of symbols.
  package func substituting(_ values: [Int: MatrixSum], _ table: Letters, _ budget: Budget) throws(Rejection)
    -> MatrixSum
  {
    var result = MatrixSum(sides)
    for (word, coefficient) in terms {
      var product = MatrixSum(coefficient)
      for number in word.numbers {
        switch number[0] {
        case 0: product = try product.times(values[number[1]] ?? MatrixSum(symbol: number[1], table), table, budget)
        case 2:
          let inner = try Self.substituted(Array(number.dropFirst()), nil, values, table, budget)
          product = try product.times(inner.trace(table, budget), table, budget)
        default: product = try product.times(Self.numbers([number], .one), table, budget)
        }
      }
      let matrix = try Self.substituted(word.letters, sides, values, table, budget)
      try result.add(matrix.times(product, table, budget), budget)
    }
    return result
  }

  private static func substituted(
    _ letters: [Int], _ sides: Letters.Sides?, _ values: [Int: MatrixSum], _ table: Letters, _ budget: Budget
  ) throws(Rejection) -> MatrixSum {
    var product: MatrixSum?
    for letter in letters {
      let value = values[letter >> 1] ?? MatrixSum(symbol: letter >> 1, table)
      let factor = letter & 1 == 0 ? value : value.transposed()
      product = try product?.times(factor, table, budget) ?? factor
    }
    return product ?? MatrixSum(.one, .one, sides)
  }

  /// A product of numbers.
  package static func numbers(_ numbers: [[Int]], _ coefficient: Fraction) -> MatrixSum {
    MatrixSum(Word(numbers: numbers, letters: []), coefficient, nil)
  }

  /// A word with a matrix in the place of one letter, transposed where the letter is.
  private static func replaced(
    _ letters: [Int], _ place: Int, _ value: MatrixSum, _ table: Letters, _ budget: Budget
  ) throws(Rejection) -> MatrixSum {
    var product = letters[place] & 1 == 0 ? value : value.transposed()
    let (before, after) = (Array(letters[..<place]), Array(letters[(place + 1)...]))
    if !before.isEmpty { product = try single(before, table).times(product, table, budget) }
    if !after.isEmpty { product = try product.times(single(after, table), table, budget) }
    return product
  }

  /// A word that is not empty as a matrix.
  package static func single(_ letters: [Int], _ table: Letters) throws(Rejection) -> MatrixSum {
    guard let first = letters.first, let last = letters.last, let rows = table.rows(first),
      let columns = table.columns(last)
    else { throw Rejection("a word has no sizes") }
    return MatrixSum(try Word.product([], letters, table), .one, Letters.Sides(rows: rows, columns: columns))
  }
}
