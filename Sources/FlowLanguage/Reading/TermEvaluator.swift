import Models

/// Values of a term along a flow, and how fast they change.
///
/// A state is θ, under `momentum` θ and behind it the velocities of all blocks. Programs evaluate what programs can say, without
/// allocation once rates were planned, which is when they are asked for first; singular values and extreme entries of their arrays follow in plain code. Not thread-safe: an evaluator owns its
/// memory.
public final class TermEvaluator {
  /// The extents of the value: the data points where it has one for each, then its own axes.
  public let shape: [Int]
  /// Number of values.
  public let count: Int
  /// Number of terms of the sum that the value is: 3 for A − B + C.
  public let termCount: Int
  /// The blocks of a state: those of θ, under `momentum` behind them their velocities.
  public let stateLayout: ParameterLayout
  /// Length of a state.
  public var stateCount: Int { stateLayout.count }
  /// The blocks of a state that the value depends on by its form, by position; what it depends on through dLoss/dmodel alone is
  /// not among them.
  public let blocks: [Int]
  /// Length of dLoss/dmodel where the loss is any and the term asks for it; otherwise 0. ``setCotangent(_:rate:)`` gives it.
  public let cotangentCount: Int
  /// Whether the loss is any and the term asks for its value. ``setLoss(_:rate:)`` gives it.
  public let takesLoss: Bool
  /// Length of the velocity that ``setVelocity(_:)`` is to give: that of a state where the term asks for derivatives along a given
  /// velocity, otherwise 0.
  public let velocityCount: Int
  /// Whether the term is a program: evaluating it allocates nothing.
  public let isProgram: Bool
  /// Whether ``writeRate(_:velocity:into:)`` has a value: not for derivatives of singular values and extreme entries along the
  /// flow, whose rate is a second derivative.
  public let hasRate: Bool
  private let evaluator: ProgramValues
  private let atoms: [AtomEvaluator]
  /// The state and its velocity with what programs read besides.
  private let state: Buffer<Double>
  private let moving: Buffer<Double>
  /// Values of all terms, and their rates.
  private let terms: Buffer<Double>

  init(
    _ source: ProgramBuilder, _ term: Term, minus other: Term?, takesVelocity: Bool = false
  ) throws(Refusal) {
    var builder = source
    builder.extra.takesVelocity = takesVelocity
    do { try builder.addVelocities() } catch { throw source.file.placed(error, term.span) }
    let layout = builder.program.layout
    stateLayout = layout
    builder.extra.takesAtoms = true
    try builder.declare(neededBy: [term] + (other.map { [$0] } ?? []))
    var parts = Self.parts(of: term, isNegative: false)
    if let other, !Self.isZero(other) { parts += Self.parts(of: other, isNegative: true) }
    // A number is compared with every entry.
    let wide = (other.map { [term, $0] } ?? [term]).max { $0.shape.sizes.count < $1.shape.sizes.count } ?? term
    let axes = Axes(
      shape: wide.shape.numbers, indices: [], isBatched: term.isBatched || other?.isBatched == true)
    shape = (axes.isBatched ? [builder.pointCount] : []) + axes.shape
    termCount = parts.count
    var nodes: [Program.ID] = []
    for part in parts {
      var formula = try builder.formula(part.term)
      if part.isNegative {
        for k in formula.summands.indices { formula.summands[k].coefficient = -formula.summands[k].coefficient }
      }
      nodes.append(try builder.written(formula, axes, part.term.span))
    }
    do {
      let all = try Self.stacked(nodes, &builder.program)
      let program = builder.program
      let places = program.layout.blocks
      func place(_ block: Program.ID) -> Int {
        program.blocks.firstIndex { $0.node == block }.map { places[$0].offset } ?? 0
      }
      evaluator = try ProgramValues(program, of: all)
      var atoms: [AtomEvaluator] = []
      var roots = [all]
      for number in builder.atoms(under: [all]) {
        let atom = builder.extra.atoms[number]
        roots += [atom.argument] + (atom.argumentRate.map { [$0] } ?? [])
        atoms.append(try AtomEvaluator(atom, program, offset: place(atom.block)))
      }
      self.atoms = atoms
      let needed = program.ancestors(of: roots)
      blocks = layout.blocks.indices.filter { needed[program.blocks[$0].node.index] }
      cotangentCount = builder.extra.cotangent.map { program[$0].count } ?? 0
      cotangentOffset = builder.extra.cotangent.map(place) ?? 0
      takesLoss = builder.extra.loss != nil
      lossOffset = builder.extra.loss.map(place) ?? 0
      velocityCount = builder.extra.flowVelocities.isEmpty ? 0 : layout.count
      velocityOffset = builder.extra.flowVelocities.first.map(place) ?? 0
      let isLong = program.layout.count > layout.count
      state = Buffer(count: isLong ? program.layout.count : 0)
      moving = Buffer(count: isLong ? program.layout.count : 0)
    } catch { throw builder.file.placed(error, term.span) }
    count = evaluator.count / termCount
    terms = Buffer(count: termCount > 1 ? evaluator.count : 0)
    if cotangentCount > 0 {
      (state.pointer + cotangentOffset).update(repeating: .nan, count: cotangentCount)
      (moving.pointer + cotangentOffset).update(repeating: .nan, count: cotangentCount)
    }
    if takesLoss {
      state.pointer[lossOffset] = .nan
      moving.pointer[lossOffset] = .nan
    }
    isProgram = atoms.isEmpty
    hasRate = atoms.allSatisfy { $0.hasRate } && velocityCount == 0
  }

  private let cotangentOffset: Int
  private let lossOffset: Int
  private let velocityOffset: Int

  /// The terms of a sum with their signs, from left to right.
  private static func parts(of term: Term, isNegative: Bool) -> [(term: Term, isNegative: Bool)] {
    switch term.kind {
    case .sum(let first, let addends):
      return parts(of: first, isNegative: isNegative)
        + addends.flatMap { parts(of: $0.operand, isNegative: $0.isSubtracted != isNegative) }
    case .negative(let operand): return parts(of: operand, isNegative: !isNegative)
    default: return [(term, isNegative)]
    }
  }

  private static func isZero(_ term: Term) -> Bool {
    if case .number(let number) = term.kind { number.numerator == 0 } else { false }
  }

  /// Nodes of one shape as one, the first axis telling them apart.
  private static func stacked(_ nodes: [Program.ID], _ program: inout Program) throws(Refusal) -> Program.ID {
    if nodes.count == 1 { return nodes[0] }
    let shape = program[nodes[0]].shape
    let labels = Array(1..<shape.count + 1)
    var products: [Program.Product] = []
    for (number, node) in nodes.enumerated() {
      let place = try program.selection(rows: [], of: [nodes.count], indices: [Int32(clamping: number)])
      products.append(
        Program.Product(1, [Program.Use(node, labels), Program.Use(place, [0])], out: [0] + labels))
    }
    return try program.sum(products, shape: [nodes.count] + shape)
  }

  // MARK: Values

  /// Gives dLoss/dmodel, of ``cotangentCount`` numbers, and its derivative along the flow, which only rates of what holds `grad` or
  /// `der` need. Both are copied and stay until they are given anew; what needs one that was not given is NaN.
  public func setCotangent(_ values: UnsafePointer<Double>, rate: UnsafePointer<Double>? = nil) {
    guard cotangentCount > 0 else { return }
    (state.pointer + cotangentOffset).update(from: values, count: cotangentCount)
    let target = moving.pointer + cotangentOffset
    if let rate {
      target.update(from: rate, count: cotangentCount)
    } else {
      target.update(repeating: .nan, count: cotangentCount)
    }
  }

  /// Gives the value of any loss, and how fast it changes, which only rates of what holds `loss` need; what needs one that was not given
  /// is NaN.
  public func setLoss(_ value: Double, rate: Double = .nan) {
    guard takesLoss else { return }
    state.pointer[lossOffset] = value
    moving.pointer[lossOffset] = rate
  }

  /// Gives the velocity of the state, of ``velocityCount`` numbers, which is copied and stays until it is given anew.
  public func setVelocity(_ values: UnsafePointer<Double>) {
    guard velocityCount > 0 else { return }
    (state.pointer + velocityOffset).update(from: values, count: velocityCount)
  }

  /// Writes the ``count`` values at a state.
  public func write(_ parameters: UnsafePointer<Double>, into values: UnsafeMutablePointer<Double>) {
    if termCount == 1 { return writeTerms(parameters, into: values) }
    writeTerms(parameters, into: terms.pointer)
    add(into: values)
  }

  /// Writes the values of every term of the sum, one term after the other: A, −B, C for A − B + C.
  public func writeTerms(_ parameters: UnsafePointer<Double>, into values: UnsafeMutablePointer<Double>) {
    evaluator.write(complete(parameters), into: values)
  }

  /// Writes the derivatives of the values when the state moves with a velocity: exact, by the tangent program; σ' = uᵀ A' v
  /// for singular values. NaN where ``hasRate`` is false.
  public func writeRate(
    _ parameters: UnsafePointer<Double>, velocity: UnsafePointer<Double>, into rates: UnsafeMutablePointer<Double>
  ) {
    if termCount == 1 { return writeTermRates(parameters, velocity: velocity, into: rates) }
    writeTermRates(parameters, velocity: velocity, into: terms.pointer)
    add(into: rates)
  }

  /// Writes the derivatives of every term of the sum.
  public func writeTermRates(
    _ parameters: UnsafePointer<Double>, velocity: UnsafePointer<Double>, into rates: UnsafeMutablePointer<Double>
  ) {
    guard hasRate else { return rates.update(repeating: .nan, count: termCount * count) }
    let point = complete(parameters)
    guard state.count > 0 else { return evaluator.writeDerivatives(point, direction: velocity, into: rates) }
    moving.pointer.update(from: velocity, count: stateCount)
    for atom in atoms { atom.writeRate(point, velocity: moving.pointer) }
    evaluator.writeDerivatives(point, direction: moving.pointer, into: rates)
  }

  /// The state with what programs read besides.
  private func complete(_ parameters: UnsafePointer<Double>) -> UnsafePointer<Double> {
    guard state.count > 0 else { return parameters }
    state.pointer.update(from: parameters, count: stateCount)
    for atom in atoms { atom.write(state.pointer) }
    return UnsafePointer(state.pointer)
  }

  private func add(into values: UnsafeMutablePointer<Double>) {
    values.update(from: terms.pointer, count: count)
    for number in 1..<termCount {
      let term = terms.pointer + number * count
      for k in 0..<count { values[k] += term[k] }
    }
  }
}
