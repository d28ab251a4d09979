import FlowLanguage
import Models

extension WordSum {
  /// One product.
  package init(_ product: Product, _ coefficient: Rational, _ shape: (rows: Size, columns: Size)?) {
    self.init(shape: shape)
    insert(product, coefficient)
  }

  /// A word, or the identity of that size where it is empty.
  package init(word: Word, in alphabet: Alphabet, size: Size) {
    guard let first = word.first, let last = word.last else {
      self.init(identity: size)
      return
    }
    self.init(Product(word: word), 1, (alphabet.rows(first), alphabet.columns(last)))
  }

  /// The rest of a trace around a letter.
  package init(word: Word, in alphabet: Alphabet, around letter: Letter) {
    self.init(word: word, in: alphabet, size: alphabet.columns(letter))
  }

  /// The derivative of a number in a matrix or number that it is made of: D tr(A P B) = (B A)'.
  package func gradient(in role: LetterSymbol.Role, _ alphabet: inout Alphabet) throws(WordsFault) -> WordSum {
    var result = WordSum()
    for (product, coefficient) in terms {
      for power in product.scalars where alphabet.scalars[power.scalar].role == role {
        var rest = product
        rest.scalars = Self.merged(product.scalars, [Power(scalar: power.scalar, exponent: -1)])
        let factor = try wording { () throws(Refusal) in try coefficient * Rational(power.exponent) }
        result = try result.plus(WordSum(rest, factor, nil))
      }
      for k in product.traces.indices {
        var rest = product
        let word = rest.traces.remove(at: k)
        for place in word.indices where alphabet.symbols[word[place].symbol].role == role {
          let letter = word[place]
          let others = WordSum(word: Word(word[(place + 1)...] + word[..<place]), in: alphabet, around: letter)
          let gradient = letter.isTransposed ? others : others.transposed
          result = try result.plus(gradient.times(WordSum(rest, coefficient, nil), in: alphabet))
        }
      }
    }
    return result
  }
}
