import GSLBridge

/// Deep matrix factorization: W = W_L ⋯ W_1 of depth L ≥ 1, where W_l is d_l × d_{l−1} and W_1 acts first.
public struct MatrixFactorization: Model, Equatable {
  /// [d_L, d_0]: rows and columns of the end-to-end matrix.
  public let shape: [Int]
  /// d_1, …, d_{L−1}.
  public let hiddenWidths: [Int]
  public let layout: ParameterLayout

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
    layout = ParameterLayout(shapes)
  }

  public var identifier: String { "matrix" }

  public var summary: String {
    let widths = hiddenWidths.isEmpty ? "" : ", widths \(Shapes.list(hiddenWidths))"
    return "matrix factorization \(shape[0])×\(shape[1]), depth \(depth)\(widths)"
  }

  public var endShape: [Int] { shape }

  /// One for each pair of neighbouring factors, W_{l+1} W_l, in the order of l.
  public var bonds: [Bond] {
    zip(layout.blocks, layout.blocks.dropFirst()).map { inner, outer in
      .bilinear(outer: MatrixView(outer), inner: MatrixView(inner))
    }
  }

  public var componentDescription: String { "singular value of the end-to-end matrix" }

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

  public var componentCount: Int { min(shape[0], shape[1]) }

  /// The singular values of the end-to-end matrix in descending order; NaN if it is not finite.
  public func componentNorms(_ parameters: UnsafePointer<Double>) -> [Double] {
    let product = Matrix(rows: shape[0], columns: shape[1], elements: endToEnd(parameters))
    return (try? SVD.singularValues(of: product)) ?? [Double](repeating: .nan, count: componentCount)
  }
}
