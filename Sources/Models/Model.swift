/// A factorized model: a map from parameters θ to an end-to-end matrix or tensor W(θ).
///
/// A model is a value that says what is computed; ``evaluator(for:)`` compiles it against measurements into the object
/// that computes it. To add a model, write one file with a conforming type and register its factory in ``ModelCatalog``.
public protocol Model: Sendable {
  /// The model's name on the command line and in reports, such as `matrix` or `cp`.
  var identifier: String { get }
  /// One phrase for reports, such as `matrix factorization 10×10, depth 3, widths 10,10`.
  var summary: String { get }
  /// The named blocks of θ.
  var layout: ParameterLayout { get }
  /// Dimensions of the end-to-end object; its entries are stored row-major.
  var endShape: [Int] { get }
  /// The rescaling symmetries of the parametrization: each one carries a law that gradient flow conserves.
  var bonds: [Bond] { get }
  /// What a single *component* of the model is called and how its norm is defined, for `--stop-norm` and reports.
  var componentDescription: String { get }

  /// Compiles the model against its measurements: plans every index once and owns all work memory.
  ///
  /// - Throws: ``Refusal`` if shapes do not fit or the plan would need more memory than ``MemoryLimit`` allows.
  func evaluator(for measurements: Measurements) throws(Refusal) -> any Evaluator

  /// The dense end-to-end object W(θ), row-major over ``endShape``.
  func endToEnd(_ parameters: UnsafePointer<Double>) -> [Double]

  /// How many components ``componentNorms(_:)`` tells of.
  var componentCount: Int { get }
  /// Norms of the model's components at θ, unsorted, in the model's own order.
  func componentNorms(_ parameters: UnsafePointer<Double>) -> [Double]
}
