/// The instructions that compute some nodes of a program, in order, with a place for every array.
///
/// Instructions come in parts, each of which runs when its inputs are known: 0 needs constant numbers only, 1 also θ,
/// 2 also the weights, 3 θ and the direction, 4 everything. Part 0 runs once. What later parts read stays in place, so that
/// parts 3 and 4 can run again with another direction.
package struct Schedule: Sendable {
  /// What a part needs beyond constants.
  package enum Part: Int, CaseIterable, Sendable { case constants, parameters, weights, direction, tangents }

  /// A node whose entries go to a place outside, row-major, in a part that has run by then.
  struct Output {
    let node: Program.ID
    let place: Place
    let part: Part
  }

  /// In order.
  package private(set) var instructions: [Instruction] = []
  /// The instructions of every part.
  package private(set) var parts: [Range<Int>] = []
  /// Numbers the intermediate results need.
  package private(set) var arenaCount = 0
  /// The constant arrays, one behind the other.
  package private(set) var data: [Double] = []
  let storage: StoragePlan

  private var places: [Place?]

  /// Schedules what the outputs need; every product has at most two dense factors and one selection.
  ///
  /// - Parameters:
  ///   - outputs: the nodes, and where they go.
  ///   - pattern: a plan whose storage orders to keep, and the tangents of its nodes; without one the orders are chosen.
  /// - Throws: ``Refusal`` if an array or the work memory exceeds ``MemoryLimit``.
  init(
    _ program: Program, outputs: [Output],
    like pattern: (schedule: Schedule, tangents: [Program.ID: Program.ID])? = nil
  ) throws(Refusal) {
    let needed = program.ancestors(of: outputs.map(\.node))
    places = Array(repeating: nil, count: program.nodes.count)
    for (index, node) in program.nodes.enumerated() where needed[index] {
      // A selection is an index table, and was checked as one. Within the limit every extent and stride fits the 32 bits of
      // BLAS.
      if case .selection = node.kind { continue }
      try MemoryLimit.check(
        node.shape, what: "an array in the work memory of a model", remedy: "use smaller shapes or fewer samples")
    }
    var storage = StoragePlan(program, needed: needed, fixed: outputs.map(\.node))
    if let pattern {
      storage.take(pattern.schedule.storage, tangents: pattern.tangents)
    } else {
      storage.descend(rounds: 2)
    }
    self.storage = storage
    let parts = Self.parts(program)
    var computed: [Int] = []
    for part in Part.allCases {
      for (index, node) in program.nodes.enumerated()
      where parts[index] == part && needed[index] && !Self.isLeaf(node.kind) {
        computed.append(index)
      }
    }
    placeLeaves(program, needed)
    var copies: [Output] = []
    for output in outputs {
      let index = output.node.index
      if places[index] == nil, !Self.isLeaf(program.nodes[index].kind), parts[index].rawValue >= output.part.rawValue {
        places[index] = output.place
      } else {
        copies.append(output)
      }
    }
    try placeIntermediates(program, computed, parts, kept: copies.map(\.node.index))
    for part in Part.allCases {
      let start = instructions.count
      for index in computed where parts[index] == part { try emit(Program.ID(index), program) }
      for copy in copies where max(parts[copy.node.index].rawValue, copy.part.rawValue) == part.rawValue {
        let loops = Loop.merged([Loop(extent: program[copy.node].count, z: 1, x: 1, y: 0)])
        instructions.append(
          .contraction(
            Contraction(
              coefficient: 1, result: copy.place, factors: [place(copy.node)], loops: loops, rows: nil,
              accumulates: false, form: Lowering(loops, factors: 1).form)))
      }
      self.parts.append(start..<instructions.count)
    }
  }

  private static func isLeaf(_ kind: Program.Kind) -> Bool {
    switch kind {
    case .block, .direction, .weights, .data, .selection: true
    case .sum, .map, .softmax, .softmaxDerivative, .logSumExp: false
    }
  }

  /// The part of every node, by what it depends on.
  private static func parts(_ program: Program) -> [Part] {
    var inputs = [Int](repeating: 0, count: program.nodes.count)
    for index in program.nodes.indices {
      switch program.nodes[index].kind {
      case .block: inputs[index] = 1
      case .weights(let number): inputs[index] = number == 0 ? 2 : 8
      case .direction: inputs[index] = 4
      case .data, .selection: break
      default: for input in program.inputs(of: Program.ID(index)) { inputs[index] |= inputs[input.index] }
      }
    }
    return inputs.map { mask in
      if mask & 8 != 0 || mask & 6 == 6 { return .tangents }
      if mask & 4 != 0 { return .direction }
      if mask & 2 != 0 { return .weights }
      return mask & 1 != 0 ? .parameters : .constants
    }
  }

  private mutating func placeLeaves(_ program: Program, _ needed: [Bool]) {
    let layout = program.layout
    for index in program.nodes.indices where needed[index] {
      switch program.nodes[index].kind {
      case .block(let number): places[index] = Place(base: .parameters, offset: layout.blocks[number].offset)
      case .direction(let number): places[index] = Place(base: .direction, offset: layout.blocks[number].offset)
      case .weights(let number): places[index] = Place(base: number == 0 ? .weights : .weightsTangent, offset: 0)
      case .data(let number):
        while data.count % 8 != 0 { data.append(0) }
        places[index] = Place(base: .data, offset: data.count)
        data += program.data[number]
      default: break
      }
    }
  }

  private mutating func placeIntermediates(
    _ program: Program, _ computed: [Int], _ parts: [Part], kept: [Int]
  ) throws(Refusal) {
    var last = [Int](repeating: -1, count: program.nodes.count)
    for (position, index) in computed.enumerated() {
      for input in program.inputs(of: Program.ID(index)) {
        // Parts 3 and 4 may run again.
        let isKept = parts[input.index].rawValue < 3 && parts[index].rawValue >= 3
        last[input.index] = max(last[input.index], isKept ? computed.count : position)
      }
    }
    var (nodes, lifetimes): ([Int], [ArenaPlan.Lifetime]) = ([], [])
    for (position, index) in computed.enumerated() where places[index] == nil {
      let isKept = parts[index] == .constants || kept.contains(index)
      nodes.append(index)
      lifetimes.append(
        ArenaPlan.Lifetime(
          count: program.nodes[index].count, first: position, last: isKept ? computed.count : max(last[index], position)
        ))
    }
    let plan = ArenaPlan(lifetimes)
    arenaCount = try MemoryLimit.check(
      [plan.count], what: "the work memory of a model", remedy: "use smaller shapes or fewer samples")
    for (index, offset) in zip(nodes, plan.offsets) { places[index] = Place(base: .arena, offset: offset) }
  }

  private func place(_ id: Program.ID) -> Place { places[id.index] ?? Place(base: .arena, offset: 0) }

  private mutating func emit(_ id: Program.ID, _ program: Program) throws(Refusal) {
    let (node, result) = (program[id], place(id))
    let length = node.shape.last ?? 1
    switch node.kind {
    case .block, .direction, .weights, .data, .selection: break
    case .map(let function, let input):
      instructions.append(.map(function, from: place(input), to: result, count: node.count))
    case .softmax(let input):
      instructions.append(.softmax(from: place(input), to: result, rows: node.count / length, count: length))
    case .softmaxDerivative(let value, let vector):
      instructions.append(
        .softmaxDerivative(
          at: place(value), of: place(vector), to: result, rows: node.count / length, count: length))
    case .logSumExp(let input):
      instructions.append(
        .logSumExp(from: place(input), to: result, rows: node.count, count: program[input].shape.last ?? 1))
    case .sum(let products):
      var terms: [(product: Program.Product, lowering: ProductLowering)] = products.map {
        ($0, storage.lowering($0, of: id))
      }
      if let first = terms.firstIndex(where: \.lowering.setsResult) {
        terms.swapAt(0, first)
      } else {
        instructions.append(.clear(result, count: node.count))
      }
      for (position, term) in terms.enumerated() {
        let factors = term.product.uses.filter { places[$0.node.index] != nil }.map { place($0.node) }
        instructions.append(
          .contraction(
            try term.lowering.contraction(
              term.product.coefficient, result: result, factors: factors,
              accumulates: position > 0 || !term.lowering.setsResult)))
      }
    }
  }
}
