extension Program {
  /// The nodes a node is computed from directly.
  public func inputs(of id: ID) -> [ID] {
    switch self[id].kind {
    case .block, .direction, .weights, .data, .selection: []
    case .sum(let products): products.flatMap { $0.uses.map(\.node) }
    case .map(_, let input), .softmax(let input), .logSumExp(let input): [input]
    case .softmaxDerivative(let value, let vector): [value, vector]
    }
  }

  /// Which nodes these are computed from, themselves among them.
  public func ancestors(of outputs: [ID]) -> [Bool] {
    var needed = [Bool](repeating: false, count: nodes.count)
    for id in outputs { needed[id.index] = true }
    for index in nodes.indices.reversed() where needed[index] {
      for input in inputs(of: ID(index)) { needed[input.index] = true }
    }
    return needed
  }

  /// Which nodes depend on one of these, themselves among them.
  public func dependents(on sources: [ID]) -> [Bool] {
    var depends = [Bool](repeating: false, count: nodes.count)
    for id in sources { depends[id.index] = true }
    for index in nodes.indices where !depends[index] {
      depends[index] = inputs(of: ID(index)).contains { depends[$0.index] }
    }
    return depends
  }

  /// The degree of a node as a polynomial in the entries of a block, or nil where it is none by its form, or outgrows 64 bits.
  ///
  /// An upper bound where terms cancel or a zero coefficient ends a polynomial.
  public func degree(of output: ID, in block: ID) -> Int? {
    var degrees = [Int?](repeating: 0, count: nodes.count)
    degrees[block.index] = 1
    for index in nodes.indices.prefix(output.index + 1) where index != block.index {
      switch nodes[index].kind {
      case .block, .direction, .weights, .data, .selection: break
      case .sum(let products):
        var most: Int? = 0
        for product in products {
          let degree = product.uses.reduce(Int?(0)) { sum, use in
            guard let sum, let degree = degrees[use.node.index] else { return nil }
            let (total, overflow) = sum.addingReportingOverflow(degree)
            return overflow ? nil : total
          }
          if let old = most, let degree { most = max(old, degree) } else { most = nil }
        }
        degrees[index] = most
      case .map(.polynomial(let coefficients), let input):
        degrees[index] = degrees[input.index].flatMap { inner in
          let (total, overflow) = inner.multipliedReportingOverflow(by: max(0, coefficients.count - 1))
          return overflow ? nil : total
        }
      case .map, .softmax, .softmaxDerivative, .logSumExp:
        degrees[index] = inputs(of: ID(index)).allSatisfy { degrees[$0.index] == 0 } ? 0 : nil
      }
    }
    return degrees[output.index]
  }

  /// Whether a node is linear in every single block: what a tensor network is.
  public func isMultilinear(_ output: ID) -> Bool {
    blocks.allSatisfy { block in degree(of: output, in: block.node).map { $0 <= 1 } ?? false }
  }
}
