/// Convolutional arithmetic circuit: a network of 1 × 1 convolutions and product pooling over a tree of its N inputs x_1, …, x_N.
///
/// A leaf gives Anᵀ x_n; an inner node ν multiplies what its children give, channel by channel, and gives Bνᵀ times that; the output is
/// ⟨o, ·⟩ of the root's channels. At unit vectors it is an entry of the tensor of ``HierarchicalFactorization`` with the head `linear`,
/// and in general ⟨W, x_1 ⊗ … ⊗ x_N⟩, but it is computed by going through the network, forth and back, and never by contracting
/// tensors. Without a tree it is the shallow circuit, one hidden layer of the given width: CP with weights.
///
/// Source: Cohen, Sharir, Shashua, COLT 2016; Razin, Maman, Cohen, ICML 2021 and 2022.
public struct ConvolutionalCircuit: ModelFamily {
  public static let card = ModelCard(
    name: "circuit",
    summary: "convolutional arithmetic circuit over a tree of its inputs (problem.tree, problem.width)",
    settings: [HierarchicalFactorization.tree, .width],
    target: .hierarchical,
    example: "flowcheck balancedness --model circuit --shape 3,2,3,2 --tree \"((1,3),(2,4))\" --width 3 --rank 2 "
      + "--observed 0.7 --target-norm 3 --init-scale 0.5 --until 20 --control")

  public let program: Program
  public let summary: String
  public let matricizations: [Matricization]
  private let plan: CircuitPlan

  public init(_ options: ModelOptions) throws(Refusal) {
    var options = options
    let tree = options.text(HierarchicalFactorization.tree.name)
    options.values[HierarchicalFactorization.tree.name] = .text(tree ?? ModeTree.shallow(order: options.shape.count))
    let same = try HierarchicalFactorization(options)
    program = same.program
    matricizations = same.matricizations
    plan = CircuitPlan(same.modes, shape: options.shape, widths: same.widths, layout: program.layout)
    summary =
      (tree.map { "arithmetic circuit, tree \($0)" } ?? "shallow arithmetic circuit")
      + ", inputs \(Shapes.times(options.shape)), width \(Shapes.list(options.integers("width") ?? []))"
  }

  public func kernel(for measurements: Measurements) throws(Refusal) -> (any Evaluator)? {
    let input: CircuitInput
    switch measurements.operators {
    case .entries(let indices): input = .units(Buffer(indices), order: measurements.order)
    case .rankOne(let factors): input = .vectors(factors.map { Buffer($0) })
    case .dense, .inputs: return nil
    }
    return try CircuitEvaluator(
      plan, input: input, count: measurements.count, parameterCount: program.layout.count)
  }
}
