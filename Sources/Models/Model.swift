import Synchronization

/// A model: a map from parameters θ to an end-to-end matrix or tensor W(θ), with everything that follows from its program. It never
/// changes, and whoever holds one holds a reference.
public final class Model: Sendable {
  /// The name on the command line and in reports, such as `matrix` or `cp`.
  public let identifier: String
  /// One phrase for reports, such as `matrix factorization 10×10, depth 3, widths 10,10`.
  public let summary: String
  /// The map, ending in ``Program/output``.
  public let program: Program
  /// The named blocks of θ.
  public let layout: ParameterLayout
  /// Conservation laws that the program's labels show.
  public let laws: [Law]
  /// The same with the places of their terms in θ.
  public let bonds: [Bond]
  /// Families of slices that trade norm freely; nil if there are none, or the model is a chain of matrices, whose components
  /// are its singular values.
  public let components: ComponentRegistry?
  /// Conserved quantities that labels do not show.
  public let invariants: [Invariant]
  /// The model as a product of matrices, if it is one.
  public let chain: MatrixFactorization?
  /// The matricizations of W whose ranks it speaks of.
  public let matricizations: [Matricization]
  /// Settings of its family that followed from others, by name.
  public let resolved: [String: ModelOptions.Value]
  /// Starts only this family knows.
  let starts: [StartKind]
  /// Looks at what is computed elsewhere, at θ; nil where the program says what is computed. Whoever runs a flow calls it at the start, at some
  /// states on the way and at the end.
  public let examine: (@Sendable (UnsafePointer<Double>) throws -> Void)?

  private let kernel: @Sendable (Measurements) throws(Refusal) -> (any Evaluator)?
  private let network: @Sendable ([Double]) throws(Refusal) -> Program?
  private let object: @Sendable (UnsafePointer<Double>) -> [Double]?
  private let evaluators = ObjectEvaluators()

  /// About how many states of the model's size an integration holds: the method's stages and work.
  private static let statesInFlight = 24

  /// A member of a family.
  ///
  /// - Throws: ``Refusal`` if its program ends in nothing, an integration of its states would not fit into ``MemoryLimit``, or a
  ///   fraction outgrows 64 bits on the way to its laws.
  public convenience init(_ family: some ModelFamily) throws(Refusal) {
    let card = type(of: family).card
    try self.init(
      identifier: card.name, summary: family.summary, program: family.program, settings: card.settings,
      invariants: family.invariants, chain: family.chain, matricizations: family.matricizations,
      resolved: family.resolved, starts: card.starts,
      kernel: { (measurements) throws(Refusal) in try family.kernel(for: measurements) },
      network: { (inputs) throws(Refusal) in try family.program(at: inputs) }, object: family.object)
  }

  /// A function of named blocks that is computed elsewhere: one number, of which nothing is known but its value and gradient.
  ///
  /// - Parameters:
  ///   - evaluator: computes it; one evaluator a thread.
  ///   - examine: throws where it is not what it should be.
  /// - Throws: ``Refusal`` if two blocks have one name, or there are none, or too many parameters.
  public convenience init(
    _ identifier: String, blocks: [(name: String, shape: [Int])], summary: String,
    evaluator: @escaping @Sendable () -> any Evaluator,
    examine: @escaping @Sendable (UnsafePointer<Double>) throws -> Void
  ) throws(Refusal) {
    var program = Program()
    for block in blocks { _ = try program.block(block.name, block.shape) }
    // Stands for the number; nothing is derived from it.
    try program.setOutput(program.sum([], shape: [1]))
    try self.init(
      identifier: identifier, summary: summary, program: program, settings: [], invariants: [], chain: nil,
      matricizations: [], resolved: [:], starts: [], kernel: { _ in evaluator() },
      object: { parameters in
        var value = Double.nan
        withUnsafeMutablePointer(to: &value) { evaluator().predict(parameters, into: $0) }
        return [value]
      }, examine: examine)
  }

  /// A program by itself.
  ///
  /// - Throws: ``Refusal`` as for a member of a family.
  ///
  /// - Parameter summary: one phrase for reports; nil gives the name and the shape.
  public convenience init(_ identifier: String, _ program: Program, summary: String? = nil) throws(Refusal) {
    try self.init(
      identifier: identifier, summary: summary ?? "\(identifier) \(Shapes.times(program.outputShape))",
      program: program,
      settings: [], invariants: [], chain: nil, matricizations: Matricization.modes(of: program.outputShape),
      resolved: [:], starts: [], kernel: { _ in nil }, object: { _ in nil })
  }

  private init(
    identifier: String, summary: String, program: Program, settings: [ModelSetting], invariants: [Invariant],
    chain: MatrixFactorization?, matricizations: [Matricization], resolved: [String: ModelOptions.Value],
    starts: [StartKind],
    kernel: @escaping @Sendable (Measurements) throws(Refusal) -> (any Evaluator)?,
    network: @escaping @Sendable ([Double]) throws(Refusal) -> Program? = { _ in nil },
    object: @escaping @Sendable (UnsafePointer<Double>) -> [Double]?,
    examine: (@Sendable (UnsafePointer<Double>) throws -> Void)? = nil
  ) throws(Refusal) {
    guard let output = program.output, !program.blocks.isEmpty else {
      throw Refusal(
        "\(identifier) has no parameters or computes nothing", remedy: "give its program a block and an output")
    }
    self.identifier = identifier
    self.summary = summary
    self.program = program
    layout = program.layout
    let sizes = (["shape"] + settings.map(\.name)).map { "problem.\($0)" }
    try MemoryLimit.check(
      [layout.count, Self.statesInFlight], what: "the integrator's work space (parameters × states)",
      remedy: "use a smaller model (\(sizes.joined(separator: ", ")))")
    for invariant in invariants { try invariant.check(program) }
    self.invariants = invariants
    self.chain = chain
    self.matricizations = matricizations
    self.resolved = resolved
    self.starts = starts
    self.examine = examine
    self.kernel = kernel
    self.network = network
    self.object = object
    let isKnown = examine == nil
    let laws = isKnown ? try program.laws(of: [output]) : []
    self.laws = laws
    bonds = program.bonds(laws)
    components = chain == nil && isKnown ? try ComponentRegistry(program) : nil
  }

  /// Where the map θ ↦ W(θ) has kinks, as a note for reports; nil where it is smooth.
  public var nonsmoothness: String? {
    guard let output = program.output else { return nil }
    var names: [String] = []
    let needed = program.ancestors(of: [output])
    for (index, node) in program.nodes.enumerated() where needed[index] {
      guard case .map(let function, _) = node.kind, !function.kinks.isEmpty, !names.contains(function.name) else {
        continue
      }
      names.append(function.name)
    }
    guard !names.isEmpty else { return nil }
    return
      "the model has kinks (\(names.joined(separator: ", "))): steps end where the flow passes one, and it slides along those that attract "
      + "it from both sides, by methods with a continuation and up to \(SwitchedEvaluator.most) kinks; otherwise gradients take one "
      + "side's slope, and an order of convergence may be lost"
  }

  /// Whether what it computes at inputs is more than W applied to them, so that W is only the table of its outputs at unit vectors.
  public var isNonlinearInInputs: Bool {
    guard let last = endShape.last, let own = try? network(Array(repeating: 0, count: last)) else { return false }
    return own.output != nil
  }

  /// Whether some quantity is known that gradient flow conserves.
  public var isConserving: Bool { !bonds.isEmpty || !invariants.isEmpty }

  /// Positions in the layout of the blocks that a conserved quantity ties to others: a wrong rate of one breaks it.
  public var tiedBlocks: Set<Int> {
    var blocks: Set<Int> = []
    for law in laws where law.isTwoSided { blocks.formUnion(law.terms.map(\.block)) }
    for factor in invariants.flatMap(\.terms).flatMap(\.factors) {
      if let block = layout.blocks.firstIndex(where: { $0.name == factor.block }) { blocks.insert(block) }
    }
    return blocks
  }

  /// Dimensions of the end-to-end object; its entries are stored row-major.
  public var endShape: [Int] { program.outputShape }

  /// How many components ``componentNorms(_:)`` tells of.
  public var componentCount: Int { chain?.singularValueCount ?? components?.components.count ?? 0 }

  /// Norms of the model's components at θ, in the model's own order: singular values of a chain of matrices, NaN if it is not
  /// finite, otherwise Π‖w_i‖ of every component.
  public func componentNorms(_ parameters: UnsafePointer<Double>) -> [Double] {
    chain?.singularValues(parameters) ?? components?.norms(parameters) ?? []
  }

  /// Compiles the model against its measurements: plans every index once and owns all work memory.
  ///
  /// - Throws: ``Refusal`` if shapes do not fit or the plan would need more memory than ``MemoryLimit`` allows.
  public func evaluator(for measurements: Measurements) throws(Refusal) -> any Evaluator {
    try measurements.check(fit: endShape)
    if let kernel = try kernel(measurements) { return kernel }
    let (program, node) = try predictions(measurements)
    // What refuses the program with held kinks refuses the program as well, in better words.
    if let held = try? SwitchedEvaluator(program, predictions: node) { return held }
    return try ProgramEvaluator(program, predictions: node)
  }

  /// The evaluator that the program alone gives.
  ///
  /// - Throws: ``Refusal`` as ``evaluator(for:)`` does.
  public func programEvaluator(for measurements: Measurements) throws(Refusal) -> ProgramEvaluator {
    let (program, node) = try predictions(measurements)
    return try ProgramEvaluator(program, predictions: node)
  }

  /// The program with its predictions, and their node.
  ///
  /// - Throws: ``Refusal`` if shapes do not fit, or there is not enough memory.
  package func predictions(_ measurements: Measurements) throws(Refusal) -> (Program, Program.ID) {
    if case .inputs(let inputs) = measurements.operators, let own = try network(inputs), let output = own.output {
      return (own, output)
    }
    guard let output = program.output else { throw Refusal("\(identifier) computes nothing", remedy: "add an output") }
    var measured = program
    let node = try measured.measure(output, measurements)
    return (measured, node)
  }

  /// The dense end-to-end object W(θ), row-major over ``endShape``; NaN if evaluating it would exceed
  /// ``MemoryLimit``.
  public func endToEnd(_ parameters: UnsafePointer<Double>) -> [Double] {
    object(parameters) ?? evaluators.value(of: program, parameters)
  }
}

/// Evaluators of a program's output, made at the first use.
private final class ObjectEvaluators: Sendable {
  /// An evaluator is taken out before it is used, so that no two threads share one.
  private struct Idle: @unchecked Sendable {
    let evaluator: ProgramEvaluator
  }

  private let idle = Mutex<[Idle]>([])

  func value(of program: Program, _ parameters: UnsafePointer<Double>) -> [Double] {
    let known = idle.withLock { $0.popLast() }
    guard let output = program.output,
      let evaluator = known?.evaluator ?? (try? ProgramEvaluator(program, predictions: output))
    else { return [Double](repeating: .nan, count: program.outputShape.reduce(1, *)) }
    var result = [Double](repeating: 0, count: evaluator.measurementCount)
    result.withUnsafeMutableBufferPointer { buffer in
      if let base = buffer.baseAddress { evaluator.predict(parameters, into: base) }
    }
    let returned = Idle(evaluator: evaluator)
    idle.withLock { $0.append(returned) }
    return result
  }
}
