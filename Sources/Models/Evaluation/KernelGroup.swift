internal import CKernels

/// One group of modes of an ``EntryPlan`` at fixed addresses, as the kernels take it.
final class KernelGroup {
  let tupleCount: Int
  /// For a single mode, its products are its own rows: the row of the packed blocks where they start.
  let singleModeOffset: Int?
  private let indices: Buffer<Int32>
  private let offsets: Buffer<Int64>
  /// Numbers of scratch that a pullback needs.
  let scratchCount: Int

  /// - Parameter modeOffsets: the row of the packed blocks where each mode of the model starts.
  init(_ group: EntryPlan.Group, modeOffsets: [Int]) {
    tupleCount = group.tupleCount
    singleModeOffset = group.isSingleMode ? modeOffsets[group.modes[0]] : nil
    indices = Buffer(group.indices)
    offsets = Buffer(group.modes.map { Int64(modeOffsets[$0]) })
    scratchCount = 16 * group.modes.count
  }

  private var flow: flow_group {
    flow_group(
      tuples: Int64(tupleCount), modes: Int64(offsets.count), indices: indices.pointer, offsets: offsets.pointer)
  }

  /// Where the group's products (or, in packed gradients, their cotangents) are: in `own`, or in the packed blocks.
  func place(_ blocks: UnsafeMutablePointer<Double>, width: Int, own: Buffer<Double>) -> UnsafeMutablePointer<Double> {
    singleModeOffset.map { blocks + $0 * width } ?? own.pointer
  }

  func formProducts(_ path: KernelPath, blocks: UnsafePointer<Double>, width: Int, products: Buffer<Double>) {
    if singleModeOffset != nil { return }
    withUnsafePointer(to: flow) {
      flow_group_products(path.rawValue, $0, blocks, Int64(width), products.pointer)
    }
  }

  func formTangents(
    _ path: KernelPath, blocks: UnsafePointer<Double>, directions: UnsafePointer<Double>, width: Int,
    products: Buffer<Double>, tangents: Buffer<Double>
  ) {
    if singleModeOffset != nil { return }
    withUnsafePointer(to: flow) {
      flow_group_tangents(path.rawValue, $0, blocks, directions, Int64(width), products.pointer, tangents.pointer)
    }
  }

  func pullBack(
    _ path: KernelPath, blocks: UnsafePointer<Double>, cotangents: Buffer<Double>, width: Int,
    scratch: Buffer<Double>, gradients: UnsafeMutablePointer<Double>
  ) {
    if singleModeOffset != nil { return }
    withUnsafePointer(to: flow) {
      flow_group_pullback(
        path.rawValue, $0, blocks, cotangents.pointer, Int64(width), scratch.pointer, gradients)
    }
  }

  func pullBackTangent(
    _ path: KernelPath, blocks: UnsafePointer<Double>, directions: UnsafePointer<Double>, cotangents: Buffer<Double>,
    cotangentTangents: Buffer<Double>, width: Int, scratch: Buffer<Double>, gradients: UnsafeMutablePointer<Double>
  ) {
    if singleModeOffset != nil { return }
    withUnsafePointer(to: flow) {
      flow_group_pullback_tangent(
        path.rawValue, $0, blocks, directions, cotangents.pointer, cotangentTangents.pointer, Int64(width),
        scratch.pointer, gradients)
    }
  }
}
