import Models

extension Model {
  /// A program's function as a model whose one output is the loss. No law follows from it: what is claimed of it is claimed in a text.
  ///
  /// - Throws: ``Refusal`` if its blocks are none, or too large.
  public convenience init(_ name: String, computedBy program: ExternalProgram) throws(Refusal) {
    let blocks = program.blocks.map { "\($0.name) \($0.shapeText)" }.joined(separator: ", ")
    try self.init(
      name, blocks: program.blocks.map { ($0.name, $0.shape) },
      summary: "\(name): \(blocks), computed by the program '\(program.words.text)'",
      evaluator: { ExternalEvaluator(program) },
      examine: { parameters in
        var examination = GradientExamination(program)
        try examination.run(at: parameters)
      })
  }
}
