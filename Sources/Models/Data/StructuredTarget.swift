import GSLBridge

/// A generated target with a structure of its own, known everywhere: a Tucker or hierarchical tensor, or one with given singular values.
struct StructuredTarget: Target {
  let shape: [Int]
  let name: String
  let dense: [Double]?
  private let entries: [Double]

  var knownCount: Int { entries.count }
  func position(ofKnown k: Int) -> Int { k }

  func append(known k: Int, to indices: inout [Int32], _ values: inout [Double]) {
    for i in MultiIndex.at(k, shape: shape) { indices.append(Int32(truncatingIfNeeded: i)) }
    values.append(entries[k])
  }

  private init(_ entries: [Double], shape: [Int], name: String) {
    (self.entries, self.shape, self.name) = (entries, shape, name)
    dense = entries
  }

  /// Scaled to a Frobenius norm.
  private init(_ entries: [Double], shape: [Int], norm: Double, name: String) throws(Refusal) {
    let size = entries.withUnsafeBufferPointer { $0.baseAddress.map { BLAS.norm2(count: entries.count, $0) } ?? 0 }
    let scale = try Self.scale(to: norm, from: size)
    self.init(entries.map { $0 * scale }, shape: shape, name: "\(name) of Frobenius norm \(norm)")
  }

  private static func check(_ shape: [Int], norm: Double = 1) throws(Refusal) {
    let total = try entryCount(of: shape)
    guard total <= MemoryLimit.denseTarget else {
      throw Refusal(
        "a target of \(total) entries with this structure would be too large",
        remedy: "use a smaller problem.shape, or problem.target cp")
    }
    try check(norm: norm)
  }

  /// So many ranks, or one for all; each at most its bound.
  private static func ranks(_ given: [Int], bounds: [Int], of what: String) throws(Refusal) -> [Int] {
    guard given.count == bounds.count || given.count == 1 else {
      throw Refusal(
        "problem.rank is \(Shapes.list(given))", remedy: "give problem.rank one integer, or \(bounds.count): \(what)")
    }
    let ranks = given.count == 1 ? bounds.map { _ in given[0] } : given
    for (rank, bound) in zip(ranks, bounds) where !(1...bound).contains(rank) {
      throw Refusal(
        "problem.rank \(Shapes.list(given)) has a \(rank), where at most \(bound) is possible",
        remedy: "give \(what), each between 1 and its bound: \(Shapes.list(bounds))")
    }
    return ranks
  }

  /// T = C ×₁ Q_1 ⋯ ×_N Q_N with a core N(0, 1) of extents r_n and orthonormal columns, scaled.
  static func tucker(shape: [Int], ranks given: [Int], norm: Double, seed: UInt64) throws(Refusal) -> StructuredTarget {
    try check(shape, norm: norm)
    let ranks = try ranks(given, bounds: shape, of: "an extent of the core for every mode")
    var stream = RandomStream(seed: seed, name: "target/core")
    var entries = (0..<ranks.reduce(1, *)).map { _ in stream.gaussian() }
    var extents = ranks
    for n in shape.indices {
      let factor = orthonormal(shape[n], ranks[n], seed: seed, name: "target/mode\(n)")
      entries = product(entries, extents, along: n, factor, rows: shape[n])
      extents[n] = shape[n]
    }
    return try StructuredTarget(
      entries, shape: shape, norm: norm, name: "a target of multilinear rank \(Shapes.list(ranks))")
  }

  /// The tensor of a tree with the head `linear`: orthonormal columns at the leaves, N(0, 1) at inner nodes, scaled.
  static func hierarchical(
    shape: [Int], tree text: String, ranks given: [Int], norm: Double, seed: UInt64
  ) throws(Refusal) -> StructuredTarget {
    try check(shape, norm: norm)
    let tree = try ModeTree(text, order: shape.count)
    let bounds = tree.innerNodes.map { node -> Int in
      guard case .inner(_, let children) = node else { return 1 }
      return children.map { $0.modes.reduce(1) { $0 * shape[$1] } }.min() ?? 1
    }
    let ranks = try ranks(given, bounds: bounds, of: "a number of local components for every inner node")
    let (modes, entries) = node(tree.root, under: nil, shape, ranks, seed)
    // Modes stand as the tree has them.
    var sorted = entries
    var strides = [Int](repeating: 1, count: shape.count)
    var stride = 1
    for mode in modes.reversed() {
      strides[mode] = stride
      stride *= shape[mode]
    }
    for k in sorted.indices {
      sorted[k] = entries[zip(MultiIndex.at(k, shape: shape), strides).reduce(0) { $0 + $1.0 * $1.1 }]
    }
    return try StructuredTarget(
      sorted, shape: shape, norm: norm, name: "a target of hierarchical rank \(Shapes.list(ranks)) on \(text)")
  }

  /// A node's modes and its array: entries of those modes by columns for its parent.
  private static func node(
    _ node: ModeTree.Node, under parent: Int?, _ shape: [Int], _ ranks: [Int], _ seed: UInt64
  ) -> (modes: [Int], entries: [Double]) {
    let columns = parent.map { ranks[$0] } ?? 1
    switch node {
    case .leaf(let n): return ([n], orthonormal(shape[n], columns, seed: seed, name: "target/mode\(n)"))
    case .inner(let number, let children):
      let rank = ranks[number]
      var (modes, entries): ([Int], [Double]) = ([], [Double](repeating: 1, count: rank))
      for child in children {
        let own = Self.node(child, under: number, shape, ranks, seed)
        modes += own.modes
        let (before, after) = (entries.count / rank, own.entries.count / rank)
        entries = (0..<(before * after * rank)).map { k in
          entries[k / (after * rank) * rank + k % rank] * own.entries[k % (after * rank)]
        }
      }
      var stream = RandomStream(seed: seed, name: "target/node\(number)")
      let matrix = (0..<(rank * columns)).map { _ in stream.gaussian() }
      let rows = entries.count / rank
      return (modes, product(entries, [rows, rank], along: 1, transposed(matrix, columns: columns), rows: columns))
    }
  }

  /// T = Σ_r v_r q_r¹ ⊗ … ⊗ q_rᴺ with orthonormal q_rⁿ for every n: every matricization has the singular values v.
  static func orthogonal(shape: [Int], values: [Double], seed: UInt64) throws(Refusal) -> StructuredTarget {
    try check(shape)
    let most = shape.min() ?? 1
    guard !values.isEmpty, values.count <= most, values.allSatisfy({ $0.isFinite && $0 > 0 }) else {
      throw Refusal(
        "problem.target-values is \(values.map { "\($0)" }.joined(separator: ","))",
        remedy: "give between 1 and \(most) positive numbers, as many as the smallest dimension at most")
    }
    let factors = shape.indices.map { orthonormal(shape[$0], values.count, seed: seed, name: "target/mode\($0)") }
    let entries = (0..<shape.reduce(1, *)).map { k -> Double in
      let index = MultiIndex.at(k, shape: shape)
      return values.indices.reduce(0) { sum, r in
        sum + shape.indices.reduce(values[r]) { $0 * factors[$1][index[$1] * values.count + r] }
      }
    }
    return StructuredTarget(
      entries, shape: shape,
      name: "a target with the singular values \(values.map { "\($0)" }.joined(separator: ", ")) along every mode")
  }

  /// A row-major d × r matrix with orthonormal columns out of gaussian ones; where r > d, those of N(0, 1/d).
  private static func orthonormal(_ d: Int, _ r: Int, seed: UInt64, name: String) -> [Double] {
    var stream = RandomStream(seed: seed, name: name)
    var matrix = (0..<(d * r)).map { _ in stream.gaussian() }
    guard r <= d else { return matrix.map { $0 / Double(d).squareRoot() } }
    for c in 0..<r {
      // Twice is enough.
      for _ in 0..<2 {
        for e in 0..<c {
          let overlap = (0..<d).reduce(0) { $0 + matrix[$1 * r + c] * matrix[$1 * r + e] }
          for i in 0..<d { matrix[i * r + c] -= overlap * matrix[i * r + e] }
        }
      }
      let norm = (0..<d).reduce(0) { $0 + matrix[$1 * r + c] * matrix[$1 * r + c] }.squareRoot()
      for i in 0..<d { matrix[i * r + c] /= norm }
    }
    return matrix
  }

  private static func transposed(_ matrix: [Double], columns: Int) -> [Double] {
    let rows = matrix.count / columns
    return (0..<matrix.count).map { matrix[$0 % rows * columns + $0 / rows] }
  }

  /// Multiplies an array along an axis by a matrix with so many rows.
  private static func product(
    _ array: [Double], _ extents: [Int], along axis: Int, _ matrix: [Double], rows: Int
  ) -> [Double] {
    let (outer, own) = (extents[..<axis].reduce(1, *), extents[axis])
    let inner = extents[(axis + 1)...].reduce(1, *)
    var result = [Double](repeating: 0, count: outer * rows * inner)
    for o in 0..<outer {
      for i in 0..<rows {
        for j in 0..<own {
          let factor = matrix[i * own + j]
          let (source, target) = ((o * own + j) * inner, (o * rows + i) * inner)
          for k in 0..<inner { result[target + k] += factor * array[source + k] }
        }
      }
    }
    return result
  }
}
