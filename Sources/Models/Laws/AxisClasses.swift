/// The axes of a program's arrays, joined into classes that are numbered as they are asked for.
struct AxisClasses {
  /// Where the axes of every node start.
  private let offsets: [Int]
  private var parents: [Int]
  /// The number of a class by the axis that stands for it, −1 before it is asked for.
  private var numbers: [Int]
  private var count = 0

  init(_ program: Program) {
    var offsets: [Int] = []
    var count = 0
    for node in program.nodes {
      offsets.append(count)
      count += node.shape.count
    }
    self.offsets = offsets
    parents = Array(0..<count)
    numbers = Array(repeating: -1, count: count)
  }

  @inline(never)
  private mutating func find(_ start: Int) -> Int {
    var slot = start
    while parents[slot] != slot {
      parents[slot] = parents[parents[slot]]
      slot = parents[slot]
    }
    return slot
  }

  @inline(never)
  private mutating func join(_ a: Int, _ b: Int) { parents[find(a)] = find(b) }

  /// Joins the axes that one node ties to each other: those of one label, and those of a map's input and output.
  mutating func tie(_ index: Int, of program: Program) {
    switch program.nodes[index].kind {
    case .block, .direction, .weights, .data, .selection: break
    case .sum(let products):
      for product in products {
        var first = [Int](repeating: -1, count: Program.mostLabels)
        for use in product.uses { meet(use.node.index, use.labels, &first) }
        meet(index, product.out, &first)
      }
    case .map, .softmax, .softmaxDerivative, .logSumExp:
      for input in program.inputs(of: Program.ID(index)) {
        for axis in program.nodes[index].shape.indices { join(offsets[index] + axis, offsets[input.index] + axis) }
      }
    }
  }

  /// Joins the axes of a node to the first axes of their labels.
  @inline(never)
  private mutating func meet(_ node: Int, _ labels: [Program.Label], _ first: inout [Int]) {
    for (axis, label) in labels.enumerated() {
      let slot = offsets[node] + axis
      if first[label] >= 0 { join(slot, first[label]) } else { first[label] = slot }
    }
  }

  /// The number of the class of an axis.
  @inline(never)
  mutating func number(_ node: Int, _ axis: Int) -> Int {
    let root = find(offsets[node] + axis)
    if numbers[root] < 0 {
      numbers[root] = count
      count += 1
    }
    return numbers[root]
  }
}
