import Models

/// A program as a model: what the checks of hand-written models are run on.
package struct ProgramModel: Model {
  package let identifier: String
  package let program: Program
  package let node: Program.ID

  package init(_ identifier: String, _ build: (inout Program) throws -> Program.ID) rethrows {
    var program = Program()
    self.identifier = identifier
    node = try build(&program)
    self.program = program
  }

  package var summary: String { "\(identifier) \(endShape)" }
  package var layout: ParameterLayout { program.layout }
  package var endShape: [Int] { program[node].shape }
  package var bonds: [Bond] { [] }
  package var componentDescription: String { "" }

  package func evaluator(for measurements: Measurements) throws(Refusal) -> any Evaluator {
    try ProgramEvaluator(program, prediction: node, measurements)
  }

  /// Entry by entry, by definition.
  package func object(_ parameters: [Double]) -> [Double] {
    ProgramReference(program, parameters.map { HyperDual($0) }).entries[node.index].map(\.value)
  }

  package func endToEnd(_ parameters: UnsafePointer<Double>) -> [Double] {
    object(Array(UnsafeBufferPointer(start: parameters, count: layout.count)))
  }

  package var componentCount: Int { 0 }
  package func componentNorms(_ parameters: UnsafePointer<Double>) -> [Double] { [] }
}

extension ProgramModel {
  /// W_L ⋯ W_1 with blocks in the order of ``MatrixFactorization``; widths from the input's to the output's.
  package static func matrix(_ widths: [Int]) throws -> ProgramModel {
    try ProgramModel("matrix \(widths)") { program in
      var product: Program.ID?
      for layer in 1..<widths.count {
        let block = try program.block("W\(layer)", [widths[layer], widths[layer - 1]])
        product = try product.map { try program.einsum("ij,jk->ik", [block, $0]) } ?? block
      }
      return product!
    }
  }

  /// Σ_r ⊗ₙ of the columns r of one matrix a mode.
  package static func cp(_ shape: [Int], components: Int) throws -> ProgramModel {
    try ProgramModel("cp \(shape)") { program in
      var blocks: [Program.ID] = []
      for (mode, dimension) in shape.enumerated() {
        blocks.append(try program.block("W\(mode + 1)", [dimension, components]))
      }
      let letters = Array("ijklm").prefix(shape.count)
      return try program.einsum(letters.map { "\($0)r" }.joined(separator: ",") + "->" + String(letters), blocks)
    }
  }

  /// A core and one matrix a mode.
  package static func tucker(_ shape: [Int], core: [Int]) throws -> ProgramModel {
    try ProgramModel("tucker \(shape) core \(core)") { program in
      var blocks = [try program.block("G", core)]
      for mode in shape.indices { blocks.append(try program.block("U\(mode + 1)", [shape[mode], core[mode]])) }
      return try program.einsum("abc,ia,jb,kc->ijk", blocks)
    }
  }

  /// A binary tree over four modes.
  package static func tree(_ dimension: Int, _ width: Int) throws -> ProgramModel {
    try ProgramModel("tree \(dimension) \(width)") { program in
      var blocks: [Program.ID] = []
      for mode in 1...4 { blocks.append(try program.block("U\(mode)", [dimension, width])) }
      blocks.append(try program.block("B1", [width, width, width]))
      blocks.append(try program.block("B2", [width, width, width]))
      blocks.append(try program.block("top", [width, width]))
      return try program.einsum("ia,jb,kc,ld,abe,cdf,ef->ijkl", blocks)
    }
  }

  /// W₂ f(W₁ X + b) over a batch; without f a linear network.
  package static func twoLayers(
    _ inputs: Int, _ hidden: Int, _ outputs: Int, batch: Int, _ function: Function?, _ random: inout TestRandom
  ) throws -> ProgramModel {
    let samples = random.numbers(inputs * batch)
    return try ProgramModel("two layers \(function?.name ?? "linear")") { program in
      let x = try program.data(samples, [inputs, batch])
      let first = try program.block("W1", [hidden, inputs])
      let bias = try program.block("b", [hidden])
      let second = try program.block("W2", [outputs, hidden])
      let sum = try program.sum(
        [program.product("hi,in->hn", [first, x]), Program.Product(1, [Program.Use(bias, [0])], out: [0, 1])],
        shape: [hidden, batch])
      let activated = try function.map { try program.map($0, sum) } ?? sum
      return try program.einsum("oh,hn->on", [second, activated])
    }
  }

  /// Self-attention with heads: softmax over the keys of scaled scores.
  package static func attention(
    batch: Int, tokens: Int, width: Int, heads: Int, head: Int, _ random: inout TestRandom
  ) throws -> ProgramModel {
    let samples = random.numbers(batch * tokens * width)
    return try ProgramModel("attention") { program in
      let x = try program.data(samples, [batch, tokens, width])
      let query = try program.block("Q", [heads, head, width])
      let key = try program.block("K", [heads, head, width])
      let value = try program.block("V", [heads, head, width])
      let output = try program.block("O", [width, heads, head])
      let q = try program.einsum("hed,bsd->bhse", [query, x])
      let k = try program.einsum("hed,btd->bhte", [key, x])
      let v = try program.einsum("hed,btd->bhte", [value, x])
      let scores = try program.einsum("bhse,bhte->bhst", [q, k], times: Rational(1, 2))
      let mixed = try program.einsum("bhst,bhte->bhse", [program.softmax(scores), v])
      return try program.einsum("dhe,bhse->bsd", [output, mixed])
    }
  }
}
