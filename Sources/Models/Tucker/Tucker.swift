/// Tucker factorization: W = G ×₁ U1 ⋯ ×_N UN, a core G of extents r_1, …, r_N and one d_n × r_n matrix a mode.
///
/// Its laws are Un ᵀUn minus the Gram matrix of the core's slices along mode n.
public struct Tucker: ModelFamily {
  static let core = ModelSetting(
    "core", .integers, value: "r,…", help: "Extents r_1, …, r_N of a Tucker core, or one for all modes.")
  public static let card = ModelCard(
    name: "tucker", summary: "Tucker factorization, a core contracted with one matrix a mode (problem.core)",
    settings: [core],
    target: .tucker,
    example: "flowcheck balancedness --model tucker --shape 5,4,3 --core 2,2,2 --rank 2 --observed 0.6 "
      + "--target-norm 5 --init-scale 0.4 --until 20 --control")

  public let program: Program
  public let summary: String
  public let matricizations: [Matricization]

  public init(_ options: ModelOptions) throws(Refusal) {
    let shape = try options.checkedShape(orders: 2...20)
    let core = try options.required("core", count: shape.count)
    let modes = Array(shape.indices)
    var program = Program()
    var factors = [Program.Use(try program.block("G", core), modes.map { shape.count + $0 })]
    for n in modes {
      factors.append(Program.Use(try program.block("U\(n + 1)", [shape[n], core[n]]), [n, shape.count + n]))
    }
    try program.setOutput(program.sum([Program.Product(1, factors, out: modes)], shape: shape))
    self.program = program
    matricizations = Matricization.modes(of: shape, core: core)
    let sizes = [shape, core].map { $0.map(String.init).joined(separator: "×") }
    summary = "Tucker factorization \(sizes[0]), core \(sizes[1])"
  }
}
