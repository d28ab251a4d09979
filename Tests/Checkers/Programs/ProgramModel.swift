import Models

/// A program as a model: what the checks of hand-written models are run on.
package struct ProgramModel {
  package let model: Model
  package let node: Program.ID
  package var program: Program { model.program }
  package var layout: ParameterLayout { model.layout }
  package var summary: String { model.summary }
  package var endShape: [Int] { model.endShape }

  package func evaluator(for measurements: Measurements) throws(Refusal) -> any Evaluator {
    try model.evaluator(for: measurements)
  }

  package init(_ identifier: String, _ build: (inout Program) throws -> Program.ID) throws {
    var program = Program()
    node = try build(&program)
    try program.setOutput(node)
    model = try Model(identifier, program)
  }
}

/// The value of a model by definition, entry by entry.
package func object(of model: Model, _ parameters: [Double]) -> [Double] {
  let output = model.program.output!
  return ProgramReference(model.program, parameters.map { HyperDual($0) }).entries[output.index].map(\.value)
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

  /// A function of every entry of one block: the predictions are what their slopes are made of.
  package static func outermost(_ function: Function, _ shape: [Int]) throws -> ProgramModel {
    try ProgramModel("\(function.name) \(shape)") { try $0.map(function, $0.block("W", shape)) }
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
