import Models

/// w = u v tanh z, entry by entry: a vector of products with a gate.
struct Gated: ModelFamily {
  static let card = ModelCard(
    name: "gated", summary: "gated vector w = u v tanh z, entry by entry",
    example: "own-model run --claims balancedness,gate-law --model gated --shape 5 --rank 1 --target-norm 2 "
      + "--init-scale 0.7 --until 10 --save 10 --control")
  let program: Program

  init(_ options: ModelOptions) throws(Refusal) {
    let shape = try options.checkedShape(orders: 1...1)
    var program = Program()
    let (u, v) = (try program.block("u", shape), try program.block("v", shape))
    let gate = try program.map(.tanh, program.block("z", shape))
    try program.setOutput(program.einsum("i,i,i->i", [u, v, gate]))
    self.program = program
  }
}
