/// What a user says about a model; which of it a model takes is for its factory to decide.
public struct ModelSpecification: Sendable, Equatable {
  /// Dimensions of the end-to-end object.
  public var shape: [Int]
  /// Number of factors L (`--depth`).
  public var depth: Int?
  /// Hidden widths, or one for all hidden layers (`--width`).
  public var widths: [Int]?
  /// Number of components R (`--components`).
  public var components: Int?

  public init(shape: [Int], depth: Int? = nil, widths: [Int]? = nil, components: Int? = nil) {
    self.shape = shape
    self.depth = depth
    self.widths = widths
    self.components = components
  }
}

/// One row of the ``ModelCatalog``.
public struct ModelKind: Sendable {
  /// The model's name on the command line, such as `matrix`.
  public let identifier: String
  /// One line for lists.
  public let summary: String
  /// Builds the model, or throws ``ExperimentError`` naming the value and the flag to change.
  public let make: @Sendable (ModelSpecification) throws(ExperimentError) -> any Model
}

/// Every kind of model there is. To add one, write a type that conforms to ``Model`` and one row here.
public enum ModelCatalog {
  /// The rows, in the order in which they are listed.
  public static let kinds: [ModelKind] = [
    ModelKind(
      identifier: "matrix", summary: "deep matrix factorization W = W_L ⋯ W_1 (--depth, --width)", make: makeMatrix),
    ModelKind(
      identifier: "cp", summary: "CP tensor factorization, a sum of R rank-one tensors (--components)", make: makeCP),
  ]

  /// The model of that name.
  ///
  /// - Throws: ``ExperimentError`` if there is no such model, or the specification does not describe one.
  public static func model(
    _ identifier: String, _ specification: ModelSpecification
  ) throws(ExperimentError) -> any Model {
    guard let kind = kinds.first(where: { $0.identifier == identifier }) else {
      let names = kinds.map(\.identifier).joined(separator: ", ")
      throw ExperimentError("there is no model “\(identifier)”", remedy: "use --model with one of: \(names)")
    }
    return try kind.make(specification)
  }

  private static func makeMatrix(_ specification: ModelSpecification) throws(ExperimentError) -> any Model {
    if let components = specification.components {
      throw ExperimentError(
        "\(components) components make no sense for --model matrix", remedy: "use --depth and --width, or --model cp")
    }
    if let depth = specification.depth, depth < 1 {
      throw ExperimentError("depth \(depth) is below 1", remedy: "use --depth 2 or more (1 is a single matrix)")
    }
    if let depth = specification.depth, depth > largestDepth {
      throw ExperimentError("depth \(depth) is above \(largestDepth)", remedy: "use a smaller --depth")
    }
    if let width = specification.widths?.first(where: { $0 < 1 }) {
      throw ExperimentError("width \(width) is below 1", remedy: "use --width 1 or more")
    }
    return try MatrixFactorization(shape: specification.shape, hiddenWidths: hiddenWidths(specification))
  }

  /// The most factors a matrix factorization is given.
  public static let largestDepth = 10_000

  private static func hiddenWidths(_ specification: ModelSpecification) throws(ExperimentError) -> [Int] {
    guard let depth = specification.depth else {
      guard let widths = specification.widths, !widths.isEmpty else {
        throw ExperimentError("--model matrix needs a depth", remedy: "give --depth 2 or more")
      }
      return widths
    }
    let hidden = depth - 1
    guard let widths = specification.widths else {
      return Array(repeating: max(specification.shape.min() ?? 1, 1), count: hidden)
    }
    if widths.count == hidden { return widths }
    if widths.count == 1, hidden >= 1 { return Array(repeating: widths[0], count: hidden) }
    throw ExperimentError(
      "\(widths.count) hidden width\(widths.count == 1 ? "" : "s") (\(Shapes.list(widths))) do not fit depth \(depth)",
      remedy: hidden == 0
        ? "leave out --width, or use --depth \(widths.count + 1)"
        : "give --width one value or \(hidden), or use --depth \(widths.count + 1)")
  }

  private static func makeCP(_ specification: ModelSpecification) throws(ExperimentError) -> any Model {
    if let depth = specification.depth {
      throw ExperimentError(
        "depth \(depth) makes no sense for --model cp", remedy: "leave out --depth, or use --model matrix")
    }
    if let widths = specification.widths {
      throw ExperimentError(
        "width \(Shapes.list(widths)) makes no sense for --model cp", remedy: "use --components, or --model matrix")
    }
    guard let components = specification.components else {
      throw ExperimentError("--model cp needs a number of components", remedy: "give --components 1 or more")
    }
    return try CPFactorization(shape: specification.shape, components: components)
  }
}
