import FlowLanguage
import Models

/// What ends the reading of a text as words.
package enum WordsFault: Error {
  /// The formula is no sum of products of matrices; what it is instead.
  case notWords(String)
  /// Beyond a limit of this reading: another one may still decide.
  case limit(Refusal)
  /// Something without a value.
  case refusal(Refusal)
}

/// Σ coefficient · numbers · traces · word: an element of the free algebra of matrices with transposes and traces.
///
/// Equal elements have equal ``terms``: two are the same for all matrices of all sizes exactly where these are. No polynomial identity
/// of matrices with transposes and traces holds for all sizes (Procesi 1976, Theorem 4.5, for sizes beyond the degree).
package struct WordSum {
  /// The product of numbers, traces and a word; without a word, a number, or a multiple of the identity.
  package struct Product: Hashable {
    /// Exponents of commuting numbers, by ascending position in ``Alphabet/scalars``.
    package var scalars: [Power] = []
    /// Words under traces, each in its least form, ascending.
    package var traces: [Word] = []
    package var word: Word = []

    /// The degree in letters.
    package var length: Int { traces.reduce(word.count) { $0 + $1.count } }
  }

  /// A power of a commuting number.
  package struct Power: Hashable {
    package let scalar: Int
    package let exponent: Int
  }

  /// Rows and columns; nil of a number.
  package var shape: (rows: Size, columns: Size)?
  package private(set) var terms: [Product: Rational] = [:]

  package var isZero: Bool { terms.isEmpty }

  /// The most products a sum may have.
  package static let mostTerms = 20_000
  /// The most letters a product may have.
  package static let mostLetters = 400

  package init(shape: (rows: Size, columns: Size)? = nil) { self.shape = shape }

  /// A number.
  package init(_ value: Rational) {
    if value != 0 { terms[Product()] = value }
  }

  /// A commuting number.
  package init(scalar: Int) { terms[Product(scalars: [Power(scalar: scalar, exponent: 1)])] = 1 }

  /// A matrix.
  package init(_ letter: Letter, in alphabet: Alphabet) {
    let shape = (rows: alphabet.rows(letter), columns: alphabet.columns(letter))
    if shape.rows == .number(1), shape.columns == .number(1) {
      terms[Product(traces: alphabet.traces(of: [letter]))] = 1
    } else {
      self.shape = shape
      terms[Product(word: [letter])] = 1
    }
  }

  /// The identity matrix.
  package init(identity size: Size) {
    shape = (size, size)
    terms[Product()] = 1
  }

  /// Takes in a product that is not there yet.
  package mutating func insert(_ product: Product, _ coefficient: Rational) {
    if coefficient != 0 { terms[product] = coefficient }
  }

  // MARK: Arithmetic

  package mutating func add(_ product: Product, _ coefficient: Rational) throws(WordsFault) {
    let sum = try wording { () throws(Refusal) in try (terms[product] ?? 0) + coefficient }
    terms[product] = sum == 0 ? nil : sum
    guard terms.count <= Self.mostTerms else {
      throw .limit(
        Refusal(
          "a formula has more than \(Self.mostTerms) products when it is multiplied out",
          remedy: "give the sizes numbers, or split the claim"))
    }
  }

  package func plus(_ other: WordSum, times factor: Rational = 1) throws(WordsFault) -> WordSum {
    var result = self
    result.shape = shape ?? other.shape
    for (product, coefficient) in other.terms {
      try result.add(product, wording { () throws(Refusal) in try coefficient * factor })
    }
    return result
  }

  package func scaled(by factor: Rational) throws(WordsFault) -> WordSum {
    try WordSum(shape: shape).plus(self, times: factor)
  }

  /// The product of matrices, or of one with a number.
  package func times(_ other: WordSum, in alphabet: Alphabet) throws(WordsFault) -> WordSum {
    var result = WordSum()
    if let shape, let other = other.shape {
      result.shape = (shape.rows, other.columns)
    } else {
      result.shape = shape ?? other.shape
    }
    let isNumber = result.shape.map { $0.rows == .number(1) && $0.columns == .number(1) } ?? false
    if isNumber { result.shape = nil }
    for (left, a) in terms {
      for (right, b) in other.terms {
        guard left.length + right.length <= Self.mostLetters else {
          throw .limit(
            Refusal("a product of more than \(Self.mostLetters) matrices", remedy: "use smaller powers"))
        }
        try alphabet.effort.spend(left.length + right.length + 1)
        var product = Product(
          scalars: Self.merged(left.scalars, right.scalars), traces: left.traces + right.traces,
          word: left.word + right.word)
        product.settle(in: alphabet, closes: isNumber)
        try result.add(product, wording { () throws(Refusal) in try a * b })
      }
    }
    return result
  }

  /// The transpose.
  package var transposed: WordSum {
    var result = WordSum(shape: shape.map { ($0.columns, $0.rows) })
    for (product, coefficient) in terms {
      var other = product
      other.word = product.word.transposed
      result.terms[other] = coefficient
    }
    return result
  }

  /// The trace; of the identity, its size.
  package func trace(in alphabet: inout Alphabet) throws(WordsFault) -> WordSum {
    var result = WordSum()
    for (product, coefficient) in terms {
      var (own, factor) = (product, coefficient)
      own.word = []
      if product.word.isEmpty {
        switch shape?.rows {
        case .number(let size)?: factor = try wording { () throws(Refusal) in try coefficient * Rational(size) }
        case .open(let name)?:
          let size = alphabet.scalar(name, .fixed, isSize: true)
          own.scalars = Self.merged(own.scalars, [Power(scalar: size, exponent: 1)])
        case nil: break
        }
      } else {
        own.traces += alphabet.traces(of: product.word)
        own.traces.sort { $0.isBefore($1) }
      }
      try result.add(own, factor)
    }
    return result
  }

  package static func merged(_ a: [Power], _ b: [Power]) -> [Power] {
    if a.isEmpty { return b }
    if b.isEmpty { return a }
    var exponents: [Int: Int] = [:]
    for power in a + b { exponents[power.scalar, default: 0] += power.exponent }
    return exponents.filter { $0.value != 0 }.map { Power(scalar: $0.key, exponent: $0.value) }
      .sorted { $0.scalar < $1.scalar }
  }
}

extension WordSum.Product {
  /// Takes out of the word the numbers between places where it passes through a single dimension.
  ///
  /// - Parameter closes: whether the word itself is a number.
  package mutating func settle(in alphabet: Alphabet, closes: Bool) {
    if closes {
      traces += alphabet.traces(of: word)
      word = []
    } else {
      let joints = alphabet.joints(word)
      if let first = joints.first, let last = joints.last, first < last {
        traces += alphabet.traces(of: Word(word[first..<last]))
        word = Word(word[..<first] + word[last...])
      }
    }
    if traces.count > 1 { traces.sort { $0.isBefore($1) } }
  }
}

/// Arithmetic whose only fault is a fraction beyond 64 bits.
package func wording<Value>(_ body: () throws(Refusal) -> Value) throws(WordsFault) -> Value {
  do { return try body() } catch { throw .limit(error) }
}
