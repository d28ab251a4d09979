extension MatrixFactorization: ModelFamily {
  public static let card = ModelCard(
    name: "matrix", summary: "deep matrix factorization W = W_L ⋯ W_1 (problem.depth, problem.width)",
    settings: [.depth, .width], starts: [.balancedChain, .identity],
    target: .matrix,
    example: "flowcheck balancedness --model matrix --shape 10,10 --depth 3 --rank 3 --target-norm 10 --observed 0.6 "
      + "--normalization half-sum --init-scale 0.05 --until 40")

  /// The most factors a matrix factorization is given.
  public static let largestDepth = 10_000

  public init(_ options: ModelOptions) throws(Refusal) {
    if let depth = options.depth, depth < 1 {
      throw Refusal("depth \(depth) is below 1", remedy: "use problem.depth 2 or more (1 is a single matrix)")
    }
    if let depth = options.depth, depth > Self.largestDepth {
      throw Refusal("depth \(depth) is above \(Self.largestDepth)", remedy: "use a smaller problem.depth")
    }
    if let width = options.widths?.first(where: { $0 < 1 }) {
      throw Refusal("width \(width) is below 1", remedy: "use problem.width 1 or more")
    }
    try self.init(shape: options.shape, hiddenWidths: Self.hiddenWidths(options))
  }

  private static func hiddenWidths(_ options: ModelOptions) throws(Refusal) -> [Int] {
    guard let depth = options.depth else {
      guard let widths = options.widths, !widths.isEmpty else {
        throw Refusal("problem.model matrix needs a depth", remedy: "give problem.depth 2 or more")
      }
      return widths
    }
    let hidden = depth - 1
    guard let widths = options.widths else {
      return Array(repeating: max(options.shape.min() ?? 1, 1), count: hidden)
    }
    if widths.count == hidden { return widths }
    if widths.count == 1, hidden >= 1 { return Array(repeating: widths[0], count: hidden) }
    throw Refusal(
      "\(widths.count) hidden width\(widths.count == 1 ? "" : "s") (\(Shapes.list(widths))) do not fit depth \(depth)",
      remedy: hidden == 0
        ? "leave out problem.width, or use problem.depth \(widths.count + 1)"
        : "give problem.width one value or \(hidden), or use problem.depth \(widths.count + 1)")
  }

  public var summary: String {
    let widths = hiddenWidths.isEmpty ? "" : ", widths \(Shapes.list(hiddenWidths))"
    return "matrix factorization \(shape[0])×\(shape[1]), depth \(depth)\(widths)"
  }

  public var chain: MatrixFactorization? { self }

  public var resolved: [String: ModelOptions.Value] {
    let widths = hiddenWidths.isEmpty ? [:] : [ModelSetting.width.name: ModelOptions.Value.integers(hiddenWidths)]
    return widths.merging([ModelSetting.depth.name: .integer(depth)]) { $1 }
  }

  public func object(_ parameters: UnsafePointer<Double>) -> [Double]? { endToEnd(parameters) }
}

extension StartKind {
  /// The balanced factorization of a drawn end-to-end matrix.
  fileprivate static var balancedChain: StartKind {
    StartKind("balanced", "W_L = US^{1/L}, …, W_1 = S^{1/L}Vᵀ of a drawn end-to-end matrix USVᵀ") {
      (request) throws(Refusal) in
      guard let chain = request.chain else { return [] }
      return try chain.balancedParameters(scale: request.scale, seed: request.seed, determinant: request.determinant)
    }
  }

  /// Every layer α·I, padded with zeros.
  fileprivate static var identity: StartKind {
    StartKind("identity", "every layer α times the identity", isDrawn: false) { request in
      var parameters = [Double](repeating: 0, count: request.layout.count)
      for block in request.layout.blocks {
        for i in 0..<min(block.rows, block.columns) {
          parameters[block.offset + i * block.columns + i] = request.scale
        }
      }
      return parameters
    }
  }
}
