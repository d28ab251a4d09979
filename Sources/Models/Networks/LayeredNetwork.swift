/// Layers without biases with a function of every entry between them, x ↦ W_L σ(W_{L−1} ⋯ σ(W_1 x)): what the families of networks share.
struct LayeredNetwork {
  /// d_0 = in, the hidden widths, d_L = out.
  let dimensions: [Int]
  /// The slope of σ below 0, s in σ(x) = s x + (1 − s) max(x, 0).
  let slope: Rational

  /// - Throws: ``Refusal`` for a shape that is not out × in, or without positive hidden widths.
  init(_ options: ModelOptions, slope: Rational) throws(Refusal) {
    let shape = try options.checkedShape(orders: 2...2)
    guard let widths = options.widths, !widths.isEmpty else {
      throw Refusal(
        "this model needs problem.width", remedy: "give problem.width the widths of the hidden layers, such as 4 or 5,3"
      )
    }
    guard widths.allSatisfy({ $0 >= 1 }) else {
      throw Refusal(
        "problem.width is \(Shapes.list(widths))", remedy: "give problem.width one positive integer per hidden layer")
    }
    guard widths.count < Program.mostFactors else {
      throw Refusal(
        "problem.width has \(widths.count) hidden layers", remedy: "give fewer than \(Program.mostFactors)")
    }
    dimensions = [shape[1]] + widths + [shape[0]]
    self.slope = slope
  }

  var summary: String {
    let widths = dimensions.dropFirst().dropLast()
    return "of \(widths.count) hidden layer\(widths.count == 1 ? "" : "s"), widths \(Shapes.list(Array(widths))), "
      + "\(dimensions[0]) input\(dimensions[0] == 1 ? "" : "s"), \(dimensions[widths.count + 1]) "
      + "output\(dimensions[widths.count + 1] == 1 ? "" : "s")"
  }

  /// The outputs at every unit vector, out × in.
  func table() throws(Refusal) -> Program {
    var program = Program()
    var layer = try program.block("W1", [dimensions[1], dimensions[0]])
    for l in 2..<dimensions.count {
      let matrix = try program.block("W\(l)", [dimensions[l], dimensions[l - 1]])
      layer = try program.einsum("sr,ri->si", [matrix, activated(layer, in: &program)])
    }
    try program.setOutput(layer)
    return program
  }

  /// The outputs at given inputs, samples × in and row-major, as samples × out.
  func program(at inputs: [Double]) throws(Refusal) -> Program {
    var program = Program()
    let first = try program.block("W1", [dimensions[1], dimensions[0]])
    let x = try program.data(inputs, [inputs.count / dimensions[0], dimensions[0]])
    var layer = try program.einsum("ni,ri->nr", [x, first])
    for l in 2..<dimensions.count {
      let matrix = try program.block("W\(l)", [dimensions[l], dimensions[l - 1]])
      layer = try program.einsum("nr,sr->ns", [activated(layer, in: &program), matrix])
    }
    try program.setOutput(layer)
    return program
  }

  private func activated(_ layer: Program.ID, in program: inout Program) throws(Refusal) -> Program.ID {
    let positive = try program.map(.relu, layer)
    if slope == 0 { return positive }
    return try program.combine(slope, layer, try 1 + (-slope), positive)
  }
}
