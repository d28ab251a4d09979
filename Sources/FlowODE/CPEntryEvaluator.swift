internal import CKernels

/// Entries of Σ_r A1[:, r] ⊗ … ⊗ AN[:, r] and their derivatives, planned once.
///
/// Components are processed in blocks narrow enough for the products of both mode groups to stay in cache. Every sum
/// runs in a fixed order, so equal parameters give equal results bit for bit on one ``KernelPath``.
final class CPEntryEvaluator: Evaluator, ComponentBlockEvaluator {
  let parameterCount: Int
  let measurementCount: Int

  private let path: KernelPath
  private let dimensions: [Int]
  private let indices: [Int32]
  private let components: Int
  /// Σ d_n: rows of all factors, one below the other.
  private let rowCount: Int
  private let width: Int
  private let blocks: [Block]

  private let left: KernelGroup
  private let right: KernelGroup
  private let byLeft: KernelPattern
  private let byRight: KernelPattern

  private let predictions: Buffer<Double>
  private let weights: Buffer<Double>
  private let sorted: Sorted
  private let values: Blocks
  private let cotangents: Blocks
  // Only second-order methods and pushforwards need these: made at the first such call.
  private lazy var sortedTangents = Sorted(count: measurementCount)
  private lazy var directions = Blocks(rowCount: rowCount, left: left, right: right, width: width)
  private lazy var cotangentTangents = Blocks(rowCount: rowCount, left: left, right: right, width: width)

  /// - Throws: ``ExperimentError`` if the plan or the work memory would exceed ``MemoryLimit``.
  init(dimensions: [Int], components: Int, indices: [Int32], path: KernelPath = .best) throws(ExperimentError) {
    let plan = try EntryPlan(indices: indices, shape: dimensions)
    self.path = path
    self.dimensions = dimensions
    self.indices = indices
    self.components = components
    measurementCount = indices.count / dimensions.count
    var offsets: [Int] = []
    var rows = 0
    for dimension in dimensions {
      offsets.append(rows)
      rows += dimension
    }
    rowCount = rows
    parameterCount = rows * components
    let width = Self.blockWidth(rows: plan.left.tupleCount + plan.right.tupleCount, components: components)
    self.width = width
    blocks = stride(from: 0, to: components, by: width).map {
      Block(first: $0, valid: min(width, components - $0))
    }
    try MemoryLimit.check(
      [4 * (rowCount + plan.left.tupleCount + plan.right.tupleCount), width],
      what: "the work memory of the CP evaluator", remedy: "observe fewer entries or use a smaller shape")

    left = KernelGroup(plan.left, modeOffsets: offsets)
    right = KernelGroup(plan.right, modeOffsets: offsets)
    byLeft = KernelPattern(plan.byLeft, observations: plan.observationByLeft)
    byRight = KernelPattern(plan.byRight, observations: plan.observationByRight)
    predictions = Buffer(count: measurementCount)
    weights = Buffer(count: measurementCount)
    sorted = Sorted(count: measurementCount)
    values = Blocks(rowCount: rowCount, left: left, right: right, width: width)
    cotangents = Blocks(rowCount: rowCount, left: left, right: right, width: width)
  }

  func makeComponentBlocks() -> any ComponentBlocks {
    CPComponentBlocks(dimensions: dimensions, components: components, indices: indices)
  }

  /// Components per block: as many as keep the products of both groups in a 48 KiB first-level cache, at least 32.
  private static func blockWidth(rows: Int, components: Int) -> Int {
    let fitting = 48 * 1024 / 8 / max(rows, 1) / 8 * 8
    return min(max(fitting, 32), 64, (components + 7) / 8 * 8)
  }

  func predict(_ parameters: UnsafePointer<Double>, into predictions: UnsafeMutablePointer<Double>) {
    sorted.byLeft.clear()
    for block in blocks {
      load(parameters, block, into: values)
      formProducts(block)
      byLeft.addSampledProducts(
        path, rows: values.left(block), columns: values.right(block), width: block.width, results: sorted.byLeft)
    }
    byLeft.unsort(sorted.byLeft, into: predictions)
  }

  func predictAndPullback(
    _ parameters: UnsafePointer<Double>,
    weigh: (_ predictions: UnsafePointer<Double>, _ weights: UnsafeMutablePointer<Double>) -> Void,
    into gradient: UnsafeMutablePointer<Double>
  ) {
    predict(parameters, into: predictions.pointer)
    weigh(predictions.pointer, weights.pointer)
    byLeft.sort(weights.pointer, into: sorted.byLeft)
    byRight.sort(weights.pointer, into: sorted.byRight)
    let isLoaded = blocks.count == 1
    for block in blocks {
      if !isLoaded {
        load(parameters, block, into: values)
        formProducts(block)
      }
      cotangents.rows.clear()
      formCotangents(block)
      left.pullBack(
        path, blocks: values.rows.pointer, cotangents: cotangents.leftProducts, width: block.width,
        gradients: cotangents.rows.pointer)
      right.pullBack(
        path, blocks: values.rows.pointer, cotangents: cotangents.rightProducts, width: block.width,
        gradients: cotangents.rows.pointer)
      store(cotangents, block, into: gradient)
    }
  }

  func pushforward(
    _ parameters: UnsafePointer<Double>, direction: UnsafePointer<Double>,
    into derivatives: UnsafeMutablePointer<Double>
  ) {
    sorted.byLeft.clear()
    for block in blocks {
      load(parameters, block, into: values)
      load(direction, block, into: directions)
      formTangents(block)
      byLeft.addSampledProducts(
        path, rows: directions.left(block), columns: values.right(block), width: block.width, results: sorted.byLeft)
      byLeft.addSampledProducts(
        path, rows: values.left(block), columns: directions.right(block), width: block.width, results: sorted.byLeft)
    }
    byLeft.unsort(sorted.byLeft, into: derivatives)
  }

  func pullbackTangent(
    _ parameters: UnsafePointer<Double>, weights: UnsafePointer<Double>, direction: UnsafePointer<Double>,
    weightsTangent: UnsafePointer<Double>, into tangent: UnsafeMutablePointer<Double>
  ) {
    byLeft.sort(weights, into: sorted.byLeft)
    byRight.sort(weights, into: sorted.byRight)
    byLeft.sort(weightsTangent, into: sortedTangents.byLeft)
    byRight.sort(weightsTangent, into: sortedTangents.byRight)
    for block in blocks {
      load(parameters, block, into: values)
      load(direction, block, into: directions)
      formTangents(block)
      cotangents.rows.clear()
      cotangentTangents.rows.clear()
      formCotangents(block)
      formCotangentTangents(block)
      left.pullBackTangent(
        path, blocks: values.rows.pointer, directions: directions.rows.pointer, cotangents: cotangents.leftProducts,
        cotangentTangents: cotangentTangents.leftProducts, width: block.width,
        gradients: cotangentTangents.rows.pointer)
      right.pullBackTangent(
        path, blocks: values.rows.pointer, directions: directions.rows.pointer, cotangents: cotangents.rightProducts,
        cotangentTangents: cotangentTangents.rightProducts, width: block.width,
        gradients: cotangentTangents.rows.pointer)
      store(cotangentTangents, block, into: tangent)
    }
  }

  // MARK: Blocks of components

  /// Components first ..< first + valid, padded to `width`.
  private struct Block {
    let first: Int
    let valid: Int
    var width: Int { (valid + 7) / 8 * 8 }
  }

  /// Numbers per observation, in the order of both patterns.
  private struct Sorted {
    let byLeft: Buffer<Double>
    let byRight: Buffer<Double>

    init(count: Int) {
      byLeft = Buffer(count: count)
      byRight = Buffer(count: count)
    }
  }

  /// One block of components of a parameter-like vector: the rows of all factors, and the products over both groups.
  private struct Blocks {
    let rows: Buffer<Double>
    let leftProducts: Buffer<Double>
    let rightProducts: Buffer<Double>
    let leftGroup: KernelGroup
    let rightGroup: KernelGroup

    init(rowCount: Int, left: KernelGroup, right: KernelGroup, width: Int) {
      rows = Buffer(count: rowCount * width)
      leftProducts = Buffer(count: left.singleModeOffset == nil ? left.tupleCount * width : 0)
      rightProducts = Buffer(count: right.singleModeOffset == nil ? right.tupleCount * width : 0)
      leftGroup = left
      rightGroup = right
    }

    func left(_ block: Block) -> UnsafeMutablePointer<Double> {
      leftGroup.place(rows.pointer, width: block.width, own: leftProducts)
    }

    func right(_ block: Block) -> UnsafeMutablePointer<Double> {
      rightGroup.place(rows.pointer, width: block.width, own: rightProducts)
    }
  }

  /// Every factor is rows × components and one follows the other, so together they are one matrix with Σ d_n rows.
  private func load(_ parameters: UnsafePointer<Double>, _ block: Block, into target: Blocks) {
    flow_pack(
      parameters + block.first, Int64(rowCount), Int64(components), Int64(block.valid), Int64(block.width),
      target.rows.pointer)
  }

  private func store(_ source: Blocks, _ block: Block, into parameters: UnsafeMutablePointer<Double>) {
    flow_unpack(
      source.rows.pointer, Int64(rowCount), Int64(components), Int64(block.valid), Int64(block.width),
      parameters + block.first)
  }

  private func formProducts(_ block: Block) {
    left.formProducts(path, blocks: values.rows.pointer, width: block.width, products: values.leftProducts)
    right.formProducts(path, blocks: values.rows.pointer, width: block.width, products: values.rightProducts)
  }

  private func formTangents(_ block: Block) {
    left.formTangents(
      path, blocks: values.rows.pointer, directions: directions.rows.pointer, width: block.width,
      products: values.leftProducts, tangents: directions.leftProducts)
    right.formTangents(
      path, blocks: values.rows.pointer, directions: directions.rows.pointer, width: block.width,
      products: values.rightProducts, tangents: directions.rightProducts)
  }

  /// Cotangents of the products: C_left = S P_right and C_right = Sᵀ P_left, where S holds the weights.
  private func formCotangents(_ block: Block) {
    byLeft.sum(
      path, weights: sorted.byLeft, source: values.right(block), width: block.width, target: cotangents.left(block))
    byRight.sum(
      path, weights: sorted.byRight, source: values.left(block), width: block.width, target: cotangents.right(block))
  }

  /// Their derivatives: Ċ_left = Ṡ P_right + S Ṗ_right, and likewise on the right.
  private func formCotangentTangents(_ block: Block) {
    byLeft.sum(
      path, weights: sortedTangents.byLeft, source: values.right(block), width: block.width,
      target: cotangentTangents.left(block))
    byLeft.sum(
      path, weights: sorted.byLeft, source: directions.right(block), width: block.width, accumulate: true,
      target: cotangentTangents.left(block))
    byRight.sum(
      path, weights: sortedTangents.byRight, source: values.left(block), width: block.width,
      target: cotangentTangents.right(block))
    byRight.sum(
      path, weights: sorted.byRight, source: directions.left(block), width: block.width, accumulate: true,
      target: cotangentTangents.right(block))
  }
}
