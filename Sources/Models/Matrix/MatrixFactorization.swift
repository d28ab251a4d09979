import GSLBridge

/// Deep matrix factorization: W = W_L ⋯ W_1 of depth L ≥ 1, where W_l is d_l × d_{l−1} and W_1 acts first.
///
/// As a family it is the *chain* that claims on layers and singular values ask a model for (``ModelFamily/chain``).
public struct MatrixFactorization: ModelFamily, Equatable {
  public static let card = ModelCard(
    name: "matrix", summary: "deep matrix factorization W = W_L ⋯ W_1 (problem.depth, problem.width)",
    settings: [.depth, .width], starts: [.balancedChain, .identity],
    example: "flowcheck balancedness --model matrix --shape 10,10 --depth 3 --rank 3 --target-norm 10 --observed 0.6 "
      + "--normalization half-sum --init-scale 0.05 --until 40")

  /// [d_L, d_0]: rows and columns of the end-to-end matrix.
  public let shape: [Int]
  /// d_1, …, d_{L−1}.
  public let hiddenWidths: [Int]
  /// The named blocks of θ.
  public let layout: ParameterLayout
  public let program: Program

  public static func == (a: MatrixFactorization, b: MatrixFactorization) -> Bool {
    a.shape == b.shape && a.hiddenWidths == b.hiddenWidths
  }

  /// Number of factors L.
  public var depth: Int { hiddenWidths.count + 1 }
  /// W_1, …, W_L at θ.
  public func layers(_ parameters: UnsafePointer<Double>) -> [Matrix] {
    layout.blocks.map { block in
      Matrix(
        rows: block.rows, columns: block.columns,
        elements: Array(UnsafeBufferPointer(start: parameters + block.offset, count: block.count)))
    }
  }

  /// d_0, d_1, …, d_L.
  var dimensions: [Int] { [shape[1]] + hiddenWidths + [shape[0]] }

  /// A factorization of depth hiddenWidths.count + 1 with blocks W1, …, WL in this order.
  ///
  /// - Parameters:
  ///   - shape: [rows, columns] of the end-to-end matrix.
  ///   - hiddenWidths: d_1, …, d_{L−1}, from the factor that acts first to the one that acts last.
  /// - Throws: ``Refusal`` if the shape is not that of a matrix, a dimension or width is below 1, or the
  ///   parameters or the end-to-end matrix would exceed ``MemoryLimit``.
  public init(shape: [Int], hiddenWidths: [Int]) throws(Refusal) {
    guard shape.count == 2 else {
      throw Refusal(
        "matrix factorization needs a shape of order 2, not \(shape.count) (\(Shapes.list(shape)))",
        remedy: "give problem.shape rows,columns, or use problem.model cp for tensors")
    }
    try Shapes.check(shape)
    if let width = hiddenWidths.first(where: { $0 < 1 }) {
      throw Refusal("hidden width \(width) is below 1", remedy: "use problem.width 1 or more")
    }
    let dimensions = [shape[1]] + hiddenWidths + [shape[0]]
    var total = 0
    var shapes: [(name: String, rows: Int, columns: Int)] = []
    for l in 1..<dimensions.count {
      total += try MemoryLimit.check(
        [dimensions[l], dimensions[l - 1]], what: "factor W\(l)", remedy: "use a smaller problem.shape or problem.width"
      )
      try MemoryLimit.check(
        [total], what: "a parameter vector", remedy: "use a smaller problem.shape, problem.width or problem.depth")
      shapes.append((name: "W\(l)", rows: dimensions[l], columns: dimensions[l - 1]))
    }
    self.shape = shape
    self.hiddenWidths = hiddenWidths
    var program = Program()
    var factors: [Program.ID] = []
    for factor in shapes { factors.append(try program.block(factor.name, [factor.rows, factor.columns])) }
    while factors.count > 1 { factors = try Self.products(factors, in: &program) }
    try program.setOutput(factors[0])
    self.program = program
    layout = program.layout
  }

  /// The products of neighbouring matrices, up to 32 at a time, since a product has a limited number of labels.
  private static func products(_ factors: [Program.ID], in program: inout Program) throws(Refusal) -> [Program.ID] {
    var products: [Program.ID] = []
    for start in stride(from: 0, to: factors.count, by: 32) {
      let group = factors[start..<min(start + 32, factors.count)]
      let shape = [program[group[group.endIndex - 1]].shape[0], program[group[start]].shape[1]]
      let uses = group.enumerated().map { Program.Use($0.element, [$0.offset + 1, $0.offset]) }
      products.append(try program.sum([Program.Product(1, uses, out: [group.count, 0])], shape: shape))
    }
    return products
  }

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

  /// The product W_L ⋯ W_1, row-major.
  public func endToEnd(_ parameters: UnsafePointer<Double>) -> [Double] {
    var product = Array(UnsafeBufferPointer(start: parameters, count: layout.blocks[0].count))
    for block in layout.blocks.dropFirst() {
      var next = [Double](repeating: 0, count: block.rows * shape[1])
      next.withUnsafeMutableBufferPointer { next in
        product.withUnsafeBufferPointer { product in
          if let next = next.baseAddress, let product = product.baseAddress {
            BLAS.multiply(
              m: block.rows, n: shape[1], k: block.columns, a: parameters + block.offset, lda: block.columns,
              b: product, ldb: shape[1], c: next, ldc: shape[1])
          }
        }
      }
      product = next
    }
    return product
  }

  /// min(d_L, d_0).
  public var singularValueCount: Int { min(shape[0], shape[1]) }

  /// The singular values of the end-to-end matrix in descending order; NaN if it is not finite.
  public func singularValues(_ parameters: UnsafePointer<Double>) -> [Double] {
    let product = Matrix(rows: shape[0], columns: shape[1], elements: endToEnd(parameters))
    return (try? SVD.singularValues(of: product)) ?? [Double](repeating: .nan, count: singularValueCount)
  }
}

extension StartKind {
  /// The balanced factorization of a drawn end-to-end matrix.
  fileprivate static var balancedChain: StartKind {
    StartKind("balanced", "W_L = US^{1/L}, …, W_1 = S^{1/L}Vᵀ of a drawn end-to-end matrix USVᵀ") {
      (model, request) throws(Refusal) in
      guard let chain = model.chain else { return [] }
      return try chain.balancedParameters(scale: request.scale, seed: request.seed, determinant: request.determinant)
    }
  }

  /// Every layer α·I, padded with zeros.
  fileprivate static var identity: StartKind {
    StartKind("identity", "every layer α times the identity", isDrawn: false) { model, request in
      var parameters = [Double](repeating: 0, count: model.layout.count)
      for block in model.layout.blocks {
        for i in 0..<min(block.rows, block.columns) {
          parameters[block.offset + i * block.columns + i] = request.scale
        }
      }
      return parameters
    }
  }
}
