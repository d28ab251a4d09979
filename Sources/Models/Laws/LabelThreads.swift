/// The axes of a program's arrays, joined into threads wherever a label, a map or a softmax ties them: what a rescaling of one
/// index must move together. All axes of a thread have one extent.
final class LabelThreads {
  /// An axis of a node.
  struct Axis: Sendable {
    let node: Int
    let axis: Int
  }

  let program: Program
  /// Which nodes' values enter the loss.
  let isRoot: [Bool]
  /// Which nodes the roots are computed from.
  let needed: [Bool]
  /// The axes of every thread, blocks last and in the order of θ.
  let threads: [[Axis]]
  /// Thread of every axis of every needed node.
  private let numbers: [[Int]]
  /// Position within its thread of every axis of every needed node.
  private let places: [[Int]]
  /// The needed nodes that have an axis on a thread or are made from one that has, in order.
  private let near: [[Int]]

  init(_ program: Program, roots: [Program.ID]) {
    self.program = program
    var isRoot = [Bool](repeating: false, count: program.nodes.count)
    for root in roots { isRoot[root.index] = true }
    self.isRoot = isRoot
    let needed = program.ancestors(of: roots)
    self.needed = needed
    var offsets: [Int] = []
    var count = 0
    for node in program.nodes {
      offsets.append(count)
      count += node.shape.count
    }
    var parents = Array(0..<count)
    func find(_ start: Int) -> Int {
      var slot = start
      while parents[slot] != slot {
        parents[slot] = parents[parents[slot]]
        slot = parents[slot]
      }
      return slot
    }
    func join(_ a: Int, _ b: Int) { parents[find(a)] = find(b) }
    for index in program.nodes.indices where needed[index] {
      switch program.nodes[index].kind {
      case .block, .direction, .weights, .data, .selection: break
      case .sum(let products):
        for product in products {
          var first = [Int](repeating: -1, count: Program.mostLabels)
          func meet(_ node: Int, _ labels: [Program.Label]) {
            for (axis, label) in labels.enumerated() {
              let slot = offsets[node] + axis
              if first[label] >= 0 { join(slot, first[label]) } else { first[label] = slot }
            }
          }
          for use in product.uses { meet(use.node.index, use.labels) }
          meet(index, product.out)
        }
      case .map, .softmax, .softmaxDerivative, .logSumExp:
        for input in program.inputs(of: Program.ID(index)) {
          for axis in program.nodes[index].shape.indices { join(offsets[index] + axis, offsets[input.index] + axis) }
        }
      }
    }
    var found = [Int](repeating: -1, count: count)
    var threads: [[Axis]] = []
    var numbers = [[Int]](repeating: [], count: program.nodes.count)
    var places = numbers
    func place(_ index: Int) {
      for axis in program.nodes[index].shape.indices {
        let root = find(offsets[index] + axis)
        if found[root] < 0 {
          found[root] = threads.count
          threads.append([])
        }
        let number = found[root]
        numbers[index].append(number)
        places[index].append(threads[number].count)
        threads[number].append(Axis(node: index, axis: axis))
      }
    }
    for index in program.nodes.indices where needed[index] {
      if case .block = program.nodes[index].kind { continue }
      place(index)
    }
    for block in program.blocks where needed[block.node.index] { place(block.node.index) }
    self.threads = threads
    self.numbers = numbers
    self.places = places
    var near = [[Int]](repeating: [], count: threads.count)
    for index in program.nodes.indices where needed[index] {
      func note(_ node: Int) {
        for thread in numbers[node] where near[thread].last != index { near[thread].append(index) }
      }
      note(index)
      for input in program.inputs(of: Program.ID(index)) { note(input.index) }
    }
    self.near = near
  }

  /// The needed nodes on which the rescalings of a thread depend, in order.
  func nodes(near thread: Int) -> [Int] { near[thread] }

  /// The threads of a node's axes.
  func crossing(_ node: Int) -> [Int] { numbers[node] }

  /// The thread of an axis of a needed node.
  func thread(_ axis: Axis) -> Int { numbers[axis.node][axis.axis] }

  /// Position within a thread of an axis of a node; nil where the axis is not on it.
  @inline(never)
  func position(_ node: Int, _ axis: Int, on thread: Int) -> Int? {
    axis < numbers[node].count && numbers[node][axis] == thread ? places[node][axis] : nil
  }

  /// The axes of a node on a thread.
  @inline(never)
  func axes(of node: Int, on thread: Int) -> [Int] { numbers[node].indices.filter { numbers[node][$0] == thread } }

  /// Number of indices along a thread.
  func extent(_ thread: Int) -> Int {
    threads[thread].first.map { program.nodes[$0.node].shape[$0.axis] } ?? 1
  }

  /// Positions within a thread of its axes of parameters.
  func parameters(_ thread: Int) -> [Int] {
    threads[thread].indices.filter {
      if case .block = program.nodes[threads[thread][$0].node].kind { true } else { false }
    }
  }
}
