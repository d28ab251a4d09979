extension Program {
  /// How a node moves with a block: not at all, or by a change that is constant along some axes, which are the bits of a number.
  enum Change: Equatable {
    case none
    case constant(along: UInt64)
  }

  /// The laws of shifts: adding to a block something constant along some axes moves no root, because every softmax it reaches
  /// sees the same number added to all of its entries, or every array it reaches stands with its mean subtracted; so the sums
  /// over these axes are conserved.
  func shiftLaws(of roots: [ID]) -> [Law] {
    let needed = ancestors(of: roots)
    guard nodes.indices.contains(where: { needed[$0] && stopsShifts(nodes[$0]) }) else { return [] }
    var laws: [Law] = []
    for (number, block) in blocks.enumerated() where needed[block.node.index] {
      let order = self[block.node].shape.count
      guard order <= 8 else { continue }
      var found: [UInt64] = []
      for size in 0...order {
        for axes in UInt64(0)..<(1 << UInt64(order)) where axes.nonzeroBitCount == size {
          guard !found.contains(where: { $0 & ~axes == 0 }), !moves(roots, with: block.node, constantAlong: axes) else {
            continue
          }
          found.append(axes)
          let term = Law.Term(
            block: number, axes: (0..<order).filter { axes >> UInt64($0) & 1 == 1 }, coefficient: 1, batch: [])
          laws.append(Law(kind: .shift, terms: [term], extent: 1, batch: [], in: self))
        }
      }
    }
    return laws
  }

  /// Whether a node may hide a shift: nothing but softmax and sums of several products, which may cancel, do.
  private func stopsShifts(_ node: Node) -> Bool {
    switch node.kind {
    case .softmax, .softmaxDerivative, .logSumExp: true
    case .sum(let products): products.count != 1
    case .block, .direction, .weights, .data, .selection, .map: false
    }
  }

  /// Whether a root moves, to first order, when a block changes by something constant along some axes.
  private func moves(_ roots: [ID], with block: ID, constantAlong axes: UInt64) -> Bool {
    var changes = [Change](repeating: .none, count: nodes.count)
    for index in nodes.indices {
      let shape = nodes[index].shape
      let last: UInt64 = shape.isEmpty ? 0 : 1 << UInt64(shape.count - 1)
      switch nodes[index].kind {
      case .block: if index == block.index { changes[index] = .constant(along: axes) }
      case .direction, .weights, .data, .selection: break
      case .sum(let products):
        let cancelled = centred(products, changes)
        for (number, product) in products.enumerated() {
          for (position, use) in product.uses.enumerated()
          where !cancelled.contains(Self.place(number, position)) {
            guard case .constant(let along) = changes[use.node.index] else { continue }
            let kept = Self.kept(product, position, along)
            if case .constant(let before) = changes[index] {
              changes[index] = .constant(along: before & kept)
            } else {
              changes[index] = .constant(along: kept)
            }
          }
        }
      case .map(_, let input):
        if changes[input.index] != .none { changes[index] = .constant(along: 0) }
      case .softmax(let input):
        if case .constant(let along) = changes[input.index], along & last == 0 {
          changes[index] = .constant(along: 0)
        }
      case .softmaxDerivative(let value, let vector):
        if changes[value.index] != .none {
          changes[index] = .constant(along: 0)
        } else if case .constant(let along) = changes[vector.index], along & last == 0 {
          changes[index] = .constant(along: 0)
        }
      case .logSumExp(let input):
        guard case .constant(let along) = changes[input.index] else { break }
        // The mean of a constant is the constant.
        let mean: UInt64 = 1 << UInt64(shape.count)
        changes[index] = .constant(along: along & mean != 0 ? along & ~mean : 0)
      }
    }
    return roots.contains { changes[$0.index] != .none }
  }

  /// The axes of a product along which its change is constant when one factor changes by something constant along some axes:
  /// those whose label no other factor carries, and this one, if at all, on such axes only.
  private static func kept(_ product: Product, _ position: Int, _ along: UInt64) -> UInt64 {
    var varying: UInt64 = 0
    for (other, use) in product.uses.enumerated() {
      for (axis, label) in use.labels.enumerated() where other != position || along >> UInt64(axis) & 1 == 0 {
        varying |= 1 << UInt64(label)
      }
    }
    var kept: UInt64 = 0
    // A label that stands twice writes a diagonal, which is constant along neither axis.
    for (axis, label) in product.out.enumerated()
    where varying >> UInt64(label) & 1 == 0 && product.out.filter({ $0 == label }).count == 1 {
      kept |= 1 << UInt64(axis)
    }
    return kept
  }
}
