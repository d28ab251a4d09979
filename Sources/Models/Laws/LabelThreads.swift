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
  private(set) var threads: [[Axis]] = []
  /// Thread of every axis of every needed node.
  private var numbers: [[Int]]
  /// Position within its thread of every axis of every needed node.
  private var places: [[Int]]
  /// The needed nodes that have an axis on a thread or are made from one that has, in order.
  private var near: [[Int]] = []

  init(_ program: Program, roots: [Program.ID]) {
    self.program = program
    var isRoot = [Bool](repeating: false, count: program.nodes.count)
    for root in roots { isRoot[root.index] = true }
    self.isRoot = isRoot
    let needed = program.ancestors(of: roots)
    self.needed = needed
    numbers = Array(repeating: [], count: program.nodes.count)
    places = numbers
    let indices = program.nodes.indices.filter { needed[$0] }
    let blocks = program.blocks.map(\.node.index)
    var classes = AxisClasses(program)
    for index in indices { classes.tie(index, of: program) }
    for index in indices where !blocks.contains(index) { place(index, &classes) }
    for index in blocks where needed[index] { place(index, &classes) }
    near = Array(repeating: [], count: threads.count)
    for index in indices {
      note(index, near: index)
      for input in program.inputs(of: Program.ID(index)) { note(index, near: input.index) }
    }
  }

  /// Puts the axes of a node on their threads.
  @inline(never)
  private func place(_ index: Int, _ classes: inout AxisClasses) {
    for axis in program.nodes[index].shape.indices {
      let number = classes.number(index, axis)
      if number == threads.count { threads.append([]) }
      numbers[index].append(number)
      places[index].append(threads[number].count)
      threads[number].append(Axis(node: index, axis: axis))
    }
  }

  /// Notes a node with the threads of another.
  @inline(never)
  private func note(_ index: Int, near node: Int) {
    for thread in numbers[node] where near[thread].last != index { near[thread].append(index) }
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
