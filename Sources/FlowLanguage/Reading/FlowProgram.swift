import Models

/// A `.flow` file with numbers for all of its sizes and data, as a program: what can be evaluated, differentiated and asked for
/// its laws.
///
/// ```swift
/// let flow = try FlowProgram(file, data: ["y": [1, 2, 3]])
/// let laws = try flow.program.laws(of: [output])
/// let balance = try flow.evaluator(of: term)
/// ```
///
/// The blocks are the file's parameters in their order. Products and index sums are products over labels, the data points an
/// axis of them; no array is written out that a product can do without.
public struct FlowProgram: Sendable {
  /// What was read.
  public let file: CheckedFile
  /// The model as a program, ending in ``output``.
  public let program: Program
  /// The model; without one, what the loss is made of: the definition it is a function of where there is a single one,
  /// otherwise the loss. Nil where a field of its own moves the parameters and there is no model.
  public let output: Program.ID?
  /// The loss as a node of ``program``, a number: the mean over the data points where it has a value for each. Nil for any loss
  /// of the model.
  public let loss: Program.ID?
  /// The velocity of every block under a field of the file's own, as nodes of ``program``; nil for the other flows.
  public let field: [Program.ID]?
  /// What moves the parameters.
  public let kind: FlowKind
  /// Where every block begins.
  public let starts: [FlowStart]
  /// Where the velocity of every block begins under `momentum`: at rest where the file does not say; empty for other flows.
  public let velocityStarts: [FlowStart]
  /// Number of data points; 1 where the file has no inputs.
  public let pointCount: Int
  let builder: ProgramBuilder

  /// Gives a file its numbers.
  ///
  /// - Parameters:
  ///   - data: the entries of `data` arrays that have no value in the file, row-major, and the values of constants that the flow
  ///     names, such as a rate of decay.
  ///   - points: the data points where the file has inputs.
  /// - Throws: ``Refusal`` with file, line and column if a size has no value, an array is missing, unknown, of the wrong length or
  ///   not finite, a formula is nothing a program can say, or ``MemoryLimit`` is exceeded.
  public init(_ file: CheckedFile, data: [String: [Double]] = [:], points: DataPoints? = nil) throws(Refusal) {
    try file.checkSizes()
    try file.check(data, points)
    var builder = ProgramBuilder(file, data: data, points: points)
    try builder.declareAll()
    self.file = file
    loss = builder.lossNode
    output = builder.output
    field = try builder.field()
    kind = try builder.kind()
    (starts, velocityStarts) = try builder.starts()
    pointCount = builder.pointCount
    var program = builder.program
    if let output { try program.setOutput(output) }
    self.program = program
    self.builder = builder
  }

  /// The program that ends in the loss; nil for any loss.
  public var lossProgram: Program? {
    guard let loss else { return nil }
    var program = program
    try? program.setOutput(loss)
    return program
  }

  /// The start of all parameters in the order of θ, where every block begins at given values.
  public var start: [Double]? { Self.joined(starts) }

  /// The start of all velocities under `momentum`, where all begin at given values.
  public var velocityStart: [Double]? { Self.joined(velocityStarts) }

  private static func joined(_ starts: [FlowStart]) -> [Double]? {
    var all: [Double] = []
    for start in starts {
      guard case .values(let values) = start else { return nil }
      all += values
    }
    return all
  }

  /// The velocity of all parameters under a field of the file's own, in the order of θ; nil for the other flows. Its pushforward
  /// is the product of the field's Jacobian with a vector.
  ///
  /// - Throws: ``Refusal`` if ``MemoryLimit`` is exceeded.
  public func fieldEvaluator() throws(Refusal) -> ProgramEvaluator? {
    guard let field else { return nil }
    var program = program
    let layout = program.layout
    var products: [Program.Product] = []
    for (node, block) in zip(field, layout.blocks) {
      // Every entry at its place in θ.
      let places = block.range.map { Int32(clamping: $0) }
      let selection = try program.selection(rows: block.shape, of: [layout.count], indices: places)
      let labels = Array(1..<block.shape.count + 1)
      products.append(
        Program.Product(1, [Program.Use(node, labels), Program.Use(selection, labels + [0])], out: [0]))
    }
    let all = try program.sum(products, shape: [layout.count])
    return try ProgramEvaluator(program, predictions: all)
  }

  /// Values of a term of a claim or an observation.
  ///
  /// - Throws: ``Refusal`` with file, line and column where the term has none, such as a second derivative of a singular value.
  public func evaluator(of term: Term) throws(Refusal) -> TermEvaluator {
    try TermEvaluator(builder, term, minus: nil)
  }

  /// Values of a term whose `der` is along whatever velocity the state has: ``TermEvaluator/setVelocity(_:)`` gives it before each value,
  /// so that a state that moves in another way than the file says is seen.
  ///
  /// - Throws: ``Refusal`` as ``evaluator(of:)`` does, and for a second derivative.
  public func evaluator(alongVelocityOf term: Term) throws(Refusal) -> TermEvaluator {
    try TermEvaluator(builder, term, minus: nil, takesVelocity: true)
  }

  /// Values of left − right, where a number is compared with every entry of the other side.
  ///
  /// - Throws: ``Refusal`` as ``evaluator(of:)`` does.
  public func evaluator(of left: Term, minus right: Term) throws(Refusal) -> TermEvaluator {
    try TermEvaluator(builder, left, minus: right)
  }
}
