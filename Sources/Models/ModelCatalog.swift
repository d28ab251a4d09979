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

  /// nil says nothing about a setting.
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
  /// Builds the model, or throws ``Refusal`` naming the value and the flag to change.
  public let make: @Sendable (ModelSpecification) throws(Refusal) -> any Model
}

/// Every kind of model there is. To add one, write a type that conforms to ``Model`` and one row here.
public enum ModelCatalog {
  /// The rows, in the order in which they are listed.
  public static let kinds: [ModelKind] = [
    ModelKind(
      identifier: "matrix", summary: "deep matrix factorization W = W_L ⋯ W_1 (problem.depth, problem.width)",
      make: makeMatrix),
    ModelKind(
      identifier: "cp", summary: "CP tensor factorization, a sum of R rank-one tensors (problem.components)",
      make: makeCP),
  ]

  /// The model of that name.
  ///
  /// - Throws: ``Refusal`` if there is no such model, or the specification does not describe one.
  public static func model(
    _ identifier: String, _ specification: ModelSpecification
  ) throws(Refusal) -> any Model {
    guard let kind = kinds.first(where: { $0.identifier == identifier }) else {
      let names = kinds.map(\.identifier).joined(separator: ", ")
      throw Refusal("there is no model “\(identifier)”", remedy: "use problem.model with one of: \(names)")
    }
    return try kind.make(specification)
  }

  private static func makeMatrix(_ specification: ModelSpecification) throws(Refusal) -> any Model {
    if let components = specification.components {
      throw Refusal(
        "\(components) components make no sense for problem.model matrix",
        remedy: "use problem.depth and problem.width, or problem.model cp")
    }
    if let depth = specification.depth, depth < 1 {
      throw Refusal("depth \(depth) is below 1", remedy: "use problem.depth 2 or more (1 is a single matrix)")
    }
    if let depth = specification.depth, depth > largestDepth {
      throw Refusal("depth \(depth) is above \(largestDepth)", remedy: "use a smaller problem.depth")
    }
    if let width = specification.widths?.first(where: { $0 < 1 }) {
      throw Refusal("width \(width) is below 1", remedy: "use problem.width 1 or more")
    }
    return try MatrixFactorization(shape: specification.shape, hiddenWidths: hiddenWidths(specification))
  }

  /// The most factors a matrix factorization is given.
  public static let largestDepth = 10_000

  private static func hiddenWidths(_ specification: ModelSpecification) throws(Refusal) -> [Int] {
    guard let depth = specification.depth else {
      guard let widths = specification.widths, !widths.isEmpty else {
        throw Refusal("problem.model matrix needs a depth", remedy: "give problem.depth 2 or more")
      }
      return widths
    }
    let hidden = depth - 1
    guard let widths = specification.widths else {
      return Array(repeating: max(specification.shape.min() ?? 1, 1), count: hidden)
    }
    if widths.count == hidden { return widths }
    if widths.count == 1, hidden >= 1 { return Array(repeating: widths[0], count: hidden) }
    throw Refusal(
      "\(widths.count) hidden width\(widths.count == 1 ? "" : "s") (\(Shapes.list(widths))) do not fit depth \(depth)",
      remedy: hidden == 0
        ? "leave out problem.width, or use problem.depth \(widths.count + 1)"
        : "give problem.width one value or \(hidden), or use problem.depth \(widths.count + 1)")
  }

  private static func makeCP(_ specification: ModelSpecification) throws(Refusal) -> any Model {
    if let depth = specification.depth {
      throw Refusal(
        "depth \(depth) makes no sense for problem.model cp",
        remedy: "leave out problem.depth, or use problem.model matrix")
    }
    if let widths = specification.widths {
      throw Refusal(
        "width \(Shapes.list(widths)) makes no sense for problem.model cp",
        remedy: "use problem.components, or problem.model matrix")
    }
    guard let components = specification.components else {
      throw Refusal("problem.model cp needs a number of components", remedy: "give problem.components 1 or more")
    }
    return try CPFactorization(shape: specification.shape, components: components)
  }
}
