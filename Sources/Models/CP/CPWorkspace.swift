internal import CKernels

/// One thread's passes over single blocks of components, and the memory it works in.
final class CPWorkspace {
  /// One block of a parameter-like vector: the rows of all factors, and the products over both groups.
  private struct Values {
    let rows: Buffer<Double>
    let leftProducts: Buffer<Double>
    let rightProducts: Buffer<Double>
    let plan: CPBlockPlan

    init(_ plan: CPBlockPlan) {
      let width = plan.width
      rows = Buffer(count: plan.rowCount * width)
      leftProducts = Buffer(count: plan.left.singleModeOffset == nil ? plan.left.tupleCount * width : 0)
      rightProducts = Buffer(count: plan.right.singleModeOffset == nil ? plan.right.tupleCount * width : 0)
      self.plan = plan
    }

    func left(_ block: CPBlock) -> UnsafeMutablePointer<Double> {
      plan.left.place(rows.pointer, width: block.width, own: leftProducts)
    }

    func right(_ block: CPBlock) -> UnsafeMutablePointer<Double> {
      plan.right.place(rows.pointer, width: block.width, own: rightProducts)
    }

    /// Every factor is rows × components and one follows the other, so together they are one matrix with Σ d_n rows.
    func load(_ parameters: UnsafePointer<Double>, _ block: CPBlock) {
      flow_pack(
        plan.path.rawValue, parameters + block.first, Int64(plan.rowCount), Int64(plan.components), Int64(block.valid),
        Int64(block.width), rows.pointer)
    }

    func store(_ block: CPBlock, into parameters: UnsafeMutablePointer<Double>) {
      flow_unpack(
        plan.path.rawValue, rows.pointer, Int64(plan.rowCount), Int64(plan.components), Int64(block.valid),
        Int64(block.width), parameters + block.first)
    }

    /// Clears what is summed up tuple by tuple.
    func clear(_ block: CPBlock) {
      for range in plan.summedRows {
        (rows.pointer + range.lowerBound * block.width).update(repeating: 0, count: range.count * block.width)
      }
    }
  }

  private let plan: CPBlockPlan
  private let values: Values
  private let cotangents: Values
  private let scratch: Buffer<Double>
  // Only second-order methods and pushforwards need these: made at the first such call.
  private lazy var directions = Values(plan)
  private lazy var cotangentTangents = Values(plan)

  init(_ plan: CPBlockPlan) {
    self.plan = plan
    values = Values(plan)
    cotangents = Values(plan)
    scratch = Buffer(count: max(plan.left.scratchCount, plan.right.scratchCount))
  }

  /// Adds the block's part of the predictions, in the order of `byLeft`.
  func predict(
    _ parameters: UnsafePointer<Double>, _ block: CPBlock, adding results: UnsafeMutablePointer<Double>
  ) {
    formProducts(parameters, block)
    plan.byLeft.addSampledProducts(
      plan.path, rows: values.left(block), columns: values.right(block), width: block.width, results: results)
  }

  /// Writes the block's part of the gradient.
  ///
  /// - Parameter isLoaded: whether the last prediction was of this block at these parameters.
  func pullBack(
    _ parameters: UnsafePointer<Double>, _ block: CPBlock, weights: SortedValues, isLoaded: Bool,
    into gradient: UnsafeMutablePointer<Double>
  ) {
    if !isLoaded { formProducts(parameters, block) }
    cotangents.clear(block)
    formCotangents(block, weights)
    plan.left.pullBack(
      plan.path, blocks: values.rows.pointer, cotangents: cotangents.leftProducts, width: block.width,
      scratch: scratch, gradients: cotangents.rows.pointer)
    plan.right.pullBack(
      plan.path, blocks: values.rows.pointer, cotangents: cotangents.rightProducts, width: block.width,
      scratch: scratch, gradients: cotangents.rows.pointer)
    cotangents.store(block, into: gradient)
  }

  /// Adds the block's part of the predictions' derivatives, in the order of `byLeft`.
  func pushForward(
    _ parameters: UnsafePointer<Double>, _ direction: UnsafePointer<Double>, _ block: CPBlock,
    adding results: UnsafeMutablePointer<Double>
  ) {
    formTangents(parameters, direction, block)
    plan.byLeft.addSampledProducts(
      plan.path, rows: directions.left(block), columns: values.right(block), width: block.width, results: results)
    plan.byLeft.addSampledProducts(
      plan.path, rows: values.left(block), columns: directions.right(block), width: block.width, results: results)
  }

  /// Writes the block's part of the gradient's derivative.
  func pullBackTangent(
    _ parameters: UnsafePointer<Double>, _ direction: UnsafePointer<Double>, _ block: CPBlock,
    weights: SortedValues, tangents: SortedValues, into tangent: UnsafeMutablePointer<Double>
  ) {
    formTangents(parameters, direction, block)
    cotangents.clear(block)
    cotangentTangents.clear(block)
    formCotangents(block, weights)
    formCotangentTangents(block, weights, tangents)
    plan.left.pullBackTangent(
      plan.path, blocks: values.rows.pointer, directions: directions.rows.pointer,
      cotangents: cotangents.leftProducts, cotangentTangents: cotangentTangents.leftProducts, width: block.width,
      scratch: scratch, gradients: cotangentTangents.rows.pointer)
    plan.right.pullBackTangent(
      plan.path, blocks: values.rows.pointer, directions: directions.rows.pointer,
      cotangents: cotangents.rightProducts, cotangentTangents: cotangentTangents.rightProducts, width: block.width,
      scratch: scratch, gradients: cotangentTangents.rows.pointer)
    cotangentTangents.store(block, into: tangent)
  }

  private func formProducts(_ parameters: UnsafePointer<Double>, _ block: CPBlock) {
    values.load(parameters, block)
    plan.left.formProducts(
      plan.path, blocks: values.rows.pointer, width: block.width, products: values.leftProducts)
    plan.right.formProducts(
      plan.path, blocks: values.rows.pointer, width: block.width, products: values.rightProducts)
  }

  private func formTangents(
    _ parameters: UnsafePointer<Double>, _ direction: UnsafePointer<Double>, _ block: CPBlock
  ) {
    values.load(parameters, block)
    directions.load(direction, block)
    plan.left.formTangents(
      plan.path, blocks: values.rows.pointer, directions: directions.rows.pointer, width: block.width,
      products: values.leftProducts, tangents: directions.leftProducts)
    plan.right.formTangents(
      plan.path, blocks: values.rows.pointer, directions: directions.rows.pointer, width: block.width,
      products: values.rightProducts, tangents: directions.rightProducts)
  }

  /// Cotangents of the products: C_left = S P_right and C_right = Sᵀ P_left, where S holds the weights.
  private func formCotangents(_ block: CPBlock, _ weights: SortedValues) {
    plan.byLeft.sum(
      plan.path, weights: weights.byLeft, source: values.right(block), width: block.width,
      target: cotangents.left(block))
    plan.byRight.sum(
      plan.path, weights: weights.byRight, source: values.left(block), width: block.width,
      target: cotangents.right(block))
  }

  /// Their derivatives: Ċ_left = Ṡ P_right + S Ṗ_right, and likewise on the right.
  private func formCotangentTangents(_ block: CPBlock, _ weights: SortedValues, _ tangents: SortedValues) {
    plan.byLeft.sum(
      plan.path, weights: tangents.byLeft, source: values.right(block), width: block.width,
      target: cotangentTangents.left(block))
    plan.byLeft.sum(
      plan.path, weights: weights.byLeft, source: directions.right(block), width: block.width, accumulate: true,
      target: cotangentTangents.left(block))
    plan.byRight.sum(
      plan.path, weights: tangents.byRight, source: values.left(block), width: block.width,
      target: cotangentTangents.right(block))
    plan.byRight.sum(
      plan.path, weights: weights.byRight, source: directions.left(block), width: block.width, accumulate: true,
      target: cotangentTangents.right(block))
  }
}
