/// Linear regression: the parameters are W itself, and predictions are linear in them.
///
/// Nothing is conserved but what the data do not see, which gradient flow leaves as it started: with squares the flow is known in
/// closed form, and ends at W(0) + X⁺(y − X W(0)).
public struct LinearRegression: ModelFamily {
  public static let card = ModelCard(
    name: "regression", summary: "linear regression, the parameters w themselves",
    starts: [
      StartKind("zero", "w = 0, from which the flow ends at the fit of least norm", isDrawn: false) { request in
        Array(repeating: 0, count: request.layout.count)
      }
    ],
    example:
      "flowcheck run --claims regression --model regression --shape 8 --measure-with gaussian --samples 5 --rank 1 "
      + "--target-norm 2 --init-scale 1 --until 40 --control")

  public let program: Program
  public let summary: String

  public init(_ options: ModelOptions) throws(Refusal) {
    let shape = try options.checkedShape(orders: 1...20)
    var program = Program()
    try program.setOutput(program.block("w", shape))
    self.program = program
    summary = "linear regression, \(Shapes.times(shape)) weights"
  }
}
