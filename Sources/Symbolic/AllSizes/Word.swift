import FlowLanguage
import Models

/// A matrix that stands for any of its shape: a parameter, data, a derivative of the loss, a velocity.
package struct LetterSymbol: Hashable {
  /// What the matrix is.
  package enum Role: Hashable {
    /// Moves along the flow: a position in ``CheckedFile/declarations``.
    case parameter(Int)
    /// The velocity of a parameter under momentum.
    case velocity(Int)
    /// Does not move.
    case fixed
    /// A number that the flow names, such as a rate of decay: any, and looked for among the positive ones.
    case constant
    /// The loss, of which only the derivative is known.
    case loss
    /// The derivative of the loss in a part of the model: any matrix.
    case cotangent
    /// The value of a formula that is no product of matrices; how it moves is not known.
    case opaque
  }

  /// As polynomial texts name it: `W1`, `v_W1`, `grad(f)`.
  package let name: String
  package let role: Role
  package let rows: Size
  package let columns: Size
  /// Axes of the text's own array: none of a number, one of a vector, two of a matrix.
  package let axes: Int

  package init(name: String, role: Role, rows: Size, columns: Size, axes: Int) {
    (self.name, self.role, self.rows, self.columns, self.axes) = (name, role, rows, columns, axes)
  }
}

/// A letter of a word: a symbol, perhaps transposed.
package struct Letter: Hashable, Comparable {
  /// Position in the ``Alphabet``.
  package let symbol: Int
  package let isTransposed: Bool

  package var transposed: Letter { Letter(symbol: symbol, isTransposed: !isTransposed) }

  package static func < (a: Letter, b: Letter) -> Bool {
    a.symbol == b.symbol ? !a.isTransposed && b.isTransposed : a.symbol < b.symbol
  }
}

/// Work done with words, and its limit: formulas of a few lines can ask for any amount of it.
package final class WordEffort {
  package private(set) var steps = 0
  /// The most letters that products may be made of, all together; some seconds.
  package static let mostSteps = 3_000_000

  /// - Throws: ``WordsFault/limit(_:)`` beyond it.
  package func spend(_ count: Int) throws(WordsFault) {
    steps += count
    guard steps <= Self.mostSteps else {
      throw .limit(
        Refusal(
          "multiplied out, the formulas make more than \(Self.mostSteps) letters",
          remedy: "give the sizes numbers, or split the claim"))
    }
  }
}

/// The matrices and the commuting numbers that words are made of.
package struct Alphabet {
  package let effort = WordEffort()
  package private(set) var symbols: [LetterSymbol] = []
  private var known: [LetterSymbol: Int] = [:]
  /// Commuting numbers, by name: constants, open sizes, parameters that are numbers.
  package private(set) var scalars: [Scalar] = []
  private var knownScalars: [String: Int] = [:]

  package init() {}

  /// A commuting number.
  package struct Scalar {
    package let name: String
    /// What it is; only parameters, their velocities and the loss move.
    package let role: LetterSymbol.Role
    /// Whether it is an open size, which a counterexample gives a number.
    package let isSize: Bool
  }

  package mutating func letter(_ symbol: LetterSymbol) -> Letter {
    if let position = known[symbol] { return Letter(symbol: position, isTransposed: false) }
    symbols.append(symbol)
    known[symbol] = symbols.count - 1
    return Letter(symbol: symbols.count - 1, isTransposed: false)
  }

  package mutating func scalar(_ name: String, _ role: LetterSymbol.Role, isSize: Bool = false) -> Int {
    if let position = knownScalars[name] { return position }
    scalars.append(Scalar(name: name, role: role, isSize: isSize))
    knownScalars[name] = scalars.count - 1
    return scalars.count - 1
  }

  package func rows(_ letter: Letter) -> Size {
    letter.isTransposed ? symbols[letter.symbol].columns : symbols[letter.symbol].rows
  }

  package func columns(_ letter: Letter) -> Size {
    letter.isTransposed ? symbols[letter.symbol].rows : symbols[letter.symbol].columns
  }
}

/// A product of matrices: a word over an ``Alphabet``.
package typealias Word = [Letter]

extension Word {
  /// (AB)' = B'A'.
  package var transposed: Word { reversed().map(\.transposed) }

  package func isBefore(_ other: Word) -> Bool { lexicographicallyPrecedes(other) }
}

extension Alphabet {
  /// The places in a word, its ends among them, where it passes through a single dimension: what is between two of them is a number.
  package func joints(_ word: Word) -> [Int] {
    guard let first = word.first else { return [] }
    var places = rows(first) == .number(1) ? [0] : []
    for (place, letter) in word.enumerated() where columns(letter) == .number(1) { places.append(place + 1) }
    return places
  }

  /// The words whose traces multiply to the trace of a word, each in the least of its forms: a trace is the same for every rotation of
  /// its word and for the transpose, and falls apart where the word passes through a single dimension.
  package func traces(of word: Word) -> [Word] {
    guard !word.isEmpty else { return [] }
    // The end is the beginning again.
    let cuts = joints(word).filter { $0 < word.count }
    guard let start = cuts.first else { return [leastRotation(word)] }
    let rotated = Word(word[start...] + word[..<start])
    let bounds = cuts.map { $0 - start } + [word.count]
    return zip(bounds, bounds.dropFirst()).map { begin, end in
      let piece = Word(rotated[begin..<end])
      let other = piece.transposed
      return other.isBefore(piece) ? other : piece
    }
  }

  private func leastRotation(_ word: Word) -> Word {
    let candidates = [word, word.transposed].map { candidate in
      let start = Self.start(ofLeastRotation: candidate)
      return Word(candidate[start...] + candidate[..<start])
    }
    return candidates[1].isBefore(candidates[0]) ? candidates[1] : candidates[0]
  }

  /// Where the least rotation of a word begins, in a time linear in its length: two starts are compared, and the one that loses moves
  /// behind the stretch that made it lose (Booth 1980).
  private static func start(ofLeastRotation word: Word) -> Int {
    let count = word.count
    var (first, second, length) = (0, 1, 0)
    while first < count, second < count, length < count {
      let (a, b) = (word[(first + length) % count], word[(second + length) % count])
      if a == b {
        length += 1
        continue
      }
      if b < a { first += length + 1 } else { second += length + 1 }
      if first == second { second += 1 }
      length = 0
    }
    return min(first, second)
  }
}
