internal import CKernels

/// Few observed entries of W = W_L ⋯ W_1 and their derivatives: the dense product of all factors but the last, and sparse
/// products with that one.
///
/// With P = W_{L−1} ⋯ W_1, entry (i, j) is the inner product of row i of W_L and column j of P, and the residuals G of the
/// entries give G Pᵀ and W_Lᵀ G: a gradient needs 3(L − 2) dense products instead of 3(L − 1). Pᵀ is formed, so that its
/// columns are rows.
final class SparseMatrixEvaluator: FactorChainEvaluator {
  let parameterCount: Int
  let measurementCount: Int
  let factorDimensions: [Int]
  let density: Double

  /// Columns offset ..< offset + width of rows that are padded with zeros to `stride`.
  private struct Strip {
    let offset: Int
    let width: Int
  }

  private let path: KernelPath
  private let inner: ChainProduct
  /// d_L, and d_{L−1} with its padding.
  private let rows: Int
  private let width: Int
  private let stride: Int
  private let strips: [Strip]
  /// The entries by row, with their columns, and by column.
  private let byRow: KernelPattern
  private let byColumn: KernelPattern
  private let results: Buffer<Double>
  private let predictions: Buffer<Double>
  private let weights: Buffer<Double>
  private let sorted: SortedValues
  /// W_L, its cotangent and that of Pᵀ.
  private let last: Buffer<Double>
  private let lastCotangent: Buffer<Double>
  private let endCotangent: Buffer<Double>
  // Only second-order methods and pushforwards need these: made at the first such call.
  private lazy var sortedTangents = SortedValues(count: measurementCount)
  private lazy var lastDirection = Buffer<Double>(count: last.count)
  private lazy var endCotangentTangent = Buffer<Double>(count: endCotangent.count)

  /// Whether sparse products pay: at most half of a matrix of some size is observed.
  static func pays(dimensions: [Int], count: Int) -> Bool {
    let size = dimensions[0] * dimensions[dimensions.count - 1]
    return dimensions.count > 2 && size >= 400 && 2 * count <= size
  }

  /// - Parameters:
  ///   - dimensions: d_0, …, d_L with L ≥ 2.
  ///   - indices: row and column of each entry.
  /// - Throws: ``Refusal`` if the plan or the partial products would exceed ``MemoryLimit``.
  init(dimensions: [Int], indices: [Int32], path: KernelPath = .best) throws(Refusal) {
    let depth = dimensions.count - 1
    self.path = path
    factorDimensions = dimensions
    var observed = [Int](repeating: 0, count: dimensions[0] + dimensions[depth])
    for k in 0..<(indices.count / 2) {
      observed[Int(indices[2 * k + 1])] += 1
      observed[dimensions[0] + Int(indices[2 * k])] += 1
    }
    density = max(
      Double(observed[..<dimensions[0]].max() ?? 0) / Double(dimensions[depth]),
      Double(observed[dimensions[0]...].max() ?? 0) / Double(dimensions[0]))
    rows = dimensions[depth]
    width = dimensions[depth - 1]
    let vectors = (width + 7) / 8
    stride = 8 * vectors
    let parts = (vectors + 7) / 8
    strips = (0..<parts).map { part in
      let (first, end) = (part * vectors / parts, (part + 1) * vectors / parts)
      return Strip(offset: 8 * first, width: 8 * (end - first))
    }
    try MemoryLimit.check(
      [3 * rows + 4 * dimensions[0], stride], what: "the work memory of sparse products", remedy: "use smaller widths")
    inner = try ChainProduct(dimensions: Array(dimensions.dropLast()), transposedStride: stride)
    parameterCount = inner.parameterCount + rows * width
    measurementCount = indices.count / 2
    let plan = try EntryPlan(indices: indices, shape: [rows, dimensions[0]])
    let left = KernelPattern(plan.byLeft, observations: plan.observationByLeft)
    let right = KernelPattern(plan.byRight, observations: plan.observationByRight)
    (byRow, byColumn) = plan.left.modes == [0] ? (left, right) : (right, left)
    results = Buffer(count: measurementCount)
    predictions = Buffer(count: measurementCount)
    weights = Buffer(count: measurementCount)
    sorted = SortedValues(count: measurementCount)
    last = Buffer(count: rows * stride)
    lastCotangent = Buffer(count: rows * stride)
    endCotangent = Buffer(count: dimensions[0] * stride)
  }

  func predict(_ parameters: UnsafePointer<Double>, into predictions: UnsafeMutablePointer<Double>) {
    load(parameters, into: last)
    results.clear()
    addProducts(last, inner.form(parameters))
    byRow.unsort(results.pointer, into: predictions)
  }

  func predictAndPullback(
    _ parameters: UnsafePointer<Double>,
    weigh: (_ predictions: UnsafePointer<Double>, _ weights: UnsafeMutablePointer<Double>) -> Void,
    into gradient: UnsafeMutablePointer<Double>
  ) {
    load(parameters, into: last)
    let end = inner.form(parameters)
    results.clear()
    addProducts(last, end)
    byRow.unsort(results.pointer, into: predictions.pointer)
    weigh(predictions.pointer, weights.pointer)
    sort(weights.pointer, into: sorted)
    sum(byRow, sorted.byLeft, end, into: lastCotangent)
    store(lastCotangent, into: gradient)
    sum(byColumn, sorted.byRight, last.pointer, into: endCotangent)
    inner.pullBack(parameters, cotangent: endCotangent.pointer, into: gradient)
  }

  func pushforward(
    _ parameters: UnsafePointer<Double>, direction: UnsafePointer<Double>,
    into derivatives: UnsafeMutablePointer<Double>
  ) {
    load(parameters, into: last)
    load(direction, into: lastDirection)
    results.clear()
    addProducts(lastDirection, inner.form(parameters))
    addProducts(last, inner.formTangent(parameters, direction: direction))
    byRow.unsort(results.pointer, into: derivatives)
  }

  func pullbackTangent(
    _ parameters: UnsafePointer<Double>, weights: UnsafePointer<Double>, direction: UnsafePointer<Double>,
    weightsTangent: UnsafePointer<Double>, into tangent: UnsafeMutablePointer<Double>
  ) {
    load(parameters, into: last)
    load(direction, into: lastDirection)
    let end = inner.form(parameters)
    let endTangent = inner.formTangent(parameters, direction: direction)
    sort(weights, into: sorted)
    sort(weightsTangent, into: sortedTangents)
    sum(byRow, sortedTangents.byLeft, end, into: lastCotangent)
    sum(byRow, sorted.byLeft, endTangent, into: lastCotangent, adding: true)
    store(lastCotangent, into: tangent)
    sum(byColumn, sorted.byRight, last.pointer, into: endCotangent)
    sum(byColumn, sortedTangents.byRight, last.pointer, into: endCotangentTangent)
    sum(byColumn, sorted.byRight, lastDirection.pointer, into: endCotangentTangent, adding: true)
    inner.pullBackTangent(
      parameters, direction: direction, cotangent: endCotangent.pointer,
      cotangentTangent: endCotangentTangent.pointer, into: tangent)
  }

  // MARK: Sparse products

  /// The last factor of a parameter-like vector, its rows padded.
  private func load(_ parameters: UnsafePointer<Double>, into target: Buffer<Double>) {
    for i in 0..<rows {
      (target.pointer + i * stride).update(from: parameters + inner.parameterCount + i * width, count: width)
    }
  }

  private func store(_ source: Buffer<Double>, into parameters: UnsafeMutablePointer<Double>) {
    for i in 0..<rows {
      (parameters + inner.parameterCount + i * width).update(from: source.pointer + i * stride, count: width)
    }
  }

  private func sort(_ values: UnsafePointer<Double>, into sorted: SortedValues) {
    byRow.sort(values, into: sorted.byLeft)
    byColumn.sort(values, into: sorted.byRight)
  }

  private func addProducts(_ factor: Buffer<Double>, _ end: UnsafePointer<Double>) {
    for strip in strips {
      byRow.addSampledProducts(
        path, rows: factor.pointer + strip.offset, columns: end + strip.offset, width: strip.width, stride: stride,
        results: results.pointer)
    }
  }

  private func sum(
    _ pattern: KernelPattern, _ weights: Buffer<Double>, _ source: UnsafePointer<Double>, into target: Buffer<Double>,
    adding: Bool = false
  ) {
    for strip in strips {
      pattern.sum(
        path, weights: weights, source: source + strip.offset, width: strip.width, stride: stride, accumulate: adding,
        target: target.pointer + strip.offset)
    }
  }
}
