import GSLBridge

/// Deep matrix factorization: W = W_L ⋯ W_1 of depth L ≥ 1, where W_l is d_l × d_{l−1} and W_1 acts first.
///
/// It is the *chain* that claims on layers and singular values ask a model for (``Model/chain``).
public struct MatrixFactorization: Sendable, Equatable {
  /// [d_L, d_0]: rows and columns of the end-to-end matrix.
  public let shape: [Int]
  /// d_1, …, d_{L−1}.
  public let hiddenWidths: [Int]
  /// The named blocks of θ.
  public let layout: ParameterLayout
  /// The product, ending in ``Program/output``.
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
  ///
  /// Where a layer is narrow they are those of the small core between the factors on its two sides, which never forms W.
  public func singularValues(_ parameters: UnsafePointer<Double>) -> [Double] {
    if let narrow = hiddenWidths.indices.min(by: { hiddenWidths[$0] < hiddenWidths[$1] }),
      2 * hiddenWidths[narrow] <= singularValueCount
    {
      let values = coreValues(parameters, at: narrow) ?? [Double](repeating: .nan, count: hiddenWidths[narrow])
      return values
        + [Double](repeating: values.first?.isNaN == true ? .nan : 0, count: singularValueCount - values.count)
    }
    let product = Matrix(rows: shape[0], columns: shape[1], elements: endToEnd(parameters))
    return (try? SVD.singularValues(of: product)) ?? [Double](repeating: .nan, count: singularValueCount)
  }

  /// The singular values of W = A B as those of S_A V_Aᵀ V_B S_B, A = U_A S_A V_Aᵀ and Bᵀ = U_B S_B V_Bᵀ, split at a hidden layer;
  /// nil if a number is not finite.
  private func coreValues(_ parameters: UnsafePointer<Double>, at layer: Int) -> [Double]? {
    let layers = layers(parameters)
    func product(_ factors: ArraySlice<Matrix>) -> Matrix? {
      factors.dropFirst().reduce(factors.first) { partial, factor in partial.map { factor * $0 } }
    }
    guard let right = product(layers[...layer]), let left = product(layers[(layer + 1)...]),
      let a = try? SVD(left), let b = try? SVD(right.transposed)
    else { return nil }
    var core = a.v.transposed * b.v
    for i in 0..<core.rows {
      for j in 0..<core.columns { core[i, j] *= a.singularValues[i] * b.singularValues[j] }
    }
    return try? SVD.singularValues(of: core)
  }
}
