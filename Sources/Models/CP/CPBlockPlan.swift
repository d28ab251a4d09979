/// Components first ..< first + valid, padded to `width`.
struct CPBlock {
  let first: Int
  let valid: Int
  var width: Int { (valid + 7) / 8 * 8 }
}

/// How the observed entries of a CP object are evaluated, block of components by block of components.
final class CPBlockPlan {
  let path: KernelPath
  let components: Int
  /// Σ d_n: rows of all factors, one below the other.
  let rowCount: Int
  /// Components per block: as many as keep the products of both groups in a 48 KiB first-level cache, at least 32.
  let width: Int
  let left: KernelGroup
  let right: KernelGroup
  let byLeft: KernelPattern
  let byRight: KernelPattern
  /// The rows of factors whose gradients are summed up tuple by tuple; those of a mode that is a group by itself are written.
  let summedRows: [Range<Int>]

  /// - Throws: ``Refusal`` if the work memory would exceed ``MemoryLimit``.
  init(_ entries: EntryPlan, dimensions: [Int], components: Int, path: KernelPath) throws(Refusal) {
    self.path = path
    self.components = components
    var offsets: [Int] = []
    var rows = 0
    for dimension in dimensions {
      offsets.append(rows)
      rows += dimension
    }
    rowCount = rows
    summedRows = [entries.left, entries.right].filter { !$0.isSingleMode }.flatMap { group in
      group.modes.map { offsets[$0]..<offsets[$0] + dimensions[$0] }
    }
    let tuples = entries.left.tupleCount + entries.right.tupleCount
    let fitting = 48 * 1024 / 8 / max(tuples, 1) / 8 * 8
    width = min(max(fitting, 32), 64, (components + 7) / 8 * 8)
    try MemoryLimit.check(
      [4 * (rowCount + tuples), width], what: "the work memory of the CP evaluator",
      remedy: "observe fewer entries or use a smaller shape")
    left = KernelGroup(entries.left, modeOffsets: offsets)
    right = KernelGroup(entries.right, modeOffsets: offsets)
    byLeft = KernelPattern(entries.byLeft, observations: entries.observationByLeft)
    byRight = KernelPattern(entries.byRight, observations: entries.observationByRight)
  }
}
