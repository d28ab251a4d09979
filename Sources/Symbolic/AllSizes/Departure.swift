import CertificateChecker
import FlowLanguage
import Models

/// What must be 0 for a claim to hold; of a claim that something does not increase, what must not be positive.
package struct Departure {
  /// How a value refutes.
  package enum Sign {
    case zero
    case notPositive
  }

  package let sum: WordSum
  /// Axes of the claim's value.
  package let axes: Int
  package let sign: Sign
  /// Whether it is that of one data point of many, at which the squares of a certificate would be others.
  private let isOfOnePoint: Bool
  /// Equations that are assumed: left − right is 0.
  package private(set) var rules: [(left: WordSum, right: WordSum)] = []
  /// What does not increase, where it is the sum of the squares of a matrix, and the text of that.
  private var decaying: (value: WordSum, root: String)?
  /// What proves it where it is 0.
  package let evidence: ProofEvidence
  /// What is said where it is 0.
  package let zero: String
  /// What is said where it is not: what has a value.
  package let failure: String

  /// Nil for claims that are no equations.
  package init?(_ form: ClaimForm<Term>, _ reader: inout WordReader, _ motion: WordMotion) throws(WordsFault) {
    var (sign, evidence) = (Sign.zero, ProofEvidence(.identity))
    isOfOnePoint = motion.isOfWords && reader.hasPoints
    let given: [Equation<Term>]
    switch form {
    case .conserved(let value, let equations):
      // The inputs of a claim are any, those that the parameters move by are the data.
      guard !value.isBatched else { return nil }
      axes = value.shape.sizes.count
      sum = try motion.derivative(of: reader.read(value), &reader.alphabet)
      (zero, failure) = ("the derivative along the flow is 0", "the derivative along the flow")
      given = equations
    case .decays(let value, let rate, let equations):
      guard !value.isBatched, !rate.isBatched else { return nil }
      axes = value.shape.sizes.count
      let quantity = try reader.read(value)
      let derivative = try motion.derivative(of: quantity, &reader.alphabet)
      sum = try derivative.plus(quantity.times(reader.read(rate), in: reader.alphabet))
      (zero, failure) = (
        "the derivative along the flow is minus the rate times the value",
        "the derivative plus the rate times the value"
      )
      given = equations
    case .identity(let sides, let equations):
      axes = max(sides.left.shape.sizes.count, sides.right.shape.sizes.count)
      let left = try reader.read(sides.left)
      let right = try reader.read(sides.right)
      // A number beside a matrix would stand for every entry.
      guard (left.shape == nil) == (right.shape == nil) || left.isZero || right.isZero else { return nil }
      sum = try left.plus(right, times: -1)
      (zero, failure) = ("both sides are equal", "left minus right")
      given = equations
    case .nonincreasing(let value, let roots):
      guard !value.isBatched, !roots.contains(where: \.isBatched) else { return nil }
      axes = 0
      given = []
      var total = try motion.derivative(of: reader.read(value), &reader.alphabet)
      for root in roots {
        let square = try reader.read(root)
        total = try total.plus(
          square.transposed.times(square, in: reader.alphabet).trace(in: &reader.alphabet))
      }
      sum = total
      if roots.isEmpty {
        sign = .notPositive
        if case .call(.norm2, let operands) = value.kind, operands.count == 1 {
          decaying = (try reader.read(value), reader.file.text(of: operands[0]))
        }
        (zero, failure) = ("the derivative along the flow is 0", "the derivative along the flow")
      } else {
        evidence = ProofEvidence(
          .squares, squares: roots.map { .init(coefficient: "1", root: reader.file.text(of: $0)) })
        (zero, failure) = (
          "the derivative along the flow is minus the sum of the squares", "the derivative plus the sum of the squares"
        )
      }
    default: return nil
    }
    (self.sign, self.evidence) = (sign, evidence)
    for equation in given {
      if reader.hasPoints, equation.left.isBatched || equation.right.isBatched { return nil }
      rules.append((try reader.read(equation.left), try reader.read(equation.right)))
    }
  }

  /// Whether a value of an entry refutes the claim.
  package func isRefuted(by value: Rational) -> Bool { sign == .zero ? value != 0 : value.numerator > 0 }

  /// The squares that what does not increase is minus the sum of; nil where it is written otherwise.
  package func squares(_ alphabet: Alphabet) -> [ProofEvidence.Square]? {
    guard sign == .notPositive, !isOfOnePoint else { return nil }
    if let decaying, let rate = sum.quotient(by: decaying.value), rate.numerator < 0 {
      return [.init(coefficient: "\(-rate)", root: decaying.root)]
    }
    var squares: [ProofEvidence.Square] = []
    for (product, coefficient) in sum.terms {
      guard coefficient.numerator < 0, let root = product.root(in: alphabet) else { return nil }
      squares.append(.init(coefficient: "\(-coefficient)", root: root))
    }
    return squares.sorted { $0.root < $1.root }
  }
}

extension WordSum {
  /// The fraction that it is of another sum; nil where it is none.
  package func quotient(by other: WordSum) -> Rational? {
    guard let (product, coefficient) = other.terms.first, let own = terms[product],
      let inverse = try? Rational(coefficient.denominator, coefficient.numerator), let quotient = try? own * inverse,
      let rest = try? plus(other, times: -quotient), rest.isZero
    else { return nil }
    return quotient
  }
}

extension WordSum.Product {
  /// As text, a matrix or number whose sum of squares is this: of even powers and traces in pairs, but for one that is tr(A A').
  package func root(in alphabet: Alphabet) -> String? {
    guard word.isEmpty, scalars.allSatisfy({ $0.exponent % 2 == 0 }) else { return nil }
    // A letter that stands for a formula has no text of its own.
    guard !traces.contains(where: { $0.contains { alphabet.symbols[$0.symbol].role == .opaque } }) else { return nil }
    var factors = scalars.map { power in
      let exponent = power.exponent / 2
      return alphabet.scalars[power.scalar].name + (exponent == 1 ? "" : "^\(exponent)")
    }
    var single: Word?
    var rest = traces[...]
    while let trace = rest.popFirst() {
      if trace == rest.first {
        rest.removeFirst()
        factors.append("tr(\(alphabet.text(trace)))")
      } else {
        guard single == nil else { return nil }
        single = trace
      }
    }
    if let single {
      guard let half = alphabet.half(of: single) else { return nil }
      factors.append(alphabet.text(half))
    }
    return factors.isEmpty ? "1" : factors.joined(separator: "*")
  }
}

extension Alphabet {
  /// A with tr(A A') the trace of a word.
  package func half(of word: Word) -> Word? {
    guard word.count % 2 == 0, !word.isEmpty else { return nil }
    // A trace that passes through a single dimension begins and ends there.
    for start in word.indices where start == 0 || rows(word[0]) != .number(1) {
      let rotated = Word(word[start...] + word[..<start])
      let half = Word(rotated.prefix(word.count / 2))
      if Word(rotated.suffix(word.count / 2)) == half.transposed { return half }
    }
    return nil
  }

  /// A word as the language writes it.
  package func text(_ word: Word) -> String {
    word.map { symbols[$0.symbol].name + ($0.isTransposed ? "'" : "") }.joined(separator: "*")
  }
}
