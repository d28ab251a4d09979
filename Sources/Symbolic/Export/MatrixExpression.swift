/// A formula of matrices of any sizes: what MathComp and Mathlib can say.
package indirect enum MatrixExpression: Equatable, Sendable {
  /// A parameter, a velocity, data, or the derivative of the loss in the model, by its identifier.
  case letter(String)
  case identity(String)
  case zero
  case product(MatrixExpression, MatrixExpression)
  case sum(MatrixExpression, MatrixExpression)
  case negative(MatrixExpression)
  case transpose(MatrixExpression)
  case scaled(NumberExpression, MatrixExpression)
}

/// A number beside matrices.
package indirect enum NumberExpression: Equatable, Sendable {
  case integer(Int)
  case letter(String)
  case product(NumberExpression, NumberExpression)
  case sum(NumberExpression, NumberExpression)
  case negative(NumberExpression)
  case trace(MatrixExpression)
}

extension MatrixExpression {
  /// Leibniz's rule, not simplified: `velocity` is what a letter's derivative is called, nil where it rests.
  package func derivative(_ velocity: (String) -> MatrixExpression?) -> MatrixExpression {
    switch self {
    case .letter(let name): velocity(name) ?? .zero
    case .identity, .zero: .zero
    case .product(let a, let b):
      .sum(.product(a.derivative(velocity), b), .product(a, b.derivative(velocity)))
    case .sum(let a, let b): .sum(a.derivative(velocity), b.derivative(velocity))
    case .negative(let a): .negative(a.derivative(velocity))
    case .transpose(let a): .transpose(a.derivative(velocity))
    case .scaled(let s, let a):
      .sum(.scaled(s.derivative(velocity), a), .scaled(s, a.derivative(velocity)))
    }
  }

  /// Adds to `parts` the derivative of ⟨G, self⟩ in every letter: G Bᵀ and Aᵀ G of a product A B.
  package func adjoint(_ cotangent: MatrixExpression, _ parts: inout [String: MatrixExpression]) {
    switch self {
    case .letter(let name): parts[name] = parts[name].map { .sum($0, cotangent) } ?? cotangent
    case .identity, .zero: break
    case .product(let a, let b):
      a.adjoint(.product(cotangent, .transpose(b)), &parts)
      b.adjoint(.product(.transpose(a), cotangent), &parts)
    case .sum(let a, let b):
      a.adjoint(cotangent, &parts)
      b.adjoint(cotangent, &parts)
    case .negative(let a): a.adjoint(.negative(cotangent), &parts)
    case .transpose(let a): a.adjoint(.transpose(cotangent), &parts)
    case .scaled(let s, let a): a.adjoint(.scaled(s, cotangent), &parts)
    }
  }

  /// How many letters are written.
  package var length: Int {
    switch self {
    case .letter, .identity, .zero: 1
    case .product(let a, let b), .sum(let a, let b): a.length + b.length
    case .negative(let a), .transpose(let a): a.length
    case .scaled(let s, let a): s.length + a.length
    }
  }

  /// How many words the expanded sum has, before any cancel.
  package var wordCount: Double {
    switch self {
    case .letter, .identity: 1
    case .zero: 0
    case .product(let a, let b): a.wordCount * b.wordCount
    case .sum(let a, let b): a.wordCount + b.wordCount
    case .negative(let a), .transpose(let a), .scaled(_, let a): a.wordCount
    }
  }

  /// The words of the expanded sum, letters with whether they are transposed; coefficients are left out.
  package func words(transposed: Bool = false) -> [[TraceWord.Letter]] {
    switch self {
    case .letter(let name): return [[.init(name: name, isTransposed: transposed)]]
    case .identity: return [[]]
    case .zero: return []
    case .product(let a, let b):
      let (left, right) = (a.words(transposed: transposed), b.words(transposed: transposed))
      let (first, second) = transposed ? (right, left) : (left, right)
      return first.flatMap { front in second.map { front + $0 } }
    case .sum(let a, let b): return a.words(transposed: transposed) + b.words(transposed: transposed)
    case .negative(let a), .scaled(_, let a): return a.words(transposed: transposed)
    case .transpose(let a): return a.words(transposed: !transposed)
    }
  }
}

extension NumberExpression {
  package func derivative(_ velocity: (String) -> MatrixExpression?) -> NumberExpression {
    switch self {
    case .integer, .letter: .integer(0)
    case .product(let a, let b):
      .sum(.product(a.derivative(velocity), b), .product(a, b.derivative(velocity)))
    case .sum(let a, let b): .sum(a.derivative(velocity), b.derivative(velocity))
    case .negative(let a): .negative(a.derivative(velocity))
    case .trace(let a): .trace(a.derivative(velocity))
    }
  }

  package var length: Int {
    switch self {
    case .integer, .letter: 1
    case .product(let a, let b), .sum(let a, let b): a.length + b.length
    case .negative(let a): a.length
    case .trace(let a): a.length
    }
  }

  /// The matrices whose traces stand in it.
  package var traces: [MatrixExpression] {
    switch self {
    case .integer, .letter: []
    case .product(let a, let b), .sum(let a, let b): a.traces + b.traces
    case .negative(let a): a.traces
    case .trace(let a): [a]
    }
  }
}

/// A word under a trace, which may be turned around and transposed.
package struct TraceWord {
  package struct Letter: Hashable, Comparable {
    package let name: String
    package let isTransposed: Bool

    package init(name: String, isTransposed: Bool) { (self.name, self.isTransposed) = (name, isTransposed) }

    package static func < (a: Letter, b: Letter) -> Bool {
      a.name != b.name ? a.name < b.name : !a.isTransposed && b.isTransposed
    }
  }

  package let letters: [Letter]

  package init(letters: [Letter]) { self.letters = letters }

  /// The least among all words with the same trace, whether it is of the transposed word, and how many letters come from the front to the
  /// back to reach it.
  package var canonical: (letters: [Letter], isTransposed: Bool, turn: Int) {
    let reversed = letters.reversed().map { Letter(name: $0.name, isTransposed: !$0.isTransposed) }
    var best = (letters: letters, isTransposed: false, turn: 0)
    for (word, isTransposed) in [(letters, false), (reversed, true)] {
      for turn in word.indices {
        let turned = Array(word[turn...] + word[..<turn])
        if turned.lexicographicallyPrecedes(best.letters) { best = (turned, isTransposed, turn) }
      }
    }
    return best
  }
}
