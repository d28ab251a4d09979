/// The factors of a product with the labels of every group of them as bits, and what multiplying two groups costs.
struct PairingTable {
  let factors: [Program.Use]
  let masks: [UInt64]
  let isConstant: [Bool]
  /// Labels that must survive: those of the result and of the selection.
  let external: UInt64
  private let extents: [Double]

  init(_ factors: [Program.Use], external: UInt64, program: Program, constant: [Bool]) {
    self.factors = factors
    self.external = external
    masks = factors.map { $0.labels.reduce(0) { $0 | 1 << UInt64($1) } }
    isConstant = constant
    var extents = [Double](repeating: 1, count: 64)
    for use in factors {
      for (axis, label) in use.labels.enumerated() { extents[label] = Double(program[use.node].shape[axis]) }
    }
    self.extents = extents
  }

  func size(_ mask: UInt64) -> Double {
    var (rest, product) = (mask, 1.0)
    while rest != 0 {
      product *= extents[rest.trailingZeroBitCount]
      rest &= rest - 1
    }
    return product
  }

  /// Labels of the product over a group, when the others are still to come.
  func labels(of group: Int) -> UInt64 {
    var (inside, outside): (UInt64, UInt64) = (0, external)
    for (position, mask) in masks.enumerated() {
      if group >> position & 1 == 1 { inside |= mask } else { outside |= mask }
    }
    return inside & outside
  }

  /// Multiplications, six times as dear where nothing is a matrix product, and the writing of the result. Constant products
  /// are formed once.
  func cost(_ left: UInt64, _ right: UInt64, _ result: UInt64, constant: Bool) -> Double {
    let summed = left & right & ~result
    let isMatrixProduct = summed != 0 && left & ~right & result != 0 && right & ~left & result != 0
    let cost = size(left | right) * (isMatrixProduct ? 1 : 6) + 6 * size(result)
    return constant ? cost / 100 : cost
  }
}

/// An order of multiplication: a factor, or the product of two.
indirect enum PairingTree {
  case factor(Int)
  case pair(PairingTree, PairingTree, group: Int)

  var group: Int {
    switch self {
    case .factor(let position): 1 << position
    case .pair(_, _, let group): group
    }
  }
}

extension PairingTable {
  /// Above this many factors the search over all orders gives way to the cheapest next pair.
  private static let exactLimit = 10

  /// One or two trees over all factors: their product, under the selection of `rows` rows if there is one, is the least work.
  ///
  /// - Parameter targets: labels the selection looks up, or nil without one.
  func trees(rows: Double, targets: UInt64?) -> [PairingTree] {
    let count = factors.count
    if count <= 2 { return (0..<count).map(PairingTree.factor) }
    return count <= Self.exactLimit ? exact(rows: rows, targets: targets) : greedy()
  }

  private func exact(rows: Double, targets: UInt64?) -> [PairingTree] {
    let full = 1 << factors.count - 1
    let labels = (0...full).map(self.labels(of:))
    let constants = (0...full).map { group in isConstant.indices.allSatisfy { group >> $0 & 1 == 0 || isConstant[$0] } }
    var best = [Double](repeating: 0, count: full + 1)
    var split = [Int](repeating: 0, count: full + 1)
    for group in 1...full where group & (group - 1) != 0 {
      let lowest = group & -group
      var least = Double.infinity
      // Parts of the group with its lowest factor.
      var part = (group - 1) & group
      while part > 0 {
        if part & lowest != 0 {
          let other = group ^ part
          let cost =
            best[part] + best[other] + cost(labels[part], labels[other], labels[group], constant: constants[group])
          if cost < least { (least, split[group]) = (cost, part) }
        }
        part = (part - 1) & group
      }
      best[group] = least
    }
    func tree(_ group: Int) -> PairingTree {
      if group & (group - 1) == 0 { return .factor(group.trailingZeroBitCount) }
      return .pair(tree(split[group]), tree(group ^ split[group]), group: group)
    }
    guard let targets else { return [tree(split[full]), tree(full ^ split[full])] }
    // The selection meets one product or two: a row each, and every label that is not looked up.
    var (least, chosen) = (best[full] + 5 * rows * size(labels[full] & ~targets), full)
    for part in 1..<full where part & 1 == 1 {
      let meeting = (labels[part] | labels[full ^ part]) & ~targets
      let cost = best[part] + best[full ^ part] + 5 * rows * size(meeting)
      if cost < least { (least, chosen) = (cost, part) }
    }
    return chosen == full ? [tree(full)] : [tree(chosen), tree(full ^ chosen)]
  }

  private func greedy() -> [PairingTree] {
    var trees = factors.indices.map(PairingTree.factor)
    while trees.count > 2 {
      var (least, chosen) = (Double.infinity, (0, 1))
      for i in trees.indices {
        for j in trees.indices where j > i {
          let (a, b) = (labels(of: trees[i].group), labels(of: trees[j].group))
          let result = labels(of: trees[i].group | trees[j].group)
          let cost = cost(a, b, result, constant: false) - 6 * size(a) - 6 * size(b)
          if cost < least { (least, chosen) = (cost, (i, j)) }
        }
      }
      let (left, right) = (trees[chosen.0], trees[chosen.1])
      trees.remove(at: chosen.1)
      trees[chosen.0] = .pair(left, right, group: left.group | right.group)
    }
    return trees
  }
}
