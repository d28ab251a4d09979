import Models

/// A program, what is measured of it, and the model's own kernel where there is one.
struct Case {
  let name: String
  let program: ProgramEvaluator
  let kernel: (any Evaluator)?
  /// CPU milliseconds of compiling the program.
  let planning: Double

  init(
    _ name: String, _ measurements: Measurements, model: (any Model)? = nil,
    _ build: (inout Program) throws -> Program.ID
  )
    throws
  {
    self.name = name
    var program = Program()
    let node = try build(&program)
    let start = cpuSeconds()
    self.program = try ProgramEvaluator(program, prediction: node, measurements)
    planning = (cpuSeconds() - start) * 1e3
    kernel = try model?.evaluator(for: measurements)
  }
}

/// Random numbers that are the same in every run (xorshift).
struct Random {
  private var state: UInt64 = 0x9E37_79B9_7F4A_7C15

  mutating func bits() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }

  /// Uniform with variance 0.09.
  mutating func numbers(_ count: Int) -> [Double] {
    (0..<count).map { _ in (Double(bits() >> 11) * 0x1p-52 - 1) * 0.52 }
  }

  /// `count` entries of an object of this shape, or all of them row-major.
  mutating func entries(_ shape: [Int], _ count: Int?) throws -> Measurements {
    let size = shape.reduce(1, *)
    var indices: [Int32] = []
    for k in 0..<(count ?? size) {
      var rest = count == nil ? k : Int(bits() % UInt64(size))
      var tuple: [Int32] = []
      for dimension in shape.reversed() {
        tuple.insert(Int32(rest % dimension), at: 0)
        rest /= dimension
      }
      indices += tuple
    }
    return try Measurements(shape: shape, operators: .entries(indices: indices), values: numbers(count ?? size))
  }
}

func allCases() throws -> [Case] {
  var random = Random()
  var cases: [Case] = []
  func cp(_ program: inout Program, _ shape: [Int], _ components: Int) throws -> Program.ID {
    var blocks: [Program.ID] = []
    for (mode, dimension) in shape.enumerated() {
      blocks.append(try program.block("W\(mode)", [dimension, components]))
    }
    let letters = Array("ijkl").prefix(shape.count)
    return try program.einsum(letters.map { "\($0)r" }.joined(separator: ",") + "->" + String(letters), blocks)
  }
  let three = [10, 10, 10]
  cases.append(
    try Case("tc3 all", random.entries(three, nil), model: CPFactorization(shape: three, components: 100)) {
      try cp(&$0, three, 100)
    })
  cases.append(
    try Case("tc3", random.entries(three, 500), model: CPFactorization(shape: three, components: 100)) {
      try cp(&$0, three, 100)
    })
  let four = [10, 10, 10, 10]
  cases.append(
    try Case("tc4", random.entries(four, 2000), model: CPFactorization(shape: four, components: 1000)) {
      try cp(&$0, four, 1000)
    })
  cases.append(
    try Case(
      "dmf100", random.entries([100, 100], 2000),
      model: MatrixFactorization(shape: [100, 100], hiddenWidths: [100, 100])
    ) { program in
      let first = try program.block("W1", [100, 100])
      let second = try program.block("W2", [100, 100])
      return try program.einsum("ij,jk,kl->il", [program.block("W3", [100, 100]), second, first])
    })
  cases.append(
    try Case("tucker 25^3 core 5^3", random.entries([25, 25, 25], nil)) { program in
      var blocks = [try program.block("G", [5, 5, 5])]
      for mode in 0..<3 { blocks.append(try program.block("U\(mode)", [25, 5])) }
      return try program.einsum("abc,ia,jb,kc->ijk", blocks)
    })
  for count in [2000, nil] {
    cases.append(
      try Case("tree 16^4 width 16 \(count.map(String.init) ?? "all")", random.entries([16, 16, 16, 16], count)) {
        program in
        var blocks: [Program.ID] = []
        for mode in 0..<4 { blocks.append(try program.block("U\(mode)", [16, 16])) }
        blocks.append(try program.block("V0", [16, 16]))
        blocks.append(try program.block("V1", [16, 16]))
        blocks.append(try program.block("top", [16]))
        return try program.einsum("ia,ja,kb,lb,ac,bc,c->ijkl", blocks)
      })
  }
  let samples = random.numbers(100 * 1000)
  for function in [Function.relu, .tanh] {
    cases.append(
      try Case("two layers \(function.name)", random.entries([1, 1000], nil)) { program in
        let x = try program.data(samples, [100, 1000])
        let first = try program.block("W1", [200, 100])
        let second = try program.block("W2", [1, 200])
        return try program.einsum(
          "oh,hn->on", [second, program.map(function, program.einsum("hi,in->hn", [first, x]))])
      })
  }
  let tokens = random.numbers(8 * 32 * 64)
  cases.append(
    try Case("attention", random.entries([8, 32, 64], nil)) { program in
      let x = try program.data(tokens, [8, 32, 64])
      var weights: [Program.ID] = []
      for name in ["Q", "K", "V"] { weights.append(try program.block(name, [8, 8, 64])) }
      let q = try program.einsum("hed,bsd->bhse", [weights[0], x])
      let k = try program.einsum("hed,btd->bhte", [weights[1], x])
      let v = try program.einsum("hed,btd->bhte", [weights[2], x])
      let scores = try program.einsum("bhse,bhte->bhst", [q, k], times: Rational(1, 3))
      let mixed = try program.einsum("bhst,bhte->bhse", [program.softmax(scores), v])
      return try program.einsum("dhe,bhse->bsd", [program.block("O", [64, 8, 8]), mixed])
    })
  return cases
}
