/// Diagonal linear network: w = u^L − v^L entrywise, of a vector w (Woodworth et al. 2020).
///
/// Labels see no law; u_i v_i (L = 2) and u_i^(2−L) + v_i^(2−L) (L ≥ 3) are conserved, as u̇ = −L u^(L−1) g, v̇ = L v^(L−1) g.
public struct DiagonalNetwork: ModelFamily {
  public static let card = ModelCard(
    name: "diagonal", summary: "diagonal linear network w = u^L − v^L, entry by entry (problem.depth)",
    settings: [.depth],
    starts: [
      StartKind("balanced", "u = v = α, so that w = 0", isDrawn: false) { request in
        Array(repeating: request.scale, count: request.layout.count)
      }
    ],
    example: "flowcheck balancedness --model diagonal --shape 6 --depth 3 --rank 1 --target-norm 2 --init-scale 0.4 "
      + "--init balanced --until 5 --control")

  public let program: Program
  public let invariants: [Invariant]
  public let summary: String

  public init(_ options: ModelOptions) throws(Refusal) {
    let shape = try options.checkedShape(orders: 1...1)
    let depth = try options.required("depth", atLeast: 1)
    guard depth <= Program.mostFactors else {
      throw Refusal("problem.depth is \(depth)", remedy: "give problem.depth \(Program.mostFactors) or less")
    }
    var program = Program()
    let (u, v) = (try program.block("u", shape), try program.block("v", shape))
    func power(_ block: Program.ID, _ sign: Rational) -> Program.Product {
      Program.Product(sign, Array(repeating: Program.Use(block, [0]), count: depth), out: [0])
    }
    try program.setOutput(program.sum([power(u, 1), power(v, -1)], shape: shape))
    self.program = program
    invariants = [
      depth == 2
        ? Invariant("u·v", [.init(1, ["u": 1, "v": 1])])
        : Invariant("u^\(2 - depth) + v^\(2 - depth)", [.init(1, ["u": 2 - depth]), .init(1, ["v": 2 - depth])])
    ]
    summary = "diagonal network of \(shape[0]) entries, depth \(depth)"
  }
}

extension Model {
  /// L of a diagonal network; nil for other models.
  public var diagonalDepth: Int? {
    guard identifier == DiagonalNetwork.card.name, let output = program.output,
      case .sum(let products) = program[output].kind
    else { return nil }
    return products.first?.uses.count
  }
}
