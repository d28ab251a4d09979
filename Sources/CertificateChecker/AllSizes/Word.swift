import FlowLanguage

/// A product: numbers that commute with everything, and a word of matrices.
///
/// Numbers are symbols `[0, symbol]`, open sizes `[1, size]`, and traces `[2, letters…]` of cyclic words in their least form. A word
/// has no inner 1 × 1 product: such products are numbers. The empty word is the identity, or 1.
package struct Word: Hashable {
  package private(set) var numbers: [[Int]]
  package private(set) var letters: [Int]

  package static let one = Word(numbers: [], letters: [])

  package init(numbers: [[Int]], letters: [Int]) {
    self.numbers = numbers.sorted { $0.lexicographicallyPrecedes($1) }
    self.letters = letters
  }

  /// Longest word.
  package static let lengthLimit = 400

  /// The transpose: letters in reverse order, each transposed.
  package static func transposed(_ letters: [Int]) -> [Int] { letters.reversed().map { $0 ^ 1 } }

  /// The least of all rotations of a cyclic word and of its transpose, which have the same trace.
  package static func least(_ letters: [Int]) -> [Int] {
    var best = letters
    for word in [letters, transposed(letters)] {
      for start in word.indices {
        let rotation = Array(word[start...] + word[..<start])
        if rotation.lexicographicallyPrecedes(best) { best = rotation }
      }
    }
    return best
  }

  /// A word whose inner 1 × 1 products are numbers.
  package static func product(_ numbers: [[Int]], _ letters: [Int], _ table: Letters) throws(Rejection) -> Word {
    guard letters.count <= lengthLimit, numbers.count <= lengthLimit else {
      throw Rejection("a product has more than \(lengthLimit) factors")
    }
    guard let first = letters.first else { return Word(numbers: numbers, letters: []) }
    var cuts: [Int] = table.rows(first) == .number(1) ? [0] : []
    for (place, letter) in letters.enumerated() where table.columns(letter) == .number(1) { cuts.append(place + 1) }
    guard let from = cuts.first, let to = cuts.last, from < to else { return Word(numbers: numbers, letters: letters) }
    var found = numbers
    for (start, end) in zip(cuts, cuts.dropFirst()) { found.append([2] + least(Array(letters[start..<end]))) }
    return Word(numbers: found, letters: Array(letters[..<from] + letters[to...]))
  }

  /// The numbers whose product is the trace of a word that is not empty.
  package static func trace(_ letters: [Int], _ table: Letters) -> [[Int]] {
    let cuts = letters.indices.filter { table.rows(letters[$0]) == .number(1) }
    guard let first = cuts.first else { return [[2] + least(letters)] }
    let rotated = Array(letters[first...] + letters[..<first])
    let starts = cuts.map { $0 - first } + [letters.count]
    return zip(starts, starts.dropFirst()).map { [2] + least(Array(rotated[$0..<$1])) }
  }
}
