/// Network of layers with max(x, 0) between them, x ↦ W_L σ(W_{L−1} ⋯ σ(W_1 x)).
///
/// Of inputs (`problem.inputs`, or drawn by `problem.measure-with inputs`) it is the network's outputs that are to meet the targets; as
/// an out × in object W it is the table of its outputs at unit vectors. Every hidden neuron keeps the squared norm of what comes in less
/// that of what goes out, whatever the data; pairs of neurons keep nothing. Gradient flow passes kinks, and slides along those that
/// attract it from both sides.
///
/// Source: Du, Hu, Lee, NeurIPS 2018 (arXiv 1806.00900), Theorem 2.1.
public struct ReLUNetwork: ModelFamily {
  public static let card = ModelCard(
    name: "relu", summary: "network of layers with max(x, 0) between them (problem.width)",
    settings: [.width],
    target: .matrix,
    example: "flowcheck balancedness --model relu --shape 2,3 --width 4 --measure-with inputs --samples 8 --rank 1 "
      + "--target-norm 2 --init-scale 0.5 --until 5 --control")

  public let program: Program
  public let summary: String
  private let network: LayeredNetwork

  public init(_ options: ModelOptions) throws(Refusal) {
    network = try LayeredNetwork(options, slope: 0)
    program = try network.table()
    summary = "ReLU network \(network.summary)"
  }

  public func program(at inputs: [Double]) throws(Refusal) -> Program? { try network.program(at: inputs) }
}
