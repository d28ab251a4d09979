/// The axes of a program's arrays, joined into threads wherever a label, a map or a softmax ties them: what a rescaling of one
/// index must move together. All axes of a thread have one extent.
struct LabelThreads {
  /// An axis of a node.
  struct Axis: Hashable, Sendable {
    let node: Int
    let axis: Int
  }

  let program: Program
  /// The nodes whose values enter the loss.
  let roots: Set<Int>
  /// Which nodes the roots are computed from.
  let needed: [Bool]
  /// The axes of every thread, blocks last and in the order of θ.
  let threads: [[Axis]]
  /// Thread of every axis of every needed node.
  private let numbers: [[Int]]
  /// The needed nodes that have an axis on a thread or are made from one that has, in order.
  private let near: [[Int]]

  init(_ program: Program, roots: [Program.ID]) {
    self.program = program
    self.roots = Set(roots.map(\.index))
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
          var first: [Program.Label: Int] = [:]
          for use in product.uses + [Program.Use(Program.ID(index), product.out)] {
            for (axis, label) in use.labels.enumerated() {
              let slot = offsets[use.node.index] + axis
              if let known = first[label] { join(slot, known) } else { first[label] = slot }
            }
          }
        }
      case .map, .softmax, .softmaxDerivative, .logSumExp:
        for input in program.inputs(of: Program.ID(index)) {
          for axis in program.nodes[index].shape.indices { join(offsets[index] + axis, offsets[input.index] + axis) }
        }
      }
    }
    var found: [Int: Int] = [:]
    var threads: [[Axis]] = []
    var numbers = [[Int]](repeating: [], count: program.nodes.count)
    let blocks = program.blocks.map(\.node.index)
    let isBlock = Set(blocks)
    let others = program.nodes.indices.filter { !isBlock.contains($0) }
    for index in others + blocks where needed[index] {
      for axis in program.nodes[index].shape.indices {
        let root = find(offsets[index] + axis)
        let number = found[root] ?? threads.count
        if number == threads.count {
          found[root] = number
          threads.append([])
        }
        threads[number].append(Axis(node: index, axis: axis))
        numbers[index].append(number)
      }
    }
    self.threads = threads
    self.numbers = numbers
    var near = [[Int]](repeating: [], count: threads.count)
    for index in program.nodes.indices where needed[index] {
      let own = [index] + program.inputs(of: Program.ID(index)).map(\.index)
      for thread in Set(own.flatMap { numbers[$0] }) { near[thread].append(index) }
    }
    self.near = near
  }

  /// The needed nodes on which the rescalings of a thread depend, in order.
  func nodes(near thread: Int) -> [Int] { near[thread] }

  /// The threads of a node's axes.
  func crossing(_ node: Int) -> [Int] { numbers[node] }

  /// The thread of an axis of a needed node.
  func thread(_ axis: Axis) -> Int { numbers[axis.node][axis.axis] }

  /// The axes of a node on a thread.
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
