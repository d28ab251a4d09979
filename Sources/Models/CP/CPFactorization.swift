import GSLBridge

/// CP tensor factorization: W = Σ_r A1[:, r] ⊗ … ⊗ AN[:, r] of order N ≥ 2, where An is d_n × R.
public struct CPFactorization: ModelFamily, Equatable {
  public static let card = ModelCard(
    name: "cp", summary: "CP tensor factorization, a sum of R rank-one tensors (problem.components)",
    settings: [.components],
    example: "flowcheck growth --model cp --shape 6,6,6 --components 10 --rank 2 --observed 0.5 --init balanced "
      + "--init-scale 0.3 --until 2000")

  /// d_1, …, d_N.
  public let shape: [Int]
  /// Number of components R.
  public let components: Int
  /// The named blocks of θ.
  public let layout: ParameterLayout
  public let program: Program

  public static func == (a: CPFactorization, b: CPFactorization) -> Bool {
    a.shape == b.shape && a.components == b.components
  }

  /// A factorization with blocks A1, …, AN in this order.
  ///
  /// - Throws: ``Refusal`` if the order is below 2, a dimension or the number of components is below 1, or the
  ///   parameters or the end-to-end tensor would exceed ``MemoryLimit``.
  public init(shape: [Int], components: Int) throws(Refusal) {
    guard shape.count >= 2 else {
      throw Refusal(
        "CP factorization needs a shape of order 2 or more, not \(shape.count) (\(Shapes.list(shape)))",
        remedy: "give problem.shape with at least two dimensions")
    }
    guard shape.count <= Self.largestOrder else {
      throw Refusal(
        "shape \(Shapes.list(shape)) has order \(shape.count)", remedy: "use order \(Self.largestOrder) or less")
    }
    try Shapes.check(shape)
    guard components >= 1 else {
      throw Refusal("\(components) components are too few", remedy: "use problem.components 1 or more")
    }
    // The end-to-end tensor fits the limit, so the sum of its dimensions cannot overflow.
    try MemoryLimit.check(
      [shape.reduce(0, +), components], what: "a parameter vector",
      remedy: "use a smaller problem.shape or problem.components")
    self.shape = shape
    self.components = components
    var program = Program()
    var factors: [Program.Use] = []
    for (mode, dimension) in shape.enumerated() {
      factors.append(Program.Use(try program.block("A\(mode + 1)", [dimension, components]), [mode, shape.count]))
    }
    try program.setOutput(
      program.sum([Program.Product(1, factors, out: Array(shape.indices))], shape: shape))
    self.program = program
    layout = program.layout
  }

  public init(_ options: ModelOptions) throws(Refusal) {
    guard let components = options.components else {
      throw Refusal("problem.model cp needs a number of components", remedy: "give problem.components 1 or more")
    }
    try self.init(shape: options.shape, components: components)
  }

  /// The largest order accepted; with dimensions of 2 or more, ``MemoryLimit`` stops at 29.
  public static let largestOrder = 60

  public var summary: String {
    "CP factorization \(Shapes.times(shape)), \(components) component\(components == 1 ? "" : "s")"
  }

  public func object(_ parameters: UnsafePointer<Double>) -> [Double]? { endToEnd(parameters) }

  /// The tensor W, row-major.
  ///
  /// Products over the first and the last modes, then one matrix product, a bounded number of components at a time.
  public func endToEnd(_ parameters: UnsafePointer<Double>) -> [Double] {
    let middle = layout.blocks.count / 2
    let first = layout.blocks[..<middle]
    let last = layout.blocks[middle...]
    let rows = first.reduce(1) { $0 * $1.rows }
    let columns = last.reduce(1) { $0 * $1.rows }
    let chunk = max(1, min(components, (1 << 22) / (rows + columns)))
    let left = Buffer<Double>(count: rows * chunk)
    let right = Buffer<Double>(count: columns * chunk)
    let result = Buffer<Double>(count: rows * columns)
    for start in stride(from: 0, to: components, by: chunk) {
      let width = min(chunk, components - start)
      multiplyRows(of: first, parameters + start, width: width, into: left.pointer)
      multiplyRows(of: last, parameters + start, width: width, into: right.pointer)
      BLAS.multiply(
        m: rows, n: columns, k: width, a: left.pointer, lda: width, b: right.pointer, ldb: width, transposeB: true,
        beta: 1, c: result.pointer, ldc: columns)
    }
    return Array(UnsafeBufferPointer(start: result.pointer, count: rows * columns))
  }

  /// The products of one row of each block, for all combinations of rows in row-major order: Π rows × width.
  private func multiplyRows(
    of blocks: ArraySlice<ParameterBlock>, _ parameters: UnsafePointer<Double>, width: Int,
    into products: UnsafeMutablePointer<Double>
  ) {
    products.update(repeating: 1, count: width)
    var count = 1
    for block in blocks {
      // From the last row down, so that a product is read before its place is taken.
      for t in stride(from: count - 1, through: 0, by: -1) {
        for i in stride(from: block.rows - 1, through: 0, by: -1) {
          let factor = parameters + block.offset + i * components
          let (source, target) = (products + t * width, products + (t * block.rows + i) * width)
          for r in 0..<width { target[r] = source[r] * factor[r] }
        }
      }
      count *= block.rows
    }
  }
}
