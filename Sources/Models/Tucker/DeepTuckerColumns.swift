import CMath
import GSLBridge

/// Deep Tucker factorization with a chain for every column: W = G ×₁ U1 ⋯ ×_N UN with a core G of W's shape, where column j of the square
/// Un is Mn_1[:,:,j] ⋯ Mn_(D−1)[:,:,j] Vn[:,j]. With D = 0 it is the core alone, with D = 1 ``Tucker`` with a core of full size.
///
/// No matrix is shared between columns, so that the slices of the core are components: slice j of mode n, its D − 1 matrices and its
/// vector conserve the differences of their squared norms; balanced, their product grows with the exponent 2 − 2/(D + 1). For D ≥ 2
/// nothing rotates the slices into each other, and few of them stay (structured sparsity).
///
/// Source: Hariz, Kadri, Ayache, Moakher, Artières, AISTATS 2024 (PMLR 238:2359).
public struct DeepTuckerColumns: ModelFamily {
  public static let card = ModelCard(
    name: "deep-tucker-columns",
    summary: "deep Tucker factorization, a core of full size with a chain of matrices for every slice (problem.depth)",
    settings: [.depth],
    starts: [
      StartKind(
        "slice-norms",
        "the core's entries N(0, s²) with s = α D ln(D + 1), D at least 1; the chain of a slice has its norm"
      ) { DeepTuckerColumns.start($0.layout, scale: $0.scale, seed: $0.seed) }
    ],
    target: .tucker,
    example: "flowcheck balancedness --model deep-tucker-columns --shape 4,3,3 --depth 2 --rank 2 --observed 0.7 "
      + "--target-norm 4 --init-scale 0.2 --until 20 --control")

  public let program: Program
  public let summary: String

  public init(_ options: ModelOptions) throws(Refusal) {
    let shape = try options.checkedShape(orders: 2...20)
    let depth = try options.requiredDepth(atLeast: 0, factors: shape.count)
    let order = shape.count
    var program = Program()
    let core = shape.indices.map { depth == 0 ? $0 : order + $0 }
    var factors = [Program.Use(try program.block("G", shape), core)]
    for (n, d) in shape.enumerated() where depth > 0 {
      func label(_ k: Int) -> Int { k == 0 ? n : 2 * order + n * depth + k }
      for k in 1..<depth {
        let block = try program.block("M\(n + 1)_\(k)", [d, d, d])
        factors.append(Program.Use(block, [label(k - 1), label(k), core[n]]))
      }
      factors.append(Program.Use(try program.block("V\(n + 1)", [d, d]), [label(depth - 1), core[n]]))
    }
    try program.setOutput(program.sum([Program.Product(1, factors, out: Array(shape.indices))], shape: shape))
    self.program = program
    summary = "deep Tucker factorization \(Shapes.times(shape)), depth \(depth) for every column"
  }

  /// The source's start: gaussian matrices and vectors brought to the Frobenius norm of their slice of a gaussian core. It balances
  /// norms, not matrices: a chain's matrices have full rank, where its vector has rank one.
  private static func start(_ layout: ParameterLayout, scale: Double, seed: UInt64) -> [Double] {
    let shape = layout.blocks[0].shape
    let depth = (layout.blocks.count - 1) / shape.count
    let factor = Double(max(depth, 1))
    var parameters: [Double] = []
    for block in layout.blocks {
      var stream = RandomStream(seed: seed, name: "start/\(block.name)")
      for _ in 0..<block.count { parameters.append(stream.gaussian()) }
    }
    for i in layout.blocks[0].range { parameters[i] *= scale * factor * log(factor + 1) }
    for (n, d) in shape.enumerated() where depth > 0 {
      let stride = shape[(n + 1)...].reduce(1, *)
      var slices = [Double](repeating: 0, count: d)
      for i in layout.blocks[0].range { slices[i / stride % d] += parameters[i] * parameters[i] }
      for block in layout.blocks[(1 + n * depth)..<(1 + (n + 1) * depth)] {
        var own = [Double](repeating: 0, count: d)
        for i in block.range { own[(i - block.offset) % d] += parameters[i] * parameters[i] }
        for i in block.range {
          let j = (i - block.offset) % d
          parameters[i] *= own[j] > 0 ? (slices[j] / own[j]).squareRoot() : 0
        }
      }
    }
    return parameters
  }
}
