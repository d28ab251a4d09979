import Models

/// A random small program: ties, broadcasts, diagonals, selections, empty labels, every function, softmax and log-sum-exp.
package struct RandomProgram {
  package private(set) var program = Program()
  package private(set) var output: Program.ID

  package init(_ random: inout TestRandom) throws {
    var nodes: [Program.ID] = []
    for number in 0..<random.index(1...3) {
      let shape = (0..<random.index(0...3)).map { _ in random.index(1...3) }
      nodes.append(try program.block("W\(number)", shape))
    }
    output = nodes[0]
    if random.index(0...1) == 0 {
      let shape = (0..<random.index(1...2)).map { _ in random.index(1...4) }
      nodes.append(try program.data(random.numbers(shape.reduce(1, *)), shape))
    }
    for _ in 0..<random.index(2...6) {
      output = try next(nodes, &random)
      nodes.append(output)
    }
    // At least one number that depends on θ.
    let labels = Array(program[nodes[0]].shape.indices)
    let all = program[output].shape.indices.map { $0 + labels.count }
    output = try program.sum(
      [Program.Product(1, [Program.Use(nodes[0], labels), Program.Use(output, all)], out: all)],
      shape: program[output].shape)
  }

  private mutating func next(_ nodes: [Program.ID], _ random: inout TestRandom) throws -> Program.ID {
    let one = nodes[random.index(0...nodes.count - 1)]
    switch random.index(0...9) {
    case 0, 1:
      return try mapped(one, &random)
    case 2 where !program[one].shape.isEmpty: return try program.softmax(one)
    case 3 where !program[one].shape.isEmpty: return try program.logSumExp(one)
    case 4 where !program[one].shape.isEmpty: return try program.softmaxDerivative(at: program.softmax(one), of: one)
    case 5 where !program[one].shape.isEmpty: return try selected(one, &random)
    default: return try sum(nodes, &random)
    }
  }

  /// A function of an array whose entries suit it: kinks only of leaves, which stay away from them; powers of positive numbers.
  private mutating func mapped(_ input: Program.ID, _ random: inout TestRandom) throws -> Program.ID {
    let third = try Rational(1, 3)
    var rows: [Function] = [
      .tanh, .sigmoid, .erf, .gaussian, .polynomial([third, 1, -2]), .polynomial([0, third]),
      .polynomial([0, 0, 0, third]), .polynomial([2]),
    ]
    if program.inputs(of: input).isEmpty { rows += [.relu, .absolute, .step, .sign] }
    if random.index(0...2) == 0 {
      let positive = try program.map(.sigmoid, program.map(.tanh, input))
      let powers: [Function] = [.exp, .log, .reciprocal, .squareRoot]
      return try program.map(powers[random.index(0...3)], positive)
    }
    return try program.map(rows[random.index(0...rows.count - 1)], input)
  }

  private mutating func selected(_ input: Program.ID, _ random: inout TestRandom) throws -> Program.ID {
    let shape = program[input].shape
    let rows = random.index(0...1) == 0 ? [random.index(1...5)] : [2, random.index(1...3)]
    let axes = random.index(1...shape.count)
    let targets = Array(shape.prefix(axes))
    let indices = (0..<rows.reduce(1, *)).flatMap { _ in targets.map { Int32(random.index(0...$0 - 1)) } }
    let selection = try program.selection(rows: rows, of: targets, indices: indices)
    let rowLabels = Array(rows.indices)
    let labels = shape.indices.map { $0 + rows.count }
    let out = rowLabels + labels.dropFirst(axes)
    return try program.sum(
      [
        Program.Product(
          1, [Program.Use(selection, rowLabels + labels.prefix(axes)), Program.Use(input, labels)], out: out)
      ],
      shape: rows + shape.dropFirst(axes))
  }

  /// One to three products of one to four factors; labels are drawn so that extents agree, sometimes the same twice.
  private mutating func sum(_ nodes: [Program.ID], _ random: inout TestRandom) throws -> Program.ID {
    let first = try product(nodes, out: nil, &random)
    var products = [first.0]
    for _ in 0..<random.index(0...2) where random.index(0...1) == 0 {
      products.append(try product(nodes, out: first.1, &random).0)
    }
    return try program.sum(products, shape: first.1)
  }

  private func product(
    _ nodes: [Program.ID], out shape: [Int]?, _ random: inout TestRandom
  ) throws -> (Program.Product, [Int]) {
    var extents: [Int] = []
    var uses: [Program.Use] = []
    for _ in 0..<random.index((shape == nil ? 1 : 0)...4) {
      let node = nodes[random.index(0...nodes.count - 1)]
      let labels = program[node].shape.map { extent in
        let fitting = extents.indices.filter { extents[$0] == extent }
        if !fitting.isEmpty, random.index(0...2) > 0 { return fitting[random.index(0...fitting.count - 1)] }
        extents.append(extent)
        return extents.count - 1
      }
      uses.append(Program.Use(node, labels))
      if extents.count > 6 { break }
    }
    var out: [Int] = []
    if let shape {
      for extent in shape {
        let fitting = extents.indices.filter { extents[$0] == extent }
        if !fitting.isEmpty, random.index(0...3) > 0 {
          out.append(fitting[random.index(0...fitting.count - 1)])
        } else {
          extents.append(extent)
          out.append(extents.count - 1)
        }
      }
    } else {
      for label in extents.indices.shuffled(using: &random).prefix(random.index(0...3)) { out.append(label) }
      if random.index(0...5) == 0 {
        extents.append(random.index(1...3))
        out.append(extents.count - 1)
      }
    }
    let coefficient = try Rational(random.index(1...4) * (random.index(0...1) == 0 ? 1 : -1), random.index(1...3))
    return (Program.Product(coefficient, uses, out: out), out.map { extents[$0] })
  }
}

extension TestRandom: RandomNumberGenerator {
  package mutating func next() -> UInt64 { bits() }
}
