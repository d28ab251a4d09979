import Models

/// Exponential functions, roots and logarithms, written with four steps: eˣ, √x, ln x and 1/x.
extension TapeBuilder {
  /// The first values that a node needs.
  func atoms(of index: Int) -> [Tape.Leaf] {
    switch program.nodes[index].kind {
    case .map(.exp, let input): [.exponential(input.index, scale: 1)]
    case .map(.sigmoid, let input): [.exponential(input.index, scale: -1)]
    case .map(.tanh, let input): [.exponential(input.index, scale: -2)]
    case .map(.log, let input): [.logarithm(input.index)]
    case .map(.squareRoot, let input): [.root(input.index)]
    case .softmax(let input): [.exponential(input.index, scale: 1)]
    case .logSumExp(let input): [.exponential(input.index, scale: 1), .logarithm(index)]
    default: []
    }
  }

  /// How many entries such a leaf has: those of the node it names, which of log-sum-exp is the node itself.
  func count(of leaf: Tape.Leaf) -> Int {
    switch leaf {
    case .exponential(let node, _), .logarithm(let node), .root(let node), .gate(let node): program.nodes[node].count
    case .weights, .data: 0
    }
  }

  /// First values of an atom.
  func firstValues(_ atom: Tape.Leaf) throws(Refusal) -> Tape.Array {
    guard let first = atoms[atom]?.first else { throw Self.missing }
    return first
  }

  /// A function of every entry of the first array.
  mutating func written(_ operation: Tape.Operation, _ factors: [Tape.Array]) throws(Refusal) -> Tape.Array {
    let result = try tape.allocate(factors[0].count, isConstant: factors[0].isConstant)
    tape.add(operation, of: factors, to: result)
    return result
  }

  /// e^(scale · x), written once.
  mutating func exponential(_ input: Program.ID, scale: Int) throws(Refusal) -> Tape.Array {
    let atom = Tape.Leaf.exponential(input.index, scale: scale)
    if let known = atoms[atom]?.value { return known }
    let x = try array(input)
    var exponent = x
    if scale != 1 {
      exponent = try tape.allocate(x.count, isConstant: x.isConstant)
      tape.addEntrywise(Rational(scale), [x], to: exponent)
    }
    let value = try written(.exponential, [exponent, firstValues(atom)])
    atoms[atom]?.value = value
    return value
  }

  /// 1 / (1 + e⁻ˣ).
  mutating func sigmoid(_ input: Program.ID) throws(Refusal) -> Tape.Array {
    try oneOverOnePlus(exponential(input, scale: -1))
  }

  /// 2 / (1 + e⁻²ˣ) − 1.
  mutating func tanh(_ input: Program.ID) throws(Refusal) -> Tape.Array {
    let share = try oneOverOnePlus(exponential(input, scale: -2))
    let result = try tape.allocate(share.count, isConstant: share.isConstant)
    tape.addEntrywise(2, [share], to: result)
    tape.addEntrywise(-1, [], to: result)
    return result
  }

  private mutating func oneOverOnePlus(_ x: Tape.Array) throws(Refusal) -> Tape.Array {
    let total = try tape.allocate(x.count, isConstant: x.isConstant)
    tape.addEntrywise(1, [x], to: total)
    tape.addEntrywise(1, [], to: total)
    return try written(.reciprocal, [total])
  }

  /// eˣ / Σ eˣ along the last axis.
  mutating func softmax(_ input: Program.ID) throws(Refusal) -> Tape.Array {
    let powers = try exponential(input, scale: 1)
    let width = max(program[input].shape.last ?? 1, 1)
    let share = try written(.reciprocal, [rowSums([powers], width)])
    let result = try tape.allocate(powers.count, isConstant: powers.isConstant)
    tape.add(1, [powers, share], to: result, loops: Self.rows(powers.count, width, z: 1, x: 1, y: 0))
    return result
  }

  /// y∘v − y⟨y, v⟩ along the last axis.
  mutating func softmaxDerivative(_ value: Program.ID, _ vector: Program.ID) throws(Refusal) -> Tape.Array {
    let (y, v) = (try array(value), try array(vector))
    let width = max(program[value].shape.last ?? 1, 1)
    let along = try rowSums([y, v], width)
    let result = try tape.allocate(y.count, isConstant: y.isConstant && v.isConstant)
    tape.addEntrywise(1, [y, v], to: result)
    tape.add(-1, [y, along], to: result, loops: Self.rows(y.count, width, z: 1, x: 1, y: 0))
    return result
  }

  /// ln Σ eˣ along the last axis.
  mutating func logSumExp(_ index: Int, _ input: Program.ID) throws(Refusal) -> Tape.Array {
    let powers = try exponential(input, scale: 1)
    let sums = try rowSums([powers], max(program[input].shape.last ?? 1, 1))
    return try written(.logarithm, [sums, firstValues(.logarithm(index))])
  }

  /// Sums of products along rows of that width.
  private mutating func rowSums(_ factors: [Tape.Array], _ width: Int) throws(Refusal) -> Tape.Array {
    let sums = try tape.allocate(factors[0].count / width, isConstant: factors.allSatisfy(\.isConstant))
    let rows = Self.rows(factors[0].count, width, z: 0, x: 1, y: factors.count < 2 ? nil : 1)
    tape.add(1, factors, to: sums, loops: rows)
    return sums
  }

  /// Loops over rows and along them; 1 for an array of whole rows, 0 for one number a row, nil for none.
  private static func rows(_ count: Int, _ width: Int, z: Int, x: Int, y: Int?) -> [Loop] {
    func outer(_ inner: Int?) -> Int { inner.map { $0 == 1 ? width : 1 } ?? 0 }
    return [
      Loop(extent: count / width, z: outer(z), x: outer(x), y: outer(y)),
      Loop(extent: width, z: z, x: x, y: y ?? 0),
    ]
  }
}
