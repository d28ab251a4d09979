import Models

/// Equations between words as rules: a word is replaced by what the rest of its equation says, until none is found.
///
/// That nothing remains proves that the equations imply it; that something remains proves nothing.
package struct WordRules {
  private struct Rule {
    let word: Word
    let replacement: WordSum
  }

  private let rules: [Rule]
  private let alphabet: Alphabet

  /// Rounds of replacements after which a reduction is given up.
  private static let mostRounds = 40
  /// Letters that a reduction may make before it is given up.
  private static let mostLetters = 20_000
  /// The most ways to choose the words that are replaced.
  private static let mostChoices = 64

  /// Ways to read the equations as rules, in which the words of the left sides are replaced first.
  package static func choices(
    of equations: [(left: WordSum, right: WordSum)], _ alphabet: Alphabet
  ) throws(WordsFault) -> [WordRules] {
    guard !equations.isEmpty else { return [] }
    var choices: [[Rule]] = [[]]
    for equation in equations {
      let rules = try Self.rules(equation.left, equation.right, alphabet)
      choices = Array(choices.flatMap { choice in rules.map { choice + [$0] } }.prefix(mostChoices))
    }
    return choices.map { WordRules($0, alphabet) }
  }

  /// One rule for every word that stands alone in an equation; those of the left side come first, the longer ones before the shorter.
  private static func rules(
    _ left: WordSum, _ right: WordSum, _ alphabet: Alphabet
  ) throws(WordsFault) -> [Rule] {
    let difference = try left.plus(right, times: -1)
    let words = difference.terms.filter { $0.key.scalars.isEmpty && $0.key.traces.isEmpty && !$0.key.word.isEmpty }
    let sorted = words.sorted { a, b in
      let (first, second) = (left.terms[a.key] != nil, left.terms[b.key] != nil)
      if first != second { return first }
      let (long, other) = (a.key.word, b.key.word)
      return long.count == other.count ? long.isBefore(other) : long.count > other.count
    }
    var rules: [Rule] = []
    for (product, coefficient) in sorted {
      let factor = try wording { () throws(Refusal) in
        try Rational(-coefficient.denominator, coefficient.numerator)
      }
      var rest = difference
      try rest.add(product, -coefficient)
      rules.append(Rule(word: product.word, replacement: try rest.scaled(by: factor)))
    }
    return rules
  }

  private init(_ rules: [Rule], _ alphabet: Alphabet) {
    self.rules = rules.flatMap { rule -> [Rule] in
      let other = Rule(word: rule.word.transposed, replacement: rule.replacement.transposed)
      return other.word == rule.word ? [rule] : [rule, other]
    }
    self.alphabet = alphabet
  }

  /// What remains; 0 where the equations say so.
  package func reduced(_ sum: WordSum) throws(WordsFault) -> WordSum {
    var alphabet = alphabet
    var rest = sum
    let start = alphabet.effort.steps
    for _ in 0..<Self.mostRounds where !rest.isZero && alphabet.effort.steps - start < Self.mostLetters {
      var next = WordSum(shape: rest.shape)
      var isSettled = true
      for (product, coefficient) in rest.terms {
        try alphabet.effort.spend(product.length + 1)
        if let place = place(in: product) {
          isSettled = false
          next = try next.plus(replaced(product, coefficient, place, &alphabet))
        } else {
          try next.add(product, coefficient)
        }
      }
      rest = next
      if isSettled { break }
    }
    return rest
  }

  private enum Place {
    case word(Int, Rule)
    case trace(Int, Int, Rule)
  }

  private func replaced(
    _ product: WordSum.Product, _ coefficient: Rational, _ place: Place, _ alphabet: inout Alphabet
  ) throws(WordsFault) -> WordSum {
    var others = product
    let replaced: WordSum
    switch place {
    case .word(let start, let rule):
      others.word = []
      let end = start + rule.word.count
      let (first, last) = (rule.word[0], rule.word[rule.word.count - 1])
      let left = WordSum(word: Word(product.word[..<start]), in: alphabet, size: alphabet.rows(first))
      let right = WordSum(word: Word(product.word[end...]), in: alphabet, size: alphabet.columns(last))
      replaced = try left.times(rule.replacement, in: alphabet).times(right, in: alphabet)
    case .trace(let k, let start, let rule):
      let word = others.traces.remove(at: k)
      let around = (0..<word.count - rule.word.count).map { word[(start + rule.word.count + $0) % word.count] }
      let size = alphabet.columns(rule.word[rule.word.count - 1])
      replaced = try WordSum(word: around, in: alphabet, size: size).times(rule.replacement, in: alphabet)
        .trace(in: &alphabet)
    }
    return try replaced.times(WordSum(others, coefficient, nil), in: alphabet)
  }

  private func place(in product: WordSum.Product) -> Place? {
    for rule in rules where rule.word.count <= product.length {
      if let start = Self.start(of: rule.word, in: product.word) { return .word(start, rule) }
      for (k, trace) in product.traces.enumerated() where trace.count >= rule.word.count {
        // A trace that passes through a single dimension begins and ends there.
        let isLinear = alphabet.rows(trace[0]) == .number(1)
        let around = isLinear ? trace : trace + trace.dropLast()
        if let start = Self.start(of: rule.word, in: around) { return .trace(k, start, rule) }
      }
    }
    return nil
  }

  private static func start(of part: Word, in word: Word) -> Int? {
    guard part.count <= word.count else { return nil }
    return (0...word.count - part.count).first { start in part.indices.allSatisfy { word[start + $0] == part[$0] } }
  }
}
