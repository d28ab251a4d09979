/// A program whose kinks are held: |a| is σ∘a with σ = ±1 a number of its own for every entry, given like parameters behind θ, and
/// relu(a) is (a + |a|) / 2. Wherever σ is the sign of a this is the program itself; with σ held it is smooth beyond a = 0 as well.
struct SwitchedProgram {
  /// Arrays that change their signs at kinks.
  struct Switch {
    /// a.
    let argument: Program.ID
    /// σ.
    let sides: Program.ID
    /// Where its entries begin among those of all.
    let offset: Int
    let count: Int
  }

  private(set) var program = Program()
  private(set) var output = Program.ID(0)
  private(set) var switches: [Switch] = []
  /// Entries of all switches.
  var count: Int { switches.reduce(0) { $0 + $1.count } }

  private var known: [Program.ID: Program.ID] = [:]

  /// - Returns: nil for a program without kinks, or with jumps.
  /// - Throws: ``Refusal`` if a coefficient outgrows 64 bits.
  init?(_ source: Program, of node: Program.ID) throws(Refusal) {
    guard Self.hasKinks(source, node) else { return nil }
    let needed = source.ancestors(of: [node])
    let moves = source.dependents(on: source.blocks.map(\.node))
    for block in source.blocks { known[block.node] = try program.block(block.name, source[block.node].shape) }
    for index in source.nodes.indices where needed[index] {
      let id = Program.ID(index)
      if case .block = source[id].kind { continue }
      guard let made = try copy(id, of: source, moves: moves[index]) else { return nil }
      known[id] = made
    }
    guard let output = known[node] else { return nil }
    self.output = output
  }

  /// Whether a node has kinks that parameters move.
  static func hasKinks(_ source: Program, _ node: Program.ID) -> Bool {
    let needed = source.ancestors(of: [node])
    let moves = source.dependents(on: source.blocks.map(\.node))
    return source.nodes.indices.contains { index in
      guard needed[index], moves[index], case .map(let function, _) = source.nodes[index].kind else { return false }
      return !function.kinks.isEmpty
    }
  }

  private mutating func copy(
    _ id: Program.ID, of source: Program, moves: Bool
  ) throws(Refusal) -> Program.ID? {
    let shape = source[id].shape
    func here(_ old: Program.ID) -> Program.ID { known[old] ?? old }
    switch source[id].kind {
    case .block, .direction, .weights: return nil
    case .data(let number): return try program.data(source.data[number], shape)
    case .selection(let number):
      let selection = source.selections[number]
      return try program.selection(rows: selection.rows, of: selection.targets, indices: selection.indices)
    case .sum(let products):
      var own = products
      for k in own.indices {
        for u in own[k].uses.indices { own[k].uses[u].node = here(own[k].uses[u].node) }
      }
      return try program.sum(own, shape: shape)
    case .map(let function, let input):
      let argument = here(input)
      guard moves, !function.kinks.isEmpty else { return try program.map(function, argument) }
      switch function {
      case .absolute: return try size(argument)
      case .relu:
        let size = try size(argument)
        return try program.combine(Rational(1, 2), argument, Rational(1, 2), size)
      default: return nil
      }
    case .softmax(let input): return try program.softmax(here(input))
    case .softmaxDerivative(let value, let vector):
      return try program.softmaxDerivative(at: here(value), of: here(vector))
    case .logSumExp(let input): return try program.logSumExp(here(input))
    }
  }

  /// |a|, the same node for a and −a.
  private mutating func size(_ argument: Program.ID) throws(Refusal) -> Program.ID {
    var argument = argument
    let shape = program[argument].shape
    if case .sum(let products) = program[argument].kind, let first = products.first, first.coefficient.numerator < 0 {
      argument = try program.sum(
        products.map { (product) throws(Refusal) in
          Program.Product(try product.coefficient * -1, product.uses, out: product.out)
        }, shape: shape)
    }
    let sides: Program.ID
    if let known = switches.first(where: { $0.argument == argument }) {
      sides = known.sides
    } else {
      sides = try program.block("σ\(switches.count)", shape)
      switches.append(Switch(argument: argument, sides: sides, offset: count, count: program[argument].count))
    }
    let labels = Array(shape.indices)
    return try program.sum(
      [Program.Product(1, [Program.Use(sides, labels), Program.Use(argument, labels)], out: labels)], shape: shape)
  }
}
