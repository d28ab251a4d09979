import Models

/// What is measured of a benchmark's program: indices of the observed entries or none for all of them, a target for each,
/// and the constant array the program reads, if any.
struct ProgramInput {
  let observed: [Int32]
  let targets: [Double]
  let data: [Double]

  /// The observed entries of an object of this shape.
  func measurements(_ shape: [Int]) throws -> Measurements {
    var indices = observed
    if indices.isEmpty {
      for position in 0..<shape.reduce(1, *) {
        var (rest, tuple) = (position, [Int32](repeating: 0, count: shape.count))
        for axis in shape.indices.reversed() {
          tuple[axis] = Int32(rest % shape[axis])
          rest /= shape[axis]
        }
        indices += tuple
      }
    }
    return try Measurements(shape: shape, operators: .entries(indices: indices), values: targets)
  }
}

/// A benchmark's program by name, as `programs.py` writes it for the peers, and the model with a kernel of its own.
struct ProgramCase {
  private(set) var program = Program()
  private(set) var shape: [Int] = []
  private(set) var model: Model?
  private(set) var prediction: Program.ID?

  init?(_ name: String, _ input: ProgramInput) throws {
    if let text = ProgramTexts.text(name) {
      program = try ProgramTexts.program(text, data: input.data)
      (prediction, shape) = (program.output, program.outputShape)
      switch name {
      case "tc3 text": model = try Model(CPFactorization(shape: shape, components: 100))
      case "dmf100 text": model = try Model(MatrixFactorization(shape: shape, hiddenWidths: [100, 100]))
      default: break
      }
      return
    }
    switch name {
    case "tc3", "tc3 all": try cp([10, 10, 10], components: 100)
    case "tc4": try cp([10, 10, 10, 10], components: 1000)
    case "dmf100":
      shape = [100, 100]
      var blocks: [Program.ID] = []
      for name in ["W1", "W2", "W3"] { blocks.append(try program.block(name, shape)) }
      prediction = try program.einsum("ij,jk,kl->il", blocks.reversed())
      model = try Model(MatrixFactorization(shape: shape, hiddenWidths: [100, 100]))
    case "tucker":
      shape = [25, 25, 25]
      var blocks = [try program.block("G", [5, 5, 5])]
      for mode in 0..<3 { blocks.append(try program.block("U\(mode)", [25, 5])) }
      prediction = try program.einsum("abc,ia,jb,kc->ijk", blocks)
    case "tree", "tree all":
      shape = [16, 16, 16, 16]
      var blocks: [Program.ID] = []
      for mode in 0..<4 { blocks.append(try program.block("U\(mode)", [16, 16])) }
      blocks.append(try program.block("V0", [16, 16]))
      blocks.append(try program.block("V1", [16, 16]))
      blocks.append(try program.block("top", [16]))
      prediction = try program.einsum("ia,ja,kb,lb,ac,bc,c->ijkl", blocks)
    case "ReLU", "tanh":
      shape = [1, 1000]
      let x = try program.data(input.data, [100, 1000])
      let (first, second) = (try program.block("W1", [200, 100]), try program.block("W2", [1, 200]))
      let hidden = try program.map(name == "tanh" ? .tanh : .relu, program.einsum("hi,in->hn", [first, x]))
      prediction = try program.einsum("oh,hn->on", [second, hidden])
    case "attention": try attention(input.data)
    default:
      guard let family = try Self.family(name) else { return nil }
      (program, shape, model, prediction) = (family.program, family.endShape, family, family.program.output)
    }
  }

  private mutating func cp(_ shape: [Int], components: Int) throws {
    self.shape = shape
    var blocks: [Program.ID] = []
    for (mode, extent) in shape.enumerated() { blocks.append(try program.block("W\(mode)", [extent, components])) }
    let letters = "ijkl".prefix(shape.count)
    prediction = try program.einsum(letters.map { "\($0)r" }.joined(separator: ",") + "->" + letters, blocks)
    model = try Model(CPFactorization(shape: shape, components: components))
  }

  /// 8 heads of width 8 over 32 tokens of width 64, 8 sequences.
  private mutating func attention(_ tokens: [Double]) throws {
    shape = [8, 32, 64]
    let x = try program.data(tokens, shape)
    var weights: [Program.ID] = []
    for name in ["Q", "K", "V"] { weights.append(try program.block(name, [8, 8, 64])) }
    let q = try program.einsum("hed,bsd->bhse", [weights[0], x])
    let k = try program.einsum("hed,btd->bhte", [weights[1], x])
    let v = try program.einsum("hed,btd->bhte", [weights[2], x])
    let scores = try program.einsum("bhse,bhte->bhst", [q, k], times: Rational(1, 3))
    let mixed = try program.einsum("bhst,bhte->bhse", [program.softmax(scores), v])
    prediction = try program.einsum("dhe,bhse->bsd", [program.block("O", [64, 8, 8]), mixed])
  }
}
