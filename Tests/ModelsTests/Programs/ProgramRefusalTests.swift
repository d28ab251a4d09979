import Checkers
import Models
import Testing

/// Programs nobody should write end with a sentence: nothing traps, and nothing is allocated beyond the limit.
@Suite struct ProgramRefusalTests {
  private typealias Product = Program.Product
  private typealias Use = Program.Use

  private func refuses(
    _ words: String, _ location: SourceLocation = #_sourceLocation,
    _ build: (inout Program, Program.ID) throws -> Program.ID
  ) {
    let error = #expect(throws: Refusal.self, sourceLocation: location) {
      var program = Program()
      let a = try program.block("a", [2, 3])
      let node = try build(&program, a)
      _ = try ProgramEvaluator(program, predictions: node)
    }
    if let error { #expect("\(error)".contains(words), sourceLocation: location) }
  }

  @Test func shapesAndLabels() {
    refuses("every extent must be positive") { program, _ in try program.block("b", [2, 0]) }
    refuses("every extent must be positive") { program, _ in try program.sum([], shape: [0]) }
    refuses("every extent must be positive") { program, _ in try program.sum([], shape: [-3, 2]) }
    refuses("every extent must be positive") { program, _ in try program.einsum("->i", [], extents: ["i": 0]) }
    refuses("every extent must be positive") { program, _ in
      try program.selection(rows: [1], of: [3, -1], indices: [0, 0])
    }
    refuses("axes that share a label must agree") { program, a in try program.einsum("ii->i", [a]) }
    refuses("axes that share a label must agree") { program, a in
      try program.sum([Product(1, [Use(a, [0, 1])], out: [1, 0])], shape: [2, 3])
    }
    refuses("one label an axis") { program, a in try program.sum([Product(1, [Use(a, [0])], out: [0])], shape: [2]) }
    refuses("is not known") { program, a in try program.einsum("ij->ijk", [a]) }
    refuses("has no arrow") { program, a in try program.einsum("ij", [a]) }
    refuses("names 2 operands") { program, a in try program.einsum("ij,->", [a]) }
    refuses("softmax of a single number") { program, a in try program.softmax(program.einsum("ij->", [a])) }
    refuses("is not in the program") { program, _ in
      var other = Program()
      for number in 0..<5 { _ = try other.block("b\(number)", [1]) }
      return try program.map(.tanh, other.blocks[4].node)
    }
  }

  @Test func sizes() {
    // Any shape may be described; what must be formed is measured first.
    let huge = 1 << 40
    refuses("memory limit") { program, _ in try program.block("b", [huge, huge]) }
    refuses("memory limit") { program, _ in try program.constant(1, [huge, huge, huge]) }
    refuses("memory limit") { program, a in
      try program.sum([Product(1, [Use(a, [0, 1])], out: [0, 1, 2])], shape: [2, 3, .max])
    }
    // More than 32 bits of BLAS: the vector would be formed.
    refuses("memory limit") { program, a in
      let wide = try program.sum([Product(1, [Use(a, [0, 1])], out: [0, 1, 2])], shape: [2, 3, 1 << 32])
      return try program.einsum("ijk,jl->il", [wide, program.einsum("ij,il->jl", [a, a])])
    }
    refuses("60 factors") { program, a in
      try program.sum([Product(1, Array(repeating: Use(a, [0, 1]), count: 100), out: [0, 1])], shape: [2, 3])
    }
    refuses("64 labels") { program, _ in
      var uses: [Use] = []
      for axis in 0..<65 { uses.append(Use(try program.block("b\(axis)", [1]), [axis])) }
      return try program.sum([Product(1, uses, out: [])], shape: [])
    }
  }

  @Test func numbers() {
    refuses("64 bits") { program, a in
      let most = Product(Rational(.max), [Use(a, [0, 1])], out: [0, 1])
      return try program.sum([most, most], shape: [2, 3])
    }
    refuses("no negative") { program, a in try program.einsum("ij->ij", [a], times: Rational(.min)) }
    refuses("direction") { program, a in
      let v = program.direction(0)
      return try program.einsum("ij,ij->", [a, v])
    }
    refuses("direction") { program, a in program.weights(1, [1000]) }
  }

  /// The degree of nested squares outgrows every integer; constants used twice a level must not be walked twice a level; and
  /// no walk may need a stack as deep as the program.
  @Test func deepPrograms() throws {
    var program = Program()
    let a = try program.block("a", [])
    var (power, constant) = (a, try program.data([1], []))
    for _ in 0..<80 {
      power = try program.map(.polynomial([0, 0, 1]), power)
      constant = try program.einsum(",,->", [constant, constant, constant])
    }
    #expect(program.degree(of: power, in: a) == nil)
    let product = try program.einsum(",,->", [power, constant, a])
    let checked = Checked(evaluator: try ProgramEvaluator(program, predictions: product))
    #expect(checked.predict([1]) == [1] && checked.predict([0.5]) == [0])
    var node = a
    for _ in 0..<20_000 { node = try program.combine(Rational(1, 2), node, 1, a) }
    let chain = Checked(evaluator: try ProgramEvaluator(program, predictions: node))
    #expect(chain.predict([3]) == [6] && chain.pullback([3], [1]) == [2])
  }

  @Test func nothingToMove() throws {
    var program = Program()
    let empty = try program.sum([], shape: [2])
    let checked = Checked(evaluator: try ProgramEvaluator(program, predictions: empty))
    #expect(checked.predict([]) == [0, 0] && checked.pullback([], [1, 1]).isEmpty)
  }

  /// Numbers a program may meet, most of them none it can use.
  private static let extents = [1, 2, 3, 2, 3, 2, 0, -1, .max, .min, 1 << 31, 1 << 40]

  @Test(arguments: 0..<4) func randomCalls(_ group: Int) throws {
    var random = TestRandom(UInt64(1300 + group))
    func one<T>(_ values: [T]) -> T { values[random.index(0...values.count - 1)] }
    func shape() -> [Int] {
      // Mostly possible, so that programs grow.
      let fitting = Self.extents.prefix(random.index(0...3) > 0 ? 6 : Self.extents.count)
      return (0..<random.index(0...3)).map { _ in one(Array(fitting)) }
    }
    var evaluated = 0
    for _ in 0..<150 {
      var program = Program()
      var nodes: [Program.ID] = []
      for step in 0..<random.index(1...12) {
        let node: Program.ID? =
          switch random.index(0...9) {
          case 0, 1: try? program.block(one(["a", "b", "c", "d"]), shape())
          case 2: try? program.data(random.numbers(random.index(0...6)), shape())
          case 3: try? program.constant(one([0, 1, -2, Rational(.max), Rational(.min)]), shape())
          case 4:
            try? program.selection(
              rows: shape(), of: shape(), indices: (0..<random.index(0...8)).map { _ in Int32(random.index(0...3) - 1) }
            )
          case 5 where step > 0 && !nodes.isEmpty: try? program.softmax(one(nodes))
          case 6 where step > 0 && !nodes.isEmpty:
            try? program.map(
              one(Function.named + [.polynomial([]), .polynomial([Rational(.min), 1, Rational(.max)])]), one(nodes))
          case _ where nodes.isEmpty: nil
          default: try? hostile(&program, nodes, shape(), &random)
          }
        if let node { nodes.append(node) }
      }
      guard let last = nodes.last, let evaluator = try? ProgramEvaluator(program, predictions: last) else { continue }
      let checked = Checked(evaluator: evaluator)
      let theta = random.numbers(checked.n)
      _ = checked.pullback(theta, checked.predict(theta))
      _ = checked.pullbackTangent(theta, random.numbers(checked.m), theta, random.numbers(checked.m))
      evaluated += 1
    }
    // The others are refused by now.
    #expect(evaluated > 30)
  }

  /// A sum whose labels mostly fit.
  private func hostile(
    _ program: inout Program, _ nodes: [Program.ID], _ shape: [Int], _ random: inout TestRandom
  ) throws -> Program.ID {
    var products: [Product] = []
    var result = shape
    for number in 0..<random.index(0...2) {
      var extents: [Int] = []
      let uses = (0..<random.index(0...4)).map { _ in
        let node = nodes[random.index(0...nodes.count - 1)]
        return Use(
          node,
          program[node].shape.map { extent in
            if random.index(0...20) == 0 { return random.index(0...70) - 1 }
            if let label = extents.firstIndex(of: extent), random.index(0...1) == 0 { return label }
            extents.append(extent)
            return extents.count - 1
          })
      }
      if number == 0 { result = random.index(0...3) == 0 ? shape : Array(extents.prefix(random.index(0...2))) }
      products.append(
        Product(
          Rational(random.index(0...4) - 2), uses, out: result.map { extents.firstIndex(of: $0) ?? extents.count }))
    }
    return try program.sum(products, shape: result)
  }
}
