import GSLBridge

/// Which rescalings along a thread leave every root as it is: one linear system for one exponent an axis.
///
/// *Diagonal*: index i of an axis with exponent e is multiplied by dᵢᵉ, for arbitrary positive dᵢ. *Whole*: the axis is
/// multiplied by exp(e S) for an arbitrary symmetric matrix S. *Blocks*: a whole array by cᵉ. An exponent that solves the system
/// is a symmetry, and Σ e · (squared norm of the slice, Gram matrix, squared norm of the block) does not move.
struct ScalingSystem {
  private let threads: LabelThreads
  private let thread: Int
  private let batch: [Int]
  private let whole: Bool
  private var kernel: RationalKernel

  /// Solutions, one number for each parameter axis of the thread.
  ///
  /// - Parameter batch: threads along which the rescaling may be a different one at every index: a node moves only if it has
  ///   exactly one axis of each, and a product must hand the axes on together.
  /// - Throws: ``Refusal`` if a fraction outgrows 64 bits.
  @inline(never)
  static func solutions(
    _ threads: LabelThreads, _ thread: Int, batch: [Int], whole: Bool
  ) throws(Refusal) -> [[Rational]] {
    var system = ScalingSystem(threads, thread, batch, whole)
    for index in threads.nodes(near: thread) { try system.add(index) }
    return system.kernel.basis(of: threads.parameters(thread))
  }

  private init(_ threads: LabelThreads, _ thread: Int, _ batch: [Int], _ whole: Bool) {
    self.threads = threads
    self.thread = thread
    self.batch = batch
    self.whole = whole
    kernel = RationalKernel(order: Array(threads.threads[thread].indices))
  }

  /// The equation that an axis stands still.
  private mutating func fix(_ node: Int, _ axis: Int) throws(Refusal) {
    if let column = threads.position(node, axis, on: thread) { try kernel.fix(column) }
  }

  private mutating func fix(_ node: Int) throws(Refusal) {
    for axis in threads.program.nodes[node].shape.indices { try fix(node, axis) }
  }

  /// The equations of one node.
  private mutating func add(_ index: Int) throws(Refusal) {
    let node = threads.program.nodes[index]
    if threads.isRoot[index] || !batch.allSatisfy({ threads.axes(of: index, on: $0).count == 1 }) {
      try fix(index)
    }
    switch node.kind {
    case .block: break
    case .direction, .weights, .data, .selection: try fix(index)
    case .sum(let products):
      for product in products { try add(product, Program.Use(Program.ID(index), product.out)) }
    case .map(let function, let input):
      if !whole, let degree = function.degree {
        for axis in node.shape.indices { try tie(index, input.index, axis, degree) }
      } else {
        try fix(index)
        try fix(input.index)
      }
    case .softmax(let input), .logSumExp(let input):
      try fix(index)
      try fix(input.index)
    case .softmaxDerivative(let value, let vector):
      // Linear in the vector, row by row.
      try fix(value.index)
      for axis in node.shape.indices {
        if !whole, axis < node.shape.count - 1 {
          try tie(index, vector.index, axis, 1)
        } else {
          try fix(index, axis)
          try fix(vector.index, axis)
        }
      }
    }
  }

  /// e(output) = degree · e(input) on an axis both have.
  private mutating func tie(
    _ output: Int, _ input: Int, _ axis: Int, _ degree: Rational
  ) throws(Refusal) {
    guard let out = threads.position(output, axis, on: thread), let column = threads.position(input, axis, on: thread)
    else { return }
    try kernel.tie(out, to: column, degree)
  }

  /// Σ e(uses) = e(out) for every label, or 0 if the label is summed; a matrix passes a label on two axes only.
  private mutating func add(_ product: Program.Product, _ out: Program.Use) throws(Refusal) {
    // An equation for every label and labels of the batch.
    var keys: [[Program.Label]] = []
    var equations: [[Int: Rational]] = []
    var holders: [Program.Label: [Int]] = [:]
    for (position, use) in (product.uses + [out]).enumerated() {
      let sign: Rational = position < product.uses.count ? 1 : -1
      let accompanying = batch.compactMap { thread in
        threads.axes(of: use.node.index, on: thread).first.map { use.labels[$0] }
      }
      for (axis, label) in use.labels.enumerated() {
        guard let column = threads.position(use.node.index, axis, on: thread) else { continue }
        holders[label, default: []].append(column)
        // A node without an axis of every batch thread stands still.
        guard accompanying.count == batch.count else { continue }
        let key = [label] + accompanying
        let number = keys.firstIndex(of: key) ?? keys.count
        if number == keys.count {
          keys.append(key)
          equations.append([:])
        }
        equations[number][column] = try (equations[number][column] ?? 0) + sign
      }
    }
    for equation in equations { try kernel.add(equation) }
    guard whole else { return }
    for label in Ordering.ascending(Array(holders.keys)) {
      guard let columns = holders[label], columns.count >= 3 else { continue }
      for column in columns { try kernel.fix(column) }
    }
  }
}

extension LabelThreads {
  /// Which powers of one number may multiply whole blocks: solutions, one exponent a block of the program.
  ///
  /// - Parameter known: how many independent ones are known; nothing is made if there are no others.
  /// - Throws: ``Refusal`` if a fraction outgrows 64 bits.
  func blockScalings(beyond known: Int) throws(Refusal) -> [[Rational]] {
    let blocks = program.blocks.map(\.node.index)
    var order = [Int](repeating: 0, count: program.nodes.count)
    for index in order.indices { order[index] = index - order.count }
    for (number, index) in blocks.enumerated() { order[index] = number }
    var kernel = RationalKernel(order: order)
    for index in program.nodes.indices {
      guard needed[index] else {
        if case .block = program.nodes[index].kind { try kernel.fix(index) }
        continue
      }
      if isRoot[index] { try kernel.fix(index) }
      switch program.nodes[index].kind {
      case .block: break
      case .direction, .weights, .data, .selection: try kernel.fix(index)
      case .sum(let products):
        for product in products {
          var equation: [Int: Rational] = [index: -1]
          for use in product.uses { equation[use.node.index] = try (equation[use.node.index] ?? 0) + 1 }
          try kernel.add(equation)
        }
      case .map(let function, let input):
        if let degree = function.degree {
          try kernel.tie(index, to: input.index, degree)
        } else {
          try kernel.fix(index)
          try kernel.fix(input.index)
        }
      case .softmax(let input), .logSumExp(let input):
        try kernel.fix(index)
        try kernel.fix(input.index)
      case .softmaxDerivative(let value, let vector):
        try kernel.fix(value.index)
        try kernel.tie(index, to: vector.index, 1)
      }
    }
    return kernel.dimension(over: blocks) == known ? [] : kernel.basis(of: blocks)
  }
}
