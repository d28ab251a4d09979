/// Network of layers with σ(x) = max(x, s x) between them, 0 < s < 1: as ``ReLUNetwork``, without neurons that can die.
///
/// Source: Du, Hu, Lee, NeurIPS 2018 (arXiv 1806.00900), Theorem 2.1.
public struct LeakyReLUNetwork: ModelFamily {
  static let slope = ModelSetting(
    "slope", .text, value: "s", help: "Slope of leaky-relu below 0, between 0 and 1 (default: 0.1).")

  public static let card = ModelCard(
    name: "leaky-relu", summary: "network of layers with max(x, s x) between them (problem.width, problem.slope)",
    settings: [.width, slope],
    target: .matrix,
    example:
      "flowcheck balancedness --model leaky-relu --shape 1,3 --width 4 --measure-with inputs --samples 8 "
      + "--rank 1 --target-norm 2 --init-scale 0.5 --until 5 --control")

  public let program: Program
  public let summary: String
  private let network: LayeredNetwork

  public init(_ options: ModelOptions) throws(Refusal) {
    let text = options.text(Self.slope.name) ?? "0.1"
    guard let slope = Rational(decimal: text), slope.value > 0, slope.value < 1 else {
      throw Refusal(
        "problem.slope is “\(text)”", remedy: "give problem.slope a decimal number between 0 and 1, such as 0.1")
    }
    network = try LayeredNetwork(options, slope: slope)
    program = try network.table()
    summary = "leaky ReLU network of slope \(text) \(network.summary)"
  }

  public func program(at inputs: [Double]) throws(Refusal) -> Program? { try network.program(at: inputs) }
}
