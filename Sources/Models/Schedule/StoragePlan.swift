/// In which order the axes of every intermediate array are stored: worth several times the speed of a gradient.
///
/// Arrays that a function of every entry connects share an order; leaves, results and what softmax touches are row-major.
/// The others descend, one at a time, on the estimated cost of the instructions that touch them.
struct StoragePlan {
  private let program: Program
  /// The array that stands for all of one order.
  private var representatives: [Int]
  private var isFixed: [Bool]
  /// Axes from the slowest to the fastest, by representative; empty means row-major.
  private var orders: [[Int]]
  private let needed: [Bool]

  /// Everything row-major.
  init(_ program: Program, needed: [Bool], fixed: [Program.ID]) {
    self.program = program
    self.needed = needed
    representatives = Array(program.nodes.indices)
    isFixed = Array(repeating: false, count: program.nodes.count)
    orders = Array(repeating: [], count: program.nodes.count)
    for id in fixed { isFixed[id.index] = true }
    for index in program.nodes.indices where needed[index] {
      switch program.nodes[index].kind {
      case .block, .direction, .weights, .data, .selection: isFixed[index] = true
      case .sum: break
      case .map(_, let input): join(index, input.index)
      case .softmax(let input), .logSumExp(let input):
        isFixed[representative(input.index)] = true
        isFixed[representative(index)] = true
      case .softmaxDerivative(let value, let vector):
        for touched in [value.index, vector.index, index] { isFixed[representative(touched)] = true }
      }
    }
  }

  private func representative(_ index: Int) -> Int {
    var index = index
    while representatives[index] != index { index = representatives[index] }
    return index
  }

  private mutating func join(_ a: Int, _ b: Int) {
    let (a, b) = (representative(a), representative(b))
    representatives[max(a, b)] = min(a, b)
    if isFixed[a] || isFixed[b] { isFixed[min(a, b)] = true }
  }

  /// Axes of a node from the slowest to the fastest.
  func order(of id: Program.ID) -> [Int] {
    let order = orders[representative(id.index)]
    return order.isEmpty ? Array(program[id].shape.indices) : order
  }

  /// Strides of a node, one an axis.
  func strides(of id: Program.ID) -> [Int] {
    let shape = program[id].shape
    var strides = [Int](repeating: 1, count: shape.count)
    var product = 1
    for axis in order(of: id).reversed() {
      strides[axis] = product
      product *= shape[axis]
    }
    return strides
  }

  /// How a product of a sum is carried out with the orders as they are.
  func lowering(_ product: Program.Product, of node: Program.ID) -> ProductLowering {
    var factors: [[Int]] = []
    for use in product.uses {
      if case .selection = program[use.node].kind { continue }
      factors.append(strides(of: use.node))
    }
    return ProductLowering(product, program, shape: program[node].shape, result: strides(of: node), factors: factors)
  }

  /// Takes over the orders of another plan, and gives tangents the order of what they are tangents of.
  mutating func take(_ other: StoragePlan, tangents: [Program.ID: Program.ID]) {
    for index in other.representatives.indices where index < representatives.count && other.needed[index] {
      set(index, other.order(of: Program.ID(index)))
    }
    for (node, tangent) in tangents where node.index < other.needed.count && other.needed[node.index] {
      set(tangent.index, other.order(of: node))
    }
  }

  private mutating func set(_ index: Int, _ order: [Int]) {
    let representative = representative(index)
    if !isFixed[representative] { orders[representative] = order }
  }

  /// Coordinate descent: at most `rounds` passes over all free arrays.
  mutating func descend(rounds: Int) {
    var touching = [[(Program.ID, Program.Product)]](repeating: [], count: orders.count)
    var makers = touching
    for index in program.nodes.indices where needed[index] {
      guard case .sum(let products) = program.nodes[index].kind else { continue }
      let id = Program.ID(index)
      for product in products {
        var touched = [representative(index)]
        for use in product.uses {
          let other = representative(use.node.index)
          if !touched.contains(other) { touched.append(other) }
        }
        for other in touched where !isFixed[other] { touching[other].append((id, product)) }
        makers[representative(index)].append((id, product))
      }
    }
    let free = orders.indices.filter { !touching[$0].isEmpty && program.nodes[$0].shape.count > 1 }
    for _ in 0..<rounds {
      var changed = false
      for array in free {
        let touched = touching[array]
        var best = orders[array]
        var least = cost(touched)
        let start = best
        for candidate in [[]] + candidates(makers[array]) where candidate != start {
          orders[array] = candidate
          let cost = cost(touched)
          if cost < least { (least, best) = (cost, candidate) }
        }
        orders[array] = best
        if best != start { changed = true }
      }
      if !changed { return }
    }
  }

  private func cost(_ touched: [(Program.ID, Program.Product)]) -> Double {
    touched.reduce(0) { $0 + lowering($1.1, of: $1.0).cost }
  }

  /// Labels of both factors, of the first, of the second, in all orders of the three groups.
  private func candidates(_ makers: [(Program.ID, Program.Product)]) -> [[Int]] {
    var result: [[Int]] = []
    for (_, product) in makers.prefix(2) {
      let factors = product.uses.filter { if case .selection = program[$0.node].kind { false } else { true } }
      // In the order in which the factors store them, so that neighbours stay neighbours.
      let stored = factors.map { use in order(of: use.node).map { use.labels[$0] } }
      var groups: [[Int]] = [[], [], []]
      var placed: [Program.Label] = []
      for (position, labels) in stored.enumerated() {
        for label in labels where product.out.contains(label) && !placed.contains(label) {
          placed.append(label)
          let isShared = position == 0 && stored.count > 1 && stored[1].contains(label)
          groups[isShared ? 0 : position + 1].append(label)
        }
      }
      var others: [Program.Label] = []
      for label in product.out where !placed.contains(label) && !others.contains(label) { others.append(label) }
      groups[0] = others + groups[0]
      for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [2, 0, 1], [1, 2, 0], [2, 1, 0]] {
        let axes = order.flatMap { groups[$0] }.compactMap { product.out.firstIndex(of: $0) }
        if axes.count == product.out.count, axes.isDistinct, !result.contains(axes) {
          result.append(axes)
        }
      }
    }
    return result
  }
}
