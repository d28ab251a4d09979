/// A family of models: what a user may say about a member, and the ``Program`` of the map θ ↦ W(θ) that follows from it.
///
/// Everything else follows from the program: blocks, conservation laws, components, balanced starts, derivatives, evaluation
/// under every kind of measurement. A family says more only where it knows more. To add one, write one file with a
/// conforming type and name the type in ``ModelCatalog``.
public protocol ModelFamily: Sendable {
  /// Name, summary, the settings it takes and an example; a setting that is not in it is refused.
  static var card: ModelCard { get }

  /// The member that the settings describe.
  ///
  /// - Throws: ``Refusal`` naming the value and the setting to change.
  init(_ options: ModelOptions) throws(Refusal)

  /// One phrase for reports, such as `matrix factorization 10×10, depth 3, widths 10,10`.
  var summary: String { get }
  /// The map θ ↦ W(θ), ending in ``Program/output``.
  var program: Program { get }
  /// Conserved quantities that labels do not show, such as u^(2−L) + v^(2−L); checked numerically like every law.
  var invariants: [Invariant] { get }
  /// An evaluator of the family's own where it is faster than the program's; nil takes ``ProgramEvaluator``, with which the
  /// tests compare it.
  ///
  /// - Throws: ``Refusal`` if the plan would need more memory than ``MemoryLimit`` allows.
  func kernel(for measurements: Measurements) throws(Refusal) -> (any Evaluator)?
  /// What a member computes at inputs where that is more than W applied to them: a program that ends in the outputs, a row a sample,
  /// with the blocks of ``program`` in their order; nil where it is W x.
  ///
  /// - Parameter inputs: samples × the last dimension of W, row-major.
  /// - Throws: ``Refusal`` if it would need more memory than ``MemoryLimit`` allows.
  func program(at inputs: [Double]) throws(Refusal) -> Program?
  /// The dense end-to-end object W(θ), row-major, where the family has a way of its own; nil evaluates the program.
  func object(_ parameters: UnsafePointer<Double>) -> [Double]?
  /// The settings of the member as they were understood, where they followed from others; by name.
  var resolved: [String: ModelOptions.Value] { get }
  /// The matricizations of W whose ranks the family speaks of, with the bounds it sets.
  var matricizations: [Matricization] { get }
  /// The model as a product of matrices, if it is one: what claims on layers and singular values ask for.
  var chain: MatrixFactorization? { get }
}

extension ModelFamily {
  /// The family's name and the shape of W.
  public var summary: String { "\(Self.card.name) model \(Shapes.times(program.outputShape))" }
  /// None.
  public var invariants: [Invariant] { [] }
  /// The program's evaluator.
  public func kernel(for measurements: Measurements) throws(Refusal) -> (any Evaluator)? { nil }
  /// It is W x.
  public func program(at inputs: [Double]) throws(Refusal) -> Program? { nil }
  /// The program's value.
  public func object(_ parameters: UnsafePointer<Double>) -> [Double]? { nil }
  /// Everything is as it was given.
  public var resolved: [String: ModelOptions.Value] { [:] }
  /// One a mode, without bounds; of a matrix itself.
  public var matricizations: [Matricization] { Matricization.modes(of: program.outputShape) }
  /// It is none.
  public var chain: MatrixFactorization? { nil }
}
