import FlowLanguage

/// Equations between matrices as rules that replace a word by a sum.
///
/// Replacing equals by equals is right in every direction; that it ends is not known, so that steps are counted.
package struct Rewriting {
  private let rules: [(word: [Int], value: MatrixSum)]
  private static let stepLimit = 2_000

  /// Rules from left to right, or from right to left where `reversed` says so; nil where a side that is to be replaced is no word.
  package init?(_ equations: [(left: MatrixSum, right: MatrixSum)], reversed: [Bool]) {
    var rules: [(word: [Int], value: MatrixSum)] = []
    for (equation, isReversed) in zip(equations, reversed) {
      let (source, target) = isReversed ? (equation.right, equation.left) : (equation.left, equation.right)
      guard source.terms.count == 1, let (word, coefficient) = source.terms.first, word.numbers.isEmpty,
        !word.letters.isEmpty, let factor = coefficient.inverse
      else { return nil }
      let value = target.scaled(by: factor)
      rules.append((word.letters, value))
      let mirrored = Word.transposed(word.letters)
      if mirrored != word.letters { rules.append((mirrored, value.transposed())) }
    }
    self.rules = rules
  }

  /// Replaces until nothing can be replaced; nil where that takes too many steps.
  package func normalForm(_ sum: MatrixSum, _ table: Letters, _ budget: Budget) throws(Rejection) -> MatrixSum? {
    var (current, steps) = (sum, 0)
    while let next = try step(current, table, budget) {
      steps += 1
      if steps > Self.stepLimit { return nil }
      current = next
    }
    return current
  }

  /// The sum with the first word that a rule fits replaced; nil where none fits.
  private func step(_ sum: MatrixSum, _ table: Letters, _ budget: Budget) throws(Rejection) -> MatrixSum? {
    for (word, coefficient) in sum.terms {
      guard let replaced = try replaced(word, sum.sides, table, budget) else { continue }
      var result = sum
      try result.add(MatrixSum(word, coefficient, sum.sides), times: Fraction(-1), budget)
      try result.add(replaced, times: coefficient, budget)
      return result
    }
    return nil
  }

  private func replaced(
    _ word: Word, _ sides: Letters.Sides?, _ table: Letters, _ budget: Budget
  ) throws(Rejection) -> MatrixSum? {
    for rule in rules {
      try budget.spend(word.letters.count + 1)
      if let place = Self.place(of: rule.word, in: word.letters) {
        var product = rule.value
        let (before, after) = (word.letters[..<place], word.letters[(place + rule.word.count)...])
        if !before.isEmpty { product = try MatrixSum.single(Array(before), table).times(product, table, budget) }
        if !after.isEmpty { product = try product.times(MatrixSum.single(Array(after), table), table, budget) }
        return try product.times(MatrixSum.numbers(word.numbers, .one), table, budget)
      }
      for (number, factor) in word.numbers.enumerated() where factor[0] == 2 {
        let letters = Array(factor.dropFirst())
        guard rule.word.count <= letters.count else { continue }
        for start in letters.indices {
          let rotation = Array(letters[start...] + letters[..<start])
          guard rotation.starts(with: rule.word) else { continue }
          var product = rule.value
          let after = Array(rotation[rule.word.count...])
          if !after.isEmpty { product = try product.times(MatrixSum.single(after, table), table, budget) }
          var rest = word.numbers
          rest.remove(at: number)
          let base = MatrixSum(Word(numbers: rest, letters: word.letters), .one, sides)
          return try base.times(product.trace(table, budget), table, budget)
        }
      }
    }
    return nil
  }

  private static func place(of pattern: [Int], in letters: [Int]) -> Int? {
    guard pattern.count <= letters.count else { return nil }
    return (0...letters.count - pattern.count).first { letters[$0...].starts(with: pattern) }
  }
}
