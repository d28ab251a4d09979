extension Program {
  /// The product with partial products as nodes of their own, so that two factors are left, and a selection.
  mutating func paired(_ product: Product, shape: [Int]) throws(Refusal) -> Product {
    var product = product
    // One selection stays, if its labels differ; others are written out.
    var selection: Use?
    for (position, use) in product.uses.enumerated() where isSelection(use.node) {
      if selection == nil, use.labels.isDistinct {
        selection = use
      } else {
        product.uses[position].node = try written(use.node)
      }
    }
    let factors = product.uses.filter { !isSelection($0.node) }
    guard factors.count > 2 else {
      if let selection { product.uses = try rowwise(factors, selection) + [selection] }
      return product
    }
    var external = product.out.reduce(UInt64(0)) { $0 | 1 << UInt64($1) }
    var (rows, targets) = (1.0, UInt64?.none)
    if let selection, case .selection(let number) = self[selection.node].kind {
      external |= selection.labels.reduce(0) { $0 | 1 << UInt64($1) }
      rows = Double(self.selections[number].count)
      // Rows are counted by themselves.
      targets = selection.labels.reduce(0) { $0 | 1 << UInt64($1) }
    }
    let table = PairingTable(
      factors, external: external, program: self, constant: factors.map { isConstant[$0.node.index] })
    var uses = selection.map { [$0] } ?? []
    for tree in table.trees(rows: rows, targets: targets) {
      let factor = try use(tree, table, first: targets ?? 0)
      if let selection { uses.append(try rowwise(factor, selection)) } else { uses.append(factor) }
    }
    return Product(product.coefficient, uses, out: product.out)
  }

  /// A leaf in which the labels a selection looks up run fastest, copied so that they run slowest: a row of it lies in one piece.
  ///
  /// Other arrays are stored in the best order anyway.
  private mutating func rowwise(_ use: Use, _ selection: Use) throws(Refusal) -> Use {
    guard inputs(of: use.node).isEmpty, !isSelection(use.node), let last = use.labels.last,
      selection.labels.contains(last), use.labels.isDistinct
    else { return use }
    let found = use.labels.indices.filter { selection.labels.contains(use.labels[$0]) }
    let others = use.labels.indices.filter { !selection.labels.contains(use.labels[$0]) }
    guard !others.isEmpty else { return use }
    let order = found + others
    let out = order.map { use.labels[$0] }
    return Use(try sum([Product(1, [use], out: out)], shape: order.map { self[use.node].shape[$0] }), out)
  }

  private mutating func rowwise(_ uses: [Use], _ selection: Use) throws(Refusal) -> [Use] {
    var result: [Use] = []
    for use in uses { result.append(try rowwise(use, selection)) }
    return result
  }

  private func isSelection(_ id: ID) -> Bool { if case .selection = self[id].kind { true } else { false } }

  /// A tree as nodes; the labels in `first` run slowest in the result.
  private mutating func use(
    _ tree: PairingTree, _ table: PairingTable, first: UInt64 = 0
  ) throws(Refusal) -> Use {
    switch tree {
    case .factor(let position): return table.factors[position]
    case .pair(let left, let right, let group):
      let uses = [try use(left, table), try use(right, table)]
      let kept = table.labels(of: group)
      var (out, extents): ([Label], [Int]) = ([], [])
      for use in uses {
        for (axis, label) in use.labels.enumerated() where kept >> UInt64(label) & 1 == 1 && !out.contains(label) {
          out.append(label)
          extents.append(self[use.node].shape[axis])
        }
      }
      let axes =
        out.indices.filter { first >> UInt64(out[$0]) & 1 == 1 }
        + out.indices.filter { first >> UInt64(out[$0]) & 1 == 0 }
      let labels = axes.map { out[$0] }
      return Use(try sum([Product(1, uses, out: labels)], shape: axes.map { extents[$0] }), labels)
    }
  }

  /// A selection as data; any other node as it is.
  mutating func written(_ id: ID) throws(Refusal) -> ID {
    guard case .selection(let number) = self[id].kind else { return id }
    let selection = selections[number]
    let count = try MemoryLimit.check(
      self[id].shape, what: "a selection as an array", remedy: "use one selection a product")
    let size = count / selection.count
    var values = [Double](repeating: 0, count: count)
    for row in 0..<selection.count {
      var flat = 0
      for (axis, extent) in selection.targets.enumerated() {
        flat = flat * extent + Int(selection.indices[row * selection.targets.count + axis])
      }
      values[row * size + flat] = 1
    }
    return try data(values, self[id].shape)
  }
}
