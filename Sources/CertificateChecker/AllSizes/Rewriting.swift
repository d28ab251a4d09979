import FlowLanguage

/// Equations between matrices as rules that replace a word by a sum.
///
/// Replacing equals by equals is right in every direction; that it ends is not known, so that steps are counted.
package struct Rewriting {
  private let rules: [(word: [Int], value: MatrixSum)]
  private static let stepLimit = 2_000

  /// The words that an equation may replace: those of left − right that have no number in front but a constant, the left side first
  /// where it is a word, then the right side.
  package static func sources(
    of equation: (left: MatrixSum, right: MatrixSum), _ budget: Budget
  ) throws(Rejection) -> [Word] {
    var difference = equation.left
    try difference.add(equation.right, times: Fraction(-1), budget)
    let words = difference.terms.keys.filter { $0.numbers.isEmpty && !$0.letters.isEmpty }
    func rank(_ word: Word) -> Int {
      for (rank, side) in [equation.left, equation.right].enumerated() {
        if side.terms.count == 1, side.terms[word] != nil { return rank }
      }
      return 2
    }
    return words.sorted {
      let (a, b) = (rank($0), rank($1))
      if a != b { return a < b }
      if $0.letters.count != $1.letters.count { return $0.letters.count > $1.letters.count }
      return $0.letters.lexicographicallyPrecedes($1.letters)
    }
  }

  /// Rules that replace in every equation left = right a word of left − right by what the equation says it is.
  package init(
    _ equations: [(left: MatrixSum, right: MatrixSum)], replacing sources: [Word], _ budget: Budget
  ) throws(Rejection) {
    var rules: [(word: [Int], value: MatrixSum)] = []
    for (equation, source) in zip(equations, sources) {
      var rest = equation.left
      try rest.add(equation.right, times: Fraction(-1), budget)
      guard let coefficient = rest.terms[source], let factor = coefficient.inverse else {
        throw Rejection("a given equation does not have a word")
      }
      // c · word + rest = 0.
      try rest.add(MatrixSum(source, coefficient, rest.sides), times: Fraction(-1), budget)
      let value = rest.scaled(by: Fraction(-1) * factor)
      rules.append((source.letters, value))
      let mirrored = Word.transposed(source.letters)
      if mirrored != source.letters { rules.append((mirrored, value.transposed())) }
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
