import Models

/// Writes the nodes of a program on a tape, each once.
package struct TapeBuilder {
  package let program: Program
  /// Constant arrays that stand for arbitrary numbers.
  package let freeData: Set<Int>
  private let isForBalls: Bool
  package var tape: Tape
  package private(set) var arrays: [Tape.Array?]
  private var gates: [Int: Tape.Array] = [:]
  /// First values of exponentials and logarithms, and the arrays that were written with them.
  var atoms: [Tape.Leaf: (first: Tape.Array, value: Tape.Array?)] = [:]
  private let offsets: [Int]

  /// - Parameter isForBalls: whether functions may be written that no prime knows.
  package init(_ program: Program, freeData: Set<Int>, isForBalls: Bool = false) {
    self.program = program
    self.isForBalls = isForBalls
    self.freeData = freeData
    let layout = program.layout
    tape = Tape(parameterCount: layout.count)
    offsets = layout.blocks.map(\.offset)
    arrays = Array(repeating: nil, count: program.nodes.count)
  }

  /// Writes what these nodes need and is not there yet, leaves first; the steps that were added, and the memory that they write.
  ///
  /// - Throws: ``Refusal`` naming a function that exact algebra does not know, or if memory would be exceeded.
  package mutating func write(_ outputs: [Program.ID]) throws(Refusal) -> Tape.Segment {
    let first = tape.steps.count
    let needed = program.ancestors(of: outputs)
    let indices = program.nodes.indices.filter { needed[$0] && arrays[$0] == nil }
    for index in indices { try placeLeaf(index) }
    let start = tape.size
    for index in indices where arrays[index] == nil { try emit(index) }
    for output in outputs where arrays[output.index] == nil {
      if case .selection(let number) = program[output].kind {
        arrays[output.index] = try written(program.selections[number], program[output].count)
      }
    }
    return Tape.Segment(steps: first..<tape.steps.count, memory: start..<tape.size)
  }

  /// Where a node that was written lies.
  package func array(_ node: Program.ID) throws(Refusal) -> Tape.Array {
    guard let array = arrays[node.index] else { throw Self.missing }
    return array
  }

  private mutating func placeLeaf(_ index: Int) throws(Refusal) {
    let node = program.nodes[index]
    switch node.kind {
    case .block(let number):
      arrays[index] = Tape.Array(start: offsets[number], count: node.count, isConstant: false)
    case .direction(let number):
      arrays[index] = Tape.Array(
        start: tape.parameterCount + offsets[number], count: node.count, isConstant: false)
    case .weights(let number): arrays[index] = try leaf(.weights(number), node.count, isConstant: false)
    case .data(let number):
      arrays[index] = try leaf(.data(number), node.count, isConstant: !freeData.contains(number))
    case .map(let function, let input) where !function.kinks.isEmpty:
      let root = gateRoot(input).node
      if gates[root] == nil { gates[root] = try leaf(.gate(root), node.count, isConstant: false) }
    default:
      for atom in atoms(of: index) where atoms[atom] == nil {
        atoms[atom] = (try leaf(atom, count(of: atom), isConstant: false), nil)
      }
    }
  }

  private mutating func leaf(_ leaf: Tape.Leaf, _ count: Int, isConstant: Bool) throws(Refusal) -> Tape.Array {
    let array = try tape.allocate(count, isConstant: isConstant)
    tape.leaves.append((leaf, array))
    return array
  }

  /// The node that decides where an array is positive: itself, or the one it is a multiple of.
  private func gateRoot(_ input: Program.ID) -> (node: Int, isOpposite: Bool) {
    var (node, isOpposite) = (input, false)
    while case .sum(let products) = program[node].kind, products.count == 1, products[0].uses.count == 1,
      products[0].uses[0].labels == products[0].out, Set(products[0].out).count == products[0].out.count
    {
      if products[0].coefficient.numerator < 0 { isOpposite.toggle() }
      node = products[0].uses[0].node
    }
    return (node.index, isOpposite)
  }

  private mutating func emit(_ index: Int) throws(Refusal) {
    let node = program.nodes[index]
    switch node.kind {
    // A selection is written out only where a product needs it as an array.
    case .block, .direction, .weights, .data, .selection: break
    case .sum(let products):
      let isConstant = products.allSatisfy { $0.uses.allSatisfy { arrays[$0.node.index]?.isConstant ?? true } }
      let result = try tape.allocate(node.count, isConstant: isConstant)
      arrays[index] = result
      for product in products { try write(product, result, node.shape) }
    case .map(let function, let input): arrays[index] = try map(function, input, node.count)
    case .softmax(let input): arrays[index] = try softmax(input)
    case .softmaxDerivative(let value, let vector): arrays[index] = try softmaxDerivative(value, vector)
    case .logSumExp(let input): arrays[index] = try logSumExp(index, input)
    }
  }

  private mutating func map(_ function: Function, _ input: Program.ID, _ count: Int) throws(Refusal) -> Tape.Array {
    guard let x = arrays[input.index] else { throw Self.missing }
    switch function {
    case .polynomial(let coefficients):
      var value: Tape.Array?
      for coefficient in coefficients.reversed() {
        let next = try tape.allocate(count, isConstant: x.isConstant)
        if let value { tape.addEntrywise(1, [value, x], to: next) }
        tape.addEntrywise(coefficient, [], to: next)
        value = next
      }
      if let value { return value }
      return try tape.allocate(count, isConstant: true)
    case .reciprocal:
      return try written(.reciprocal, [x])
    case .squareRoot: return try written(.root, [x, firstValues(.root(input.index))])
    case .exp: return try exponential(input, scale: 1)
    case .sigmoid: return try sigmoid(input)
    case .tanh: return try tanh(input)
    case .log: return try written(.logarithm, [x, firstValues(.logarithm(input.index))])
    case .relu, .step, .absolute, .sign:
      let root = gateRoot(input)
      guard let gate = gates[root.node] else { throw Self.missing }
      let result = try tape.allocate(count, isConstant: false)
      let isTwoSided = function == .absolute || function == .sign
      let factors = function == .relu || function == .absolute ? [x] : []
      // The gate g, or 1 − g; twice that less 1 for two sides.
      let slope: Rational = (isTwoSided ? 2 : 1)
      let sign: Rational = root.isOpposite ? -1 : 1
      tape.addEntrywise(try slope * sign, factors + [gate], to: result)
      let shift: Rational = isTwoSided ? (root.isOpposite ? 1 : -1) : (root.isOpposite ? 1 : 0)
      tape.addEntrywise(shift, factors, to: result)
      return result
    case .erf, .gaussian:
      guard isForBalls else { throw Self.unknown(function) }
      return try written(function == .erf ? .erf : .gaussian, [x])
    }
  }

  /// A function that no prime knows.
  static func unknown(_ function: Function) -> Refusal {
    Refusal(
      "\(function.name) is unknown to exact algebra modulo a prime: laws of it are not searched for",
      remedy: "take the laws that labels show, which need no search")
  }

  package static let missing = Refusal("a node of a program was not written", remedy: "report this with the model")

  // MARK: Products

  /// A factor with its labels.
  private struct Factor {
    var array: Tape.Array
    var labels: [Program.Label]
    var shape: [Int]

    /// How far a step along a label moves.
    func stride(_ label: Program.Label) -> Int {
      var (stride, total) = (1, 0)
      for axis in shape.indices.reversed() {
        if labels[axis] == label { total += stride }
        stride *= shape[axis]
      }
      return total
    }
  }

  /// Writes one product, two factors at a time.
  private mutating func write(_ product: Program.Product, _ result: Tape.Array, _ shape: [Int]) throws(Refusal) {
    var extents: [Program.Label: Int] = [:]
    var dense: [Factor] = []
    var selection: (labels: [Program.Label], array: Program.Selection)?
    for use in product.uses {
      let node = program[use.node]
      for (label, extent) in zip(use.labels, node.shape) { extents[label] = extent }
      if case .selection(let number) = node.kind, selection == nil, Set(use.labels).count == use.labels.count {
        selection = (use.labels, program.selections[number])
        continue
      }
      if arrays[use.node.index] == nil, case .selection(let number) = node.kind {
        arrays[use.node.index] = try written(program.selections[number], node.count)
      }
      guard let array = arrays[use.node.index] else { throw Self.missing }
      dense.append(Factor(array: array, labels: use.labels, shape: node.shape))
    }
    for (label, extent) in zip(product.out, shape) { extents[label] = extent }
    let kept = Set(product.out + (selection?.labels ?? []))
    while dense.count > 2 { try pair(&dense, kept, extents) }
    let out = Factor(array: result, labels: product.out, shape: shape)
    add(product.coefficient, dense, to: out, extents, selection)
  }

  /// Replaces the two factors whose product is least work by it.
  private mutating func pair(
    _ factors: inout [Factor], _ kept: Set<Program.Label>, _ extents: [Program.Label: Int]
  ) throws(Refusal) {
    var (least, chosen) = (Double.infinity, (0, 1))
    for i in factors.indices {
      for j in factors.indices where j > i {
        let labels = Set(factors[i].labels + factors[j].labels)
        let work = labels.reduce(1.0) { $0 * Double(extents[$1] ?? 1) }
        if work < least { (least, chosen) = (work, (i, j)) }
      }
    }
    let right = factors.remove(at: chosen.1)
    let left = factors.remove(at: chosen.0)
    let others = factors.reduce(kept) { $0.union($1.labels) }
    var labels: [Program.Label] = []
    for label in left.labels + right.labels where others.contains(label) && !labels.contains(label) {
      labels.append(label)
    }
    let shape = labels.map { extents[$0] ?? 1 }
    let count = try MemoryLimit.check(shape, what: "a partial product", remedy: "use smaller sizes")
    let array = try tape.allocate(count, isConstant: left.array.isConstant && right.array.isConstant)
    let result = Factor(array: array, labels: labels, shape: shape)
    add(1, [left, right], to: result, extents, nil)
    factors.append(result)
  }

  private mutating func add(
    _ coefficient: Rational, _ factors: [Factor], to result: Factor, _ extents: [Program.Label: Int],
    _ selection: (labels: [Program.Label], array: Program.Selection)?
  ) {
    func loop(_ label: Program.Label) -> Loop {
      Loop(
        extent: extents[label] ?? 1, z: result.stride(label), x: factors.first?.stride(label) ?? 0,
        y: factors.count > 1 ? factors[1].stride(label) : 0)
    }
    var labels: [Program.Label] = []
    for label in result.labels + factors.flatMap(\.labels) where !labels.contains(label) { labels.append(label) }
    guard let selection else {
      tape.add(coefficient, factors.map(\.array), to: result.array, loops: labels.map(loop))
      return
    }
    let inside = selection.labels.map(loop)
    let array = selection.array
    var starts: [Int64] = []
    starts.reserveCapacity(3 * array.count)
    for row in 0..<array.count {
      var at = MultiIndex.at(row, shape: array.rows)
      at += array.targets.indices.map { Int(array.indices[row * array.targets.count + $0]) }
      var (z, x, y) = (0, 0, 0)
      for (loop, place) in zip(inside, at) {
        z += loop.z * place
        x += loop.x * place
        y += loop.y * place
      }
      starts += [Int64(z), Int64(x), Int64(y)]
    }
    let own = labels.filter { !selection.labels.contains($0) }
    tape.add(coefficient, factors.map(\.array), to: result.array, loops: own.map(loop), rows: starts)
  }

  /// A selection as an array of zeros and ones.
  private mutating func written(_ selection: Program.Selection, _ count: Int) throws(Refusal) -> Tape.Array {
    let array = try tape.allocate(count, isConstant: true)
    let size = count / max(selection.count, 1)
    var starts: [Int64] = []
    for row in 0..<selection.count {
      var flat = 0
      for (axis, extent) in selection.targets.enumerated() {
        flat = flat * extent + Int(selection.indices[row * selection.targets.count + axis])
      }
      starts += [Int64(row * size + flat), 0, 0]
    }
    tape.add(1, [], to: array, loops: [], rows: starts)
    return array
  }
}
