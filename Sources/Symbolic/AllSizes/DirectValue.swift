import FlowLanguage
import Models

/// The value of a text's formulas at matrices, by plain arithmetic on their entries: what words are compared with before a claim is
/// called violated.
///
/// Derivatives of the loss are found entry by entry, by its change in each of them, and those along the flow by the change of a formula
/// where the parameters change as the flow says.
package struct DirectValue {
  package let file: CheckedFile
  package let point: MatrixPoint
  /// Entries by name as polynomial texts write it without subscripts: `W`, `v_W`, `grad(f)`; others are 0.
  package let entries: [String: [Int]]
  /// Derivatives of the loss by the position of what they are in.
  private var gradients: [Int: [Rational]] = [:]
  /// Values of definitions in the direction that is being looked at.
  private var definitions: [Int: DualMatrix] = [:]

  package init(_ file: CheckedFile, _ point: MatrixPoint, _ alphabet: Alphabet) {
    self.file = file
    self.point = point
    var entries: [String: [Int]] = [:]
    for (symbol, values) in zip(alphabet.symbols, point.matrices) { entries[symbol.name] = values }
    for (scalar, value) in zip(alphabet.scalars, point.scalars) where !scalar.isSize { entries[scalar.name] = [value] }
    self.entries = entries
  }

  /// Multiplications done.
  private var work = 0
  /// The most of these, some tenths of a second.
  private static let mostWork = 1_000_000

  /// Changes of parameters and velocities by name.
  package typealias Direction = [String: [Rational]]

  /// What is to be 0 for a claim, as ``Departure`` has it; nil for claims that it has none of.
  ///
  /// - Throws: ``WordsFault`` where a formula is none of matrices, or a number is beyond 64 bits.
  package mutating func departure(_ form: ClaimForm<Term>) throws(WordsFault) -> [Rational]? {
    switch form {
    case .conserved(let value, _): return try evaluate(value, along: flow()).slopes
    case .decays(let value, let rate, _):
      let dual = try evaluate(value, along: flow())
      let rate = try evaluate(rate).entries[0]
      return try dual.slopes.plus(dual.entries.times(rate))
    case .identity(let sides, _):
      let (left, right) = (try evaluate(sides.left).entries, try evaluate(sides.right).entries)
      // A number that is 0 stands for an array of zeros.
      if left.count == 1, left[0] == 0 { return try right.times(-1) }
      if right.count == 1, right[0] == 0 { return left }
      return try left.plus(right.times(-1))
    case .nonincreasing(let value, let roots):
      var total = try evaluate(value, along: flow()).slopes
      for root in roots {
        for entry in try evaluate(root).entries {
          total[0] = try wording { () throws(Refusal) in try total[0] + entry * entry }
        }
      }
      return total
    default: return nil
    }
  }

  /// Whether the value of the words is what arithmetic on the entries comes to.
  package mutating func confirms(_ value: WordValues.Value, of form: ClaimForm<Term>) throws(WordsFault) -> Bool {
    try departure(form) == value.entries
  }

  // MARK: Motion

  /// How everything changes along the flow.
  private mutating func flow() throws(WordsFault) -> Direction {
    var direction: Direction = [:]
    if case .field(let rates) = file.flow {
      for rate in rates {
        guard let position = file.declarations.firstIndex(where: { $0.name == rate.name.text }) else { continue }
        let entries = try evaluate(rate.value).entries
        let count = size(of: file.declarations[position].shape)
        direction[rate.name.text] = entries.count == count ? entries : [Rational](repeating: 0, count: count)
      }
      return direction
    }
    for position in file.declarations.indices where file.declarations[position].role == .parameter {
      let name = file.declarations[position].name
      let down = try gradient(of: position).times(-1)
      switch file.flow {
      case .gradient(let decay):
        guard let decay else {
          direction[name] = down
          continue
        }
        let rate = try evaluate(decay).entries[0]
        direction[name] = try down.plus(values(name, file.declarations[position].shape).times(-rate))
      case .momentum(let friction):
        let velocity = values("v_\(name)", file.declarations[position].shape)
        direction[name] = velocity
        direction["v_\(name)"] = try down.plus(velocity.times(-evaluate(friction).entries[0]))
      case .mirror, .field: throw .notWords("a mirror flow")
      }
    }
    return direction
  }

  /// The derivative of the loss in a parameter, by its change in every entry; in the model, where the loss is any, its letter.
  private mutating func gradient(of position: Int) throws(WordsFault) -> [Rational] {
    if let known = gradients[position] { return known }
    let declaration = file.declarations[position]
    let count = size(of: declaration.shape)
    guard declaration.role == .parameter else {
      guard file.loss == nil, position == file.model else { throw .notWords("a derivative in a part of the model") }
      return values("grad(\(declaration.name))", declaration.shape)
    }
    var gradient: [Rational] = []
    for k in 0..<count {
      var direction = [Rational](repeating: 0, count: count)
      direction[k] = 1
      gradient.append(try lossSlope(along: [declaration.name: direction]))
    }
    gradients[position] = gradient
    return gradient
  }

  private mutating func lossSlope(along direction: Direction) throws(WordsFault) -> Rational {
    if let loss = file.loss { return try evaluate(loss, along: direction).slopes[0] }
    guard let model = file.model, let value = file.declarations[model].value else { throw .notWords("no loss") }
    let dual = try evaluate(value, along: direction)
    let weights = values("grad(\(file.declarations[model].name))", file.declarations[model].shape)
    var total: Rational = 0
    for (slope, weight) in zip(dual.slopes, weights) {
      total = try wording { () throws(Refusal) in try total + slope * weight }
    }
    return total
  }

  // MARK: Formulas

  private func extents(_ shape: Shape) -> (rows: Int, columns: Int) {
    let extents = shape.sizes.map { point.extent($0) }
    switch extents.count {
    case 0: return (1, 1)
    case 1: return shape.isRow ? (1, extents[0]) : (extents[0], 1)
    default: return (extents[0], extents[1])
    }
  }

  private func size(of shape: Shape) -> Int { shape.sizes.reduce(1) { $0 * point.extent($1) } }

  private func values(_ name: String, _ shape: Shape) -> [Rational] {
    entries[name]?.map { Rational($0) } ?? [Rational](repeating: 0, count: size(of: shape))
  }

  private func dual(_ entries: [Rational], _ slopes: [Rational]?, _ shape: Shape) throws(WordsFault) -> DualMatrix {
    guard shape.sizes.count <= 2 else { throw .notWords("an array of \(shape.sizes.count) axes") }
    let (rows, columns) = extents(shape)
    return DualMatrix(
      rows: rows, columns: columns, entries: entries,
      slopes: slopes ?? [Rational](repeating: 0, count: entries.count))
  }

  /// - Parameter direction: how the parameters change; nil where nothing does.
  package mutating func evaluate(_ term: Term, along direction: Direction? = nil) throws(WordsFault) -> DualMatrix {
    let others = definitions
    definitions = [:]
    defer { definitions = others }
    return try read(term, along: direction)
  }

  private mutating func read(_ term: Term, along direction: Direction?) throws(WordsFault) -> DualMatrix {
    guard term.indices.isEmpty else { throw .notWords("an index") }
    switch term.kind {
    case .number(let number):
      return try DualMatrix(
        constant: wording { () throws(Refusal) in try Rational(number.numerator, number.denominator) })
    case .size(.number(let value)): return DualMatrix(constant: Rational(value))
    case .size(.open(let name)): return DualMatrix(constant: Rational(point.sizes[name] ?? 1))
    case .declared(let position):
      let declaration = file.declarations[position]
      if declaration.role == .model || declaration.role == .definition {
        guard let value = declaration.value, declaration.indices.isEmpty else { throw .notWords("an array by entries") }
        if let known = definitions[position] { return known }
        let dual = try read(value, along: direction)
        definitions[position] = dual
        return dual
      }
      return try dual(values(declaration.name, term.shape), direction?[declaration.name], term.shape)
    case .velocity(let position):
      let name = "v_\(file.declarations[position].name)"
      return try dual(values(name, term.shape), direction?[name], term.shape)
    case .loss:
      guard let loss = file.loss else { throw .notWords("a loss that is any") }
      return try read(loss, along: direction)
    case .identity:
      // In a corner of a larger matrix its trace is not the corner's.
      guard let size = term.shape.sizes.first, size.number.map({ $0 <= point.corner }) ?? true else {
        throw .notWords("an identity larger than the corner")
      }
      let count = point.extent(size)
      return try dual((0..<count * count).map { $0 / count == $0 % count ? 1 : 0 }, nil, term.shape)
    case .derivative(let operand):
      guard direction == nil else { throw .notWords("a second derivative") }
      let along = try flow()
      return try dual(evaluate(operand, along: along).slopes, nil, term.shape)
    case .gradient(let position):
      guard direction == nil else { throw .notWords("a second derivative") }
      return try dual(gradient(of: position), nil, term.shape)
    case .transpose(let operand): return try read(operand, along: direction).transposed
    case .negative(let operand): return try product(DualMatrix(constant: -1), read(operand, along: direction))
    case .sum(let first, let addends):
      var total = try read(first, along: direction)
      for addend in addends {
        total = try total.plus(read(addend.operand, along: direction), times: addend.isSubtracted ? -1 : 1)
      }
      return total
    case .product(let first, let factors):
      var total = try read(first, along: direction)
      for factor in factors { total = try joined(total, factor, direction) }
      return total
    case .power(let base, let isEntrywise, let exponent): return try power(base, isEntrywise, exponent, direction)
    case .call(let function, let arguments): return try call(function, arguments, direction)
    case .einsum, .indexSum, .rows, .blocks, .entry: throw .notWords("entries")
    }
  }

  /// - Throws: ``WordsFault/limit(_:)`` beyond the most work.
  private mutating func product(_ a: DualMatrix, _ b: DualMatrix) throws(WordsFault) -> DualMatrix {
    work += a.entries.count * b.columns
    guard work <= Self.mostWork else {
      throw .limit(Refusal("the counterexample found is too large to check", remedy: "give the sizes numbers"))
    }
    return try a.times(b)
  }

  private mutating func joined(
    _ left: DualMatrix, _ factor: Term.Factor, _ direction: Direction?
  ) throws(WordsFault) -> DualMatrix {
    let right = try read(factor.operand, along: direction)
    switch factor.joint {
    case .scaled, .matrix, .outer: return try product(left, right)
    case .quotient:
      guard right.slopes[0] == 0 else { throw .notWords("a quotient") }
      let value = right.entries[0]
      return try product(
        left, DualMatrix(constant: wording { () throws(Refusal) in try Rational(value.denominator, value.numerator) }))
    case .entrywise, .entrywiseQuotient: throw .notWords("entries")
    }
  }

  private mutating func power(
    _ base: Term, _ isEntrywise: Bool, _ exponent: Term, _ direction: Direction?
  ) throws(WordsFault) -> DualMatrix {
    guard let count = WordReader.whole(exponent), count >= 0, !isEntrywise || base.shape.isNumber else {
      throw .notWords("a power")
    }
    let value = try read(base, along: direction)
    guard count > 0 else {
      guard base.shape.isNumber else { throw .notWords("a power 0") }
      return DualMatrix(constant: 1)
    }
    var total = value
    for _ in 1..<count { total = try product(total, value) }
    return total
  }

  private mutating func call(
    _ function: FunctionName, _ arguments: [Term], _ direction: Direction?
  ) throws(WordsFault) -> DualMatrix {
    switch (function, arguments.count) {
    case (.trace, 1):
      let matrix = try read(arguments[0], along: direction)
      var total = DualMatrix(constant: 0)
      for k in stride(from: 0, to: matrix.entries.count, by: matrix.columns + 1) {
        let entry = DualMatrix(rows: 1, columns: 1, entries: [matrix.entries[k]], slopes: [matrix.slopes[k]])
        total = try total.plus(entry, times: 1)
      }
      return total
    case (.norm2, 1), (.dot, 2):
      var left = try read(arguments[0], along: direction)
      var right = try read(arguments[arguments.count - 1], along: direction)
      let count = left.entries.count
      (left.rows, left.columns, right.rows, right.columns) = (1, count, count, 1)
      return try product(left, right)
    default: throw .notWords("\(function.rawValue)")
    }
  }
}
