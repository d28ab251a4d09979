/// Rewrites a program so that every product has at most two dense factors and at most one selection: what an instruction can do.
///
/// Products used once are first written out in the product that uses them, so that the order of multiplication is chosen for
/// the whole; a sum that is only measured is measured term by term, so that it need not be formed.
struct ProductPlanner {
  private let source: Program
  private(set) var program: Program
  private let useCounts: [Int]
  private var rewritten: [Program.ID: Program.ID] = [:]
  /// A product takes about as many factors.
  private static let deepest = 40

  /// Plans what these outputs need.
  init(_ source: Program, outputs: [Program.ID], writesOut: Bool = true) throws(Refusal) {
    self.source = source
    program = source
    let needed = source.ancestors(of: outputs)
    var counts = [Int](repeating: 0, count: source.nodes.count)
    for output in outputs { counts[output.index] += 2 }
    for index in source.nodes.indices where needed[index] {
      let isSum = if case .sum = source.nodes[index].kind { true } else { false }
      // Only products can take a product in: other users count twice.
      for input in source.inputs(of: Program.ID(index)) { counts[input.index] += isSum && writesOut ? 1 : 2 }
    }
    // Products within products are written out by recursion: long chains of them are cut.
    var depths = [Int](repeating: 0, count: source.nodes.count)
    for index in source.nodes.indices where needed[index] && counts[index] == 1 {
      depths[index] = 1 + source.inputs(of: Program.ID(index)).reduce(0) { max($0, depths[$1.index]) }
      if depths[index] > Self.deepest { (depths[index], counts[index]) = (0, 2) }
    }
    useCounts = counts
    for index in source.nodes.indices where needed[index] && !isWrittenOut(Program.ID(index)) {
      _ = try rewrite(Program.ID(index))
    }
  }

  /// The planned node of a node of the source.
  mutating func rewrite(_ id: Program.ID) throws(Refusal) -> Program.ID {
    if let known = rewritten[id] { return known }
    let result: Program.ID
    switch source[id].kind {
    case .block, .direction, .weights, .data, .selection: result = id
    case .map(let function, let input): result = try program.map(function, dense(input))
    case .softmax(let input): result = try program.softmax(dense(input))
    case .softmaxDerivative(let value, let vector):
      result = try program.softmaxDerivative(at: dense(value), of: dense(vector))
    case .logSumExp(let input): result = try program.logSumExp(dense(input))
    case .sum(let products):
      var planned: [Program.Product] = []
      for product in products {
        for var term in writtenOut(product) {
          for position in term.uses.indices { term.uses[position].node = try rewrite(term.uses[position].node) }
          planned.append(try program.paired(term, shape: source[id].shape))
        }
      }
      result = try program.sum(planned, shape: source[id].shape)
    }
    rewritten[id] = result
    return result
  }

  /// The planned node as an array: only products can look a selection up.
  mutating func dense(_ id: Program.ID) throws(Refusal) -> Program.ID { try program.written(rewrite(id)) }

  private func isWrittenOut(_ id: Program.ID) -> Bool { !terms(of: id).isEmpty && useCounts[id.index] == 1 }

  /// The products of a sum that can stand in another product: each names every label of its result once, and in a factor.
  private func terms(of id: Program.ID) -> [Program.Product] {
    guard case .sum(let products) = source[id].kind else { return [] }
    for product in products {
      let inside = product.uses.flatMap(\.labels)
      guard product.out.isDistinct, product.out.allSatisfy(inside.contains) else { return [] }
    }
    return products
  }

  /// The product with its products written out.
  private func writtenOut(_ product: Program.Product) -> [Program.Product] {
    let isMeasured = product.uses.contains { if case .selection = source[$0.node].kind { true } else { false } }
    for (position, use) in product.uses.enumerated() where useCounts[use.node.index] == 1 {
      let inner = terms(of: use.node)
      guard inner.count == 1 || (isMeasured && !inner.isEmpty) else { continue }
      var result: [Program.Product] = []
      for term in inner {
        guard let joined = join(product, position, term) else { return [product] }
        result += writtenOut(joined)
      }
      return result
    }
    return [product]
  }

  /// The product with the use at `position` replaced by the factors of `term`, or nil if that takes too many labels or factors.
  private func join(_ product: Program.Product, _ position: Int, _ term: Program.Product) -> Program.Product? {
    var next = (product.uses.flatMap(\.labels) + product.out).max().map { $0 + 1 } ?? 0
    var names: [Program.Label: Program.Label] = [:]
    for (inner, outer) in zip(term.out, product.uses[position].labels) { names[inner] = outer }
    var uses = product.uses
    uses.remove(at: position)
    for use in term.uses {
      let labels = use.labels.map { label in
        if let name = names[label] { return name }
        names[label] = next
        next += 1
        return next - 1
      }
      uses.append(Program.Use(use.node, labels))
    }
    guard next <= 64, uses.count <= 40, let coefficient = try? product.coefficient * term.coefficient else {
      return nil
    }
    return Program.Product(coefficient, uses, out: product.out)
  }
}

extension ProductPlanner {
  /// Pairs the products of a program that is planned but for derivatives, without writing any out.
  static func replan(
    _ program: Program, _ outputs: [Program.ID]
  ) throws(Refusal) -> (program: Program, outputs: [Program.ID]) {
    var planner = try ProductPlanner(program, outputs: outputs, writesOut: false)
    var result: [Program.ID] = []
    for output in outputs { result.append(try planner.dense(output)) }
    return (planner.program, result)
  }
}
