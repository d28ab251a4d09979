import FlowLanguage
import Models

/// Reads the formulas of a checked text as words: matrices of all sizes, products, transposes, sums, traces.
package struct WordReader {
  package let file: CheckedFile
  package var alphabet = Alphabet()
  /// Formulas that are no words, by the letters that stand for them.
  package private(set) var opaque: [(term: Term, letter: Letter)] = []
  private var knownOpaque: [Term: Letter] = [:]
  /// Values of definitions, which may stand in each other any number of times.
  private var definitions: [Definition: WordSum] = [:]

  private struct Definition: Hashable {
    let position: Int
    let replacesOthers: Bool
  }

  /// Whether formulas that are no words become letters; otherwise they end the reading.
  package private(set) var replacesOthers = false
  /// Whether data were met whose entries the text gives: what fails for some data need not fail for them.
  package private(set) var readsGivenData = false
  /// What the loss, `der` and `grad` mean; nil while the flow itself is read.
  package var motion: WordMotion? {
    didSet { definitions = [:] }
  }

  /// Whether there are data points: the loss is then the mean of its values at all of them, which no word of one point is.
  package var hasPoints: Bool { file.declarations.contains { $0.role == .input } }

  /// Formulas that are being read, each a part of the one before.
  private var depth = 0
  /// The most of these: definitions may stand in each other any number of times.
  private static let mostDepth = 300
  /// The largest power of a matrix.
  package static let largestPower = 64

  package init(_ file: CheckedFile) { self.file = file }

  /// A part of the model or the loss, in which letters stand for what is no word.
  package mutating func readReplacing(_ term: Term) throws(WordsFault) -> WordSum {
    replacesOthers = true
    defer { replacesOthers = false }
    return try read(term)
  }

  /// - Throws: ``WordsFault``.
  package mutating func read(_ term: Term) throws(WordsFault) -> WordSum {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.mostDepth else {
      throw .limit(
        Refusal("definitions stand in each other more than \(Self.mostDepth) deep", remedy: "write fewer of them"))
    }
    do { return try readWords(term) } catch {
      guard case .notWords = error, replacesOthers else { throw error }
      return try replaced(term)
    }
  }

  /// A letter that stands for a formula.
  private mutating func replaced(_ term: Term) throws(WordsFault) -> WordSum {
    guard term.indices.isEmpty else { throw .notWords("a sum over indices") }
    let letter: Letter
    if let known = knownOpaque[term] {
      letter = known
    } else {
      letter = try self.letter("formula \(opaque.count + 1)", .opaque, term.shape)
      knownOpaque[term] = letter
      opaque.append((term, letter))
    }
    return WordSum(letter, in: alphabet)
  }

  private mutating func letter(
    _ name: String, _ role: LetterSymbol.Role, _ shape: Shape
  ) throws(WordsFault) -> Letter {
    let one = Size.number(1)
    let sizes: (Size, Size)
    switch shape.sizes.count {
    case 0: sizes = (one, one)
    case 1: sizes = shape.isRow ? (one, shape.sizes[0]) : (shape.sizes[0], one)
    case 2: sizes = (shape.sizes[0], shape.sizes[1])
    default: throw .notWords("'\(name)' has \(shape.sizes.count) axes")
    }
    return alphabet.letter(
      LetterSymbol(name: name, role: role, rows: sizes.0, columns: sizes.1, axes: shape.sizes.count))
  }

  /// Something declared without a value, as a matrix or a commuting number.
  package mutating func symbol(_ name: String, _ role: LetterSymbol.Role, _ shape: Shape) throws(WordsFault) -> WordSum
  {
    if shape.isNumber { return WordSum(scalar: alphabet.scalar(name, role)) }
    return WordSum(try letter(name, role, shape), in: alphabet)
  }

  // MARK: Formulas

  private mutating func readWords(_ term: Term) throws(WordsFault) -> WordSum {
    guard term.indices.isEmpty else { throw .notWords("an index") }
    switch term.kind {
    case .number(let number):
      return WordSum(try wording { () throws(Refusal) in try Rational(number.numerator, number.denominator) })
    case .size(.number(let value)): return WordSum(Rational(value))
    case .size(.open(let name)): return WordSum(scalar: alphabet.scalar(name, .fixed, isSize: true))
    case .declared(let position): return try read(declared: position)
    case .velocity(let position):
      let declaration = file.declarations[position]
      return try symbol("v_\(declaration.name)", .velocity(position), declaration.shape)
    case .identity:
      guard let size = term.shape.sizes.first else { throw .notWords("an identity without a size") }
      return WordSum(identity: size)
    case .loss:
      let motion = try means("the loss")
      guard let loss = file.loss, motion.isOfWords, !hasPoints else {
        return WordSum(scalar: alphabet.scalar("loss", .loss))
      }
      return try read(loss)
    case .call(let function, let arguments): return try read(function, arguments)
    case .derivative(let operand):
      let motion = try means("a derivative along the flow")
      return try motion.derivative(of: read(operand), &alphabet)
    case .gradient(let position): return try means("a derivative of the loss").gradient(of: position)
    case .transpose(let operand): return try read(operand).transposed
    case .negative(let operand): return try read(operand).scaled(by: -1)
    case .sum(let first, let addends):
      var total = try read(first)
      for addend in addends {
        total = try total.plus(read(addend.operand), times: addend.isSubtracted ? -1 : 1)
      }
      return total
    case .product(let first, let factors):
      var product = try read(first)
      for factor in factors { product = try joined(product, factor) }
      return product
    case .power(let base, let isEntrywise, let exponent): return try power(base, isEntrywise, exponent)
    case .einsum: throw .notWords("an einsum")
    case .indexSum: throw .notWords("a sum over indices")
    case .rows, .blocks: throw .notWords("a matrix of blocks")
    case .entry: throw .notWords("an entry")
    }
  }

  /// - Throws: ``WordsFault`` where that has no words: products of two means over points are no means.
  private func means(_ what: String) throws(WordsFault) -> WordMotion {
    guard let motion, !(motion.isOfWords && hasPoints) else { throw .notWords(what) }
    return motion
  }

  private mutating func read(declared position: Int) throws(WordsFault) -> WordSum {
    let declaration = file.declarations[position]
    switch declaration.role {
    case .parameter: return try symbol(declaration.name, .parameter(position), declaration.shape)
    case .constant: return try symbol(declaration.name, .constant, declaration.shape)
    case .input, .data:
      // Whatever its entries are: what is proved for any data is proved for these.
      if declaration.value != nil || declaration.file != nil { readsGivenData = true }
      return try symbol(declaration.name, .fixed, declaration.shape)
    case .model, .definition:
      guard let value = declaration.value, declaration.indices.isEmpty else {
        throw .notWords("an array by its entries")
      }
      let key = Definition(position: position, replacesOthers: replacesOthers)
      if let known = definitions[key] { return known }
      let sum = try read(value)
      definitions[key] = sum
      return sum
    }
  }

  private mutating func read(_ function: FunctionName, _ arguments: [Term]) throws(WordsFault) -> WordSum {
    switch (function, arguments.count) {
    case (.trace, 1): return try read(arguments[0]).trace(in: &alphabet)
    case (.norm2, 1), (.dot, 2):
      let left = try read(arguments[0])
      let right = try read(arguments[arguments.count - 1])
      return try left.transposed.times(right, in: alphabet).trace(in: &alphabet)
    default: throw .notWords("\(function.rawValue)")
    }
  }

  private mutating func joined(_ left: WordSum, _ factor: Term.Factor) throws(WordsFault) -> WordSum {
    switch factor.joint {
    case .scaled, .matrix, .outer: return try left.times(read(factor.operand), in: alphabet)
    case .quotient:
      let divisor = try read(factor.operand)
      guard divisor.terms.count <= 1, divisor.terms.keys.allSatisfy({ $0 == WordSum.Product() }) else {
        throw .notWords("a quotient")
      }
      guard let value = divisor.terms[WordSum.Product()] else {
        throw .refusal(file.refusal(factor.operand.span, "a division by zero", remedy: "divide by another number"))
      }
      return try left.scaled(
        by: wording { () throws(Refusal) in try Rational(value.denominator, value.numerator) })
    case .entrywise: throw .notWords("a product entry by entry")
    case .entrywiseQuotient: throw .notWords("a quotient entry by entry")
    }
  }

  private mutating func power(
    _ base: Term, _ isEntrywise: Bool, _ exponent: Term
  ) throws(WordsFault) -> WordSum {
    guard !isEntrywise || base.shape.isNumber, let count = Self.whole(exponent), count >= 0 else {
      throw .notWords("a power")
    }
    guard count <= Self.largestPower else {
      throw .limit(
        file.refusal(
          exponent.span, "the power \(count)", remedy: "use at most \(Self.largestPower), or give the sizes numbers"))
    }
    let value = try read(base)
    var product = base.shape.sizes.first.map { WordSum(identity: $0) } ?? WordSum(1)
    for _ in 0..<count { product = try product.times(value, in: alphabet) }
    return product
  }

  /// The whole number that an exponent is.
  package static func whole(_ exponent: Term) -> Int? {
    switch exponent.kind {
    case .number(let number): number.integer
    case .size(let size): size.number
    default: nil
    }
  }
}
