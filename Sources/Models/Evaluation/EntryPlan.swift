/// How the observed entries of a tensor are evaluated: which modes are multiplied together first, and in which order.
///
/// The modes are split into two groups. The products over a group are formed once per *distinct* tuple of its indices,
/// so an entry costs one inner product of a left and a right tuple. Observations are listed by left tuple for the
/// forward pass and for sums into left tuples, and by right tuple for sums into right tuples: no sum has to scatter.
struct EntryPlan: Sendable {
  /// A group of modes and its distinct index tuples, in lexicographic order.
  struct Group: Sendable {
    let modes: [Int]
    /// Number of distinct tuples; for a single mode, every index counts, observed or not.
    let tupleCount: Int
    /// tupleCount × modes.count indices, row-major; empty for a single mode, whose tuples are its indices.
    let indices: [Int32]

    var isSingleMode: Bool { modes.count == 1 }
  }

  /// A sparse pattern by rows: row i holds the positions starts[i] ..< starts[i + 1].
  struct Pattern: Sendable {
    let starts: [Int32]
    let columns: [Int32]
  }

  let left: Group
  let right: Group
  /// Positions sorted by left tuple, with their right tuples.
  let byLeft: Pattern
  /// Positions sorted by right tuple, with their left tuples.
  let byRight: Pattern
  /// The observation at each position of ``byLeft``.
  let observationByLeft: [Int32]
  /// The observation at each position of ``byRight``.
  let observationByRight: [Int32]

  /// Plans the evaluation of the entries `indices` (flattened, m × shape.count) of a tensor of order 2 or more.
  ///
  /// - Throws: ``Refusal`` if the plan would exceed ``MemoryLimit``.
  init(indices: [Int32], shape: [Int]) throws(Refusal) {
    let order = shape.count
    let count = indices.count / order
    // Two patterns, two orders and the tuples of both groups, in units of a double.
    try MemoryLimit.check(
      [count, order + 8], what: "the plan for \(count) observed entries", remedy: "observe fewer entries")

    var best: (cost: Int, left: Labels, right: Labels, leftModes: [Int], rightModes: [Int])?
    for leftModes in Self.candidateSplits(order: order) {
      let rightModes = (0..<order).filter { !leftModes.contains($0) }
      let left = Labels(modes: leftModes, indices: indices, shape: shape)
      let right = Labels(modes: rightModes, indices: indices, shape: shape)
      let cost = left.cost(modeCount: leftModes.count) + right.cost(modeCount: rightModes.count)
      if best.map({ cost < $0.cost }) ?? true { best = (cost, left, right, leftModes, rightModes) }
    }
    guard var split = best else {
      throw Refusal("an order-\(order) object has no two groups of modes", remedy: "use order 2 or more")
    }
    // Long rows on the left: their vectors stay in registers during the forward pass.
    if split.left.count > split.right.count {
      split = (split.cost, split.right, split.left, split.rightModes, split.leftModes)
    }
    left = split.left.group(modes: split.leftModes, indices: indices, shape: shape)
    right = split.right.group(modes: split.rightModes, indices: indices, shape: shape)
    (byLeft, observationByLeft) = Self.sort(rows: split.left, columns: split.right)
    (byRight, observationByRight) = Self.sort(rows: split.right, columns: split.left)
  }

  /// Left groups to try. Mode 0 is always on the left, so no split is tried twice.
  private static func candidateSplits(order: Int) -> [[Int]] {
    guard order <= 6 else {
      return [order / 2 - 1, order / 2, order / 2 + 1].map { Array(0..<$0) }
    }
    guard order >= 2 else { return [] }
    return (0..<(1 << (order - 1)) - 1).map { chosen in
      [0] + (1..<order).filter { chosen >> ($0 - 1) & 1 == 1 }
    }
  }

  /// Counting sort of the observations by row, stable in the observations' own order.
  private static func sort(rows: Labels, columns: Labels) -> (Pattern, [Int32]) {
    var starts = [Int32](repeating: 0, count: rows.count + 1)
    for row in rows.label { starts[Int(row) + 1] += 1 }
    for row in 0..<rows.count { starts[row + 1] += starts[row] }
    var next = starts
    var sortedColumns = [Int32](repeating: 0, count: rows.label.count)
    var observations = sortedColumns
    for k in rows.label.indices {
      let position = Int(next[Int(rows.label[k])])
      next[Int(rows.label[k])] += 1
      sortedColumns[position] = columns.label[k]
      observations[position] = Int32(k)
    }
    return (Pattern(starts: starts, columns: sortedColumns), observations)
  }
}

/// The tuple of each observation in one group of modes, numbered in lexicographic order.
private struct Labels {
  var label: [Int32]
  var count: Int

  init(modes: [Int], indices: [Int32], shape: [Int]) {
    let order = shape.count
    let observations = indices.count / order
    label = (0..<observations).map { indices[$0 * order + modes[0]] }
    count = shape[modes[0]]
    for mode in modes.dropFirst() {
      // label < 2³¹ and dimension < 2³¹, so the pair fits 64 bits.
      let dimension = shape[mode]
      let pairs = (0..<observations).map { Int(label[$0]) * dimension + Int(indices[$0 * order + mode]) }
      compress(pairs, bound: count.multipliedReportingOverflow(by: dimension))
    }
  }

  /// Renumbers the distinct pairs 0, 1, … in increasing order.
  private mutating func compress(_ pairs: [Int], bound: (partialValue: Int, overflow: Bool)) {
    if !bound.overflow, bound.partialValue <= 4 * pairs.count + 4096 {
      var rank = [Int32](repeating: 0, count: bound.partialValue)
      for pair in pairs { rank[pair] = 1 }
      count = 0
      for pair in rank.indices where rank[pair] == 1 {
        rank[pair] = Int32(count)
        count += 1
      }
      for k in pairs.indices { label[k] = rank[pairs[k]] }
    } else {
      let sorted = pairs.indices.sorted { pairs[$0] < pairs[$1] }
      count = 0
      for (position, k) in sorted.enumerated() {
        if position == 0 || pairs[k] != pairs[sorted[position - 1]] { count += 1 }
        label[k] = Int32(count - 1)
      }
    }
  }

  /// Vector operations per component that this group adds to a gradient: products are formed twice, pulled back once.
  func cost(modeCount: Int) -> Int { modeCount == 1 ? count : count * 5 * modeCount }

  func group(modes: [Int], indices: [Int32], shape: [Int]) -> EntryPlan.Group {
    if modes.count == 1 { return EntryPlan.Group(modes: modes, tupleCount: count, indices: []) }
    var tuples = [Int32](repeating: 0, count: count * modes.count)
    for k in label.indices {
      for (j, mode) in modes.enumerated() {
        tuples[Int(label[k]) * modes.count + j] = indices[k * shape.count + mode]
      }
    }
    return EntryPlan.Group(modes: modes, tupleCount: count, indices: tuples)
  }
}
