import FlowLanguage
import Models

/// How the letters of words move along the flow.
///
/// Along a flow of the loss there are two readings. *Of words*: the derivative of the loss in every part of it that is a word is a letter,
/// and the parameters move by it. *Of gradients*: the derivative in every parameter is a letter, whatever the loss is; that says less,
/// and holds for any loss of any data points.
///
/// With data points the first reading is that of one point. The true velocities are means over points, so that it says something of all
/// only where velocities stand linearly: in the derivative of what holds none itself.
package struct WordMotion {
  /// Which reading it is.
  package let isOfWords: Bool
  /// ∂loss/∂P by the position of P, where the flow is one of the loss.
  package private(set) var gradients: [Int: WordSum] = [:]
  /// P' by the position of P.
  package private(set) var velocities: [Int: WordSum] = [:]
  /// v_P' under momentum.
  package private(set) var accelerations: [Int: WordSum] = [:]
  /// The derivative of the loss in the model, where that is any; nil where the loss is stated.
  package private(set) var cotangent: (model: Int, value: WordSum)?
  /// Whether every letter may be any matrix: then a word sum that is not 0 has matrices at which it is not.
  package private(set) var isFree = true
  /// Whether every parameter has a gradient here: arrays of three axes have none.
  private let isOfAllParameters: Bool
  /// Parts of the loss that were observed.
  private var seen: Set<Part> = []
  /// Parts that are still to be observed.
  private var pending: [Term] = []

  private enum Part: Hashable {
    case declared(Int)
    case formula(Term)
  }

  /// - Parameter isOfWords: which reading is meant.
  /// - Throws: ``WordsFault`` where the flow has no such reading.
  package init(_ reader: inout WordReader, isOfWords: Bool) throws(WordsFault) {
    self.isOfWords = isOfWords
    let file = reader.file
    let parameters = file.declarations.indices.filter {
      file.declarations[$0].role == .parameter && file.declarations[$0].shape.sizes.count <= 2
    }
    isOfAllParameters = parameters.count == file.declarations.count { $0.role == .parameter }
    switch file.flow {
    case .field(let rates):
      guard isOfWords else { throw .notWords("a field, which no loss makes") }
      for rate in rates {
        guard let position = parameters.first(where: { file.declarations[$0].name == rate.name.text }) else { continue }
        guard !rate.value.isBatched else { throw .notWords("a field that depends on a data point") }
        velocities[position] = try Self.shaped(
          reader.read(rate.value), like: file.declarations[position], position, &reader)
      }
      return
    case .mirror:
      // Moves entry by entry; what does not move is still words.
      guard isOfWords else { throw .notWords("a mirror flow") }
      return
    case .gradient, .momentum: break
    }
    if isOfWords {
      try readGradients(&reader, parameters)
    } else {
      isFree = false
      for position in parameters {
        let declaration = file.declarations[position]
        gradients[position] = try reader.symbol("grad(\(declaration.name))", .cotangent, declaration.shape)
      }
    }
    for position in parameters {
      let declaration = file.declarations[position]
      let own = try reader.symbol(declaration.name, .parameter(position), declaration.shape)
      guard let down = try gradients[position]?.scaled(by: -1) else { continue }
      switch file.flow {
      case .gradient(let decay):
        guard let decay else {
          velocities[position] = down
          continue
        }
        let rate = try reader.read(decay)
        velocities[position] = try down.plus(own.times(rate, in: reader.alphabet), times: -1)
      case .momentum(let friction):
        let velocity = try reader.symbol("v_\(declaration.name)", .velocity(position), declaration.shape)
        velocities[position] = velocity
        let rate = try reader.read(friction)
        accelerations[position] = try down.plus(velocity.times(rate, in: reader.alphabet), times: -1)
      case .mirror, .field: break
      }
    }
  }

  /// The value with the shape of a parameter: 0 has none of its own.
  private static func shaped(
    _ value: WordSum, like declaration: Declaration, _ position: Int, _ reader: inout WordReader
  ) throws(WordsFault) -> WordSum {
    guard value.isZero else { return value }
    return WordSum(shape: try reader.symbol(declaration.name, .parameter(position), declaration.shape).shape)
  }

  // MARK: The derivative of the loss

  /// Every part of the loss that is a word is a matrix in which the loss has a derivative, any matrix: by it the parameters of the part
  /// move, however the rest is made (a bond between two factors is kept inside anything).
  private mutating func readGradients(_ reader: inout WordReader, _ parameters: [Int]) throws(WordsFault) {
    let file = reader.file
    var parts: [WordSum] = []
    guard file.program == nil else { throw .notWords("a loss that a program computes") }
    if let loss = file.loss {
      try observe(loss, &reader, &parts, isWhole: true)
    } else if let model = file.model, let value = file.declarations[model].value {
      let declaration = file.declarations[model]
      if declaration.indices.isEmpty {
        try observe(value, &reader, &parts, named: "grad(\(declaration.name))", declaration.shape, model: model)
      } else {
        try observe(value, &reader, &parts)
      }
    } else {
      // Without either the loss is one that is named elsewhere.
      throw .notWords("a loss that the text does not state")
    }
    var next = 0
    while next < reader.opaque.count || !pending.isEmpty {
      isFree = false
      if let part = pending.popLast() {
        try observe(part, &reader, &parts)
      } else {
        pending = Self.parts(of: reader.opaque[next].term, file)
        next += 1
      }
    }
    for position in parameters {
      let declaration = file.declarations[position]
      var total = WordSum(shape: try reader.symbol(declaration.name, .parameter(position), declaration.shape).shape)
      for part in parts {
        total = try total.plus(part.gradient(in: .parameter(position), &reader.alphabet))
      }
      gradients[position] = total
    }
  }

  /// Takes a part of the loss, weighed by the derivative of the loss in it.
  private mutating func observe(
    _ term: Term, _ reader: inout WordReader, _ parts: inout [WordSum], isWhole: Bool = false,
    named name: String? = nil,
    _ shape: Shape? = nil, model: Int? = nil
  ) throws(WordsFault) {
    // A part that stands there twice has one derivative, which is any anyhow.
    if !isWhole, name == nil {
      let part: Part = if case .declared(let position) = term.kind { .declared(position) } else { .formula(term) }
      guard seen.insert(part).inserted else { return }
    }
    let value: WordSum
    do { value = try reader.readReplacing(term) } catch {
      guard case .notWords = error else { throw error }
      isFree = false
      pending += Self.parts(of: term, reader.file)
      return
    }
    if isWhole {
      parts.append(value)
      return
    }
    if name == nil { isFree = false }
    let weight = try reader.symbol(name ?? "part \(parts.count + 1)", .cotangent, shape ?? term.shape)
    if let model { cotangent = (model, weight) }
    parts.append(try weight.transposed.times(value, in: reader.alphabet).trace(in: &reader.alphabet))
  }

  private static func parts(of term: Term, _ file: CheckedFile) -> [Term] {
    if case .declared(let position) = term.kind { return file.declarations[position].value.map { [$0] } ?? [] }
    if case .loss = term.kind { return file.loss.map { [$0] } ?? [] }
    return term.kind.parts
  }

  /// The derivative of the loss in something declared.
  package func gradient(of position: Int) throws(WordsFault) -> WordSum {
    if let gradient = gradients[position] { return gradient }
    if let cotangent, cotangent.model == position { return cotangent.value }
    throw .notWords("the derivative of the loss in a part of the model")
  }

  // MARK: Along the flow

  /// The derivative along the flow, by the product rule.
  package func derivative(of sum: WordSum, _ alphabet: inout Alphabet) throws(WordsFault) -> WordSum {
    var result = WordSum(shape: sum.shape)
    for (product, coefficient) in sum.terms {
      for k in product.scalars.indices {
        guard let rate = try rate(of: alphabet.scalars[product.scalars[k].scalar].role, &alphabet) else { continue }
        let power = product.scalars[k]
        var rest = product
        rest.scalars = WordSum.merged(
          product.scalars, [.init(scalar: power.scalar, exponent: -1)])
        let factor = try wording { () throws(Refusal) in try coefficient * Rational(power.exponent) }
        result = try result.plus(WordSum(rest, factor, sum.shape).times(rate, in: alphabet))
      }
      for k in product.traces.indices {
        var rest = product
        let word = rest.traces.remove(at: k)
        for place in word.indices {
          guard let rate = try rate(of: word[place], &alphabet) else { continue }
          // Rotated so that the letter stands last.
          let others = WordSum(word: Word(word[(place + 1)...] + word[..<place]), in: alphabet, around: word[place])
          let trace = try others.times(rate, in: alphabet).trace(in: &alphabet)
          result = try result.plus(WordSum(rest, coefficient, sum.shape).times(trace, in: alphabet))
        }
      }
      for place in product.word.indices {
        guard let rate = try rate(of: product.word[place], &alphabet) else { continue }
        var rest = product
        rest.word = []
        let left = WordSum(word: Word(product.word[..<place]), in: alphabet, size: alphabet.rows(product.word[place]))
        let right = WordSum(
          word: Word(product.word[(place + 1)...]), in: alphabet, size: alphabet.columns(product.word[place]))
        let whole = try left.times(rate, in: alphabet).times(right, in: alphabet)
        result = try result.plus(whole.times(WordSum(rest, coefficient, nil), in: alphabet))
      }
    }
    return result
  }

  private func rate(of letter: Letter, _ alphabet: inout Alphabet) throws(WordsFault) -> WordSum? {
    let rate = try rate(of: alphabet.symbols[letter.symbol].role, &alphabet)
    return letter.isTransposed ? rate?.transposed : rate
  }

  /// How something moves; nil of what does not.
  private func rate(of role: LetterSymbol.Role, _ alphabet: inout Alphabet) throws(WordsFault) -> WordSum? {
    switch role {
    case .parameter(let position):
      guard let rate = velocities[position] else { throw .notWords("a parameter that moves entry by entry") }
      return rate
    case .velocity(let position):
      guard let rate = accelerations[position] else { throw .notWords("a velocity that moves by entries") }
      return rate
    case .fixed, .constant: return nil
    case .loss: return try lossRate(&alphabet)
    case .cotangent: throw .notWords("the derivative of the loss, whose own is any")
    case .opaque: throw .notWords("a formula that is no word")
    }
  }

  /// loss' = Σ ⟨∂loss/∂P, P'⟩ over all parameters.
  private func lossRate(_ alphabet: inout Alphabet) throws(WordsFault) -> WordSum {
    guard !gradients.isEmpty, isOfAllParameters else { throw .notWords("the loss along the flow") }
    var total = WordSum()
    for (position, gradient) in gradients.sorted(by: { $0.key < $1.key }) {
      guard let velocity = velocities[position] else { throw .notWords("the loss along the flow") }
      total = try total.plus(
        gradient.transposed.times(velocity, in: alphabet).trace(in: &alphabet))
    }
    return total
  }
}
