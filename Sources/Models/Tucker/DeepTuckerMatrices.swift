/// Deep Tucker factorization with a chain of matrices a mode: W = G ×₁ (U1_1 ⋯ U1_K) ⋯ ×_N (UN_1 ⋯ UN_K), where Un_1 is d_n × r_n and
/// the others r_n × r_n.
///
/// Its laws are Un_kᵀUn_k − Un_(k+1) Un_(k+1)ᵀ, and Un_KᵀUn_K minus the Gram matrix of the core's slices along mode n. Balanced, the
/// singular values of Un_1 ⋯ Un_K G_(n) grow with the exponent 2 − 2/(K + 1) (Hariz et al., AISTATS 2024, whose own form is
/// ``DeepTuckerColumns``). With K = 1 it is ``Tucker``.
public struct DeepTuckerMatrices: ModelFamily {
  public static let card = ModelCard(
    name: "deep-tucker-matrices",
    summary:
      "deep Tucker factorization, a core contracted with a chain of matrices a mode (problem.core, problem.depth)",
    settings: [Tucker.core, .depth],
    target: .tucker,
    example: "flowcheck balancedness --model deep-tucker-matrices --shape 5,4,3 --core 2,2,2 --depth 2 --rank 2 "
      + "--observed 0.6 --target-norm 5 --init-scale 0.5 --until 20 --control")

  public let program: Program
  public let summary: String
  public let matricizations: [Matricization]

  public init(_ options: ModelOptions) throws(Refusal) {
    let shape = try options.checkedShape(orders: 2...20)
    let core = try options.required("core", count: shape.count)
    let depth = try options.requiredDepth(atLeast: 1, factors: shape.count)
    let order = shape.count
    var program = Program()
    // Labels: the modes, then the core's axes, then what stands between two matrices of a chain.
    var factors = [Program.Use(try program.block("G", core), shape.indices.map { order + $0 })]
    for n in shape.indices {
      for k in 1...depth {
        let block = try program.block("U\(n + 1)_\(k)", [k == 1 ? shape[n] : core[n], core[n]])
        func label(after k: Int) -> Int { k == 0 ? n : k == depth ? order + n : 2 * order + n * depth + k }
        factors.append(Program.Use(block, [label(after: k - 1), label(after: k)]))
      }
    }
    try program.setOutput(program.sum([Program.Product(1, factors, out: Array(shape.indices))], shape: shape))
    self.program = program
    matricizations = Matricization.modes(of: shape, core: core)
    summary = "deep Tucker factorization \(Shapes.times(shape)), core \(Shapes.times(core)), \(depth) matrices a mode"
  }
}
