extension Program {
  /// ∇ ⟨output, cotangent⟩ by each of some nodes: the pullback of `cotangent`, as further nodes of the program.
  ///
  /// Factor u of c · Π uses receives c · (the other factors) · (cotangent of the result) with the labels of u on the result:
  /// no renaming, and broadcasts and sums trade places. All contributions to a cotangent form one sum, in which equal
  /// products are merged.
  ///
  /// - Parameter cotangent: of the shape of `output`; for a number, nil means 1.
  /// - Throws: ``Refusal`` if a node is unknown, the shapes differ, or a coefficient outgrows 64 bits.
  public mutating func gradient(
    of output: ID, cotangent: ID? = nil, by variables: [ID]
  ) throws(Refusal) -> [ID] {
    try check(output)
    for variable in variables { try check(variable) }
    let shape = self[output].shape
    let seed: ID
    if let cotangent {
      try check(cotangent)
      seed = cotangent
    } else {
      seed = try constant(1)
    }
    guard self[seed].shape == shape else {
      throw Refusal(
        "a cotangent of shape \(self[seed].shape) does not fit an output of shape \(shape)",
        remedy: "give one of the output's shape")
    }
    let active = dependents(on: variables)
    let needed = ancestors(of: [output])
    var contributions = [[Product]](repeating: [], count: nodes.count)
    contributions[output.index] = [Self.copy(seed, shape)]
    var cotangents = [ID?](repeating: nil, count: nodes.count)
    for index in stride(from: output.index, through: 0, by: -1) where active[index] && needed[index] {
      guard !contributions[index].isEmpty else { continue }
      let node = ID(index)
      let total = try sum(contributions[index], shape: self[node].shape)
      contributions[index] = []
      cotangents[index] = total
      if !isZero(total) {
        for (input, product) in try pullbacks(of: node, cotangent: total, active: active) {
          contributions[input.index].append(product)
        }
      }
    }
    var gradient: [ID] = []
    for variable in variables {
      if let id = cotangents[variable.index] {
        gradient.append(id)
      } else {
        gradient.append(try sum([], shape: self[variable].shape))
      }
    }
    return gradient
  }

  /// A node as it stands.
  static func copy(_ id: ID, _ shape: [Int]) -> Product {
    Product(1, [Use(id, Array(shape.indices))], out: Array(shape.indices))
  }

  /// What a node's cotangent adds to those of its inputs.
  private mutating func pullbacks(
    of node: ID, cotangent: ID, active: [Bool]
  ) throws(Refusal) -> [(ID, Product)] {
    let shape = self[node].shape
    let labels = Array(shape.indices)
    var result: [(ID, Product)] = []
    switch self[node].kind {
    case .block, .direction, .weights, .data, .selection: break
    case .sum(let products):
      for product in products {
        for (position, use) in product.uses.enumerated() where active[use.node.index] {
          var uses = product.uses
          uses[position] = Use(cotangent, product.out)
          result.append((use.node, Product(product.coefficient, uses, out: use.labels)))
        }
      }
    case .map(let function, let input):
      guard active[input.index] else { break }
      let slope = try slope(of: function, input: input, output: node)
      result.append((input, Product(1, [Use(slope, labels), Use(cotangent, labels)], out: labels)))
    case .softmax(let input):
      guard active[input.index] else { break }
      result.append((input, Self.copy(try softmaxDerivative(at: node, of: cotangent), shape)))
    case .softmaxDerivative(let value, let vector):
      if active[vector.index] {
        result.append((vector, Self.copy(try softmaxDerivative(at: value, of: cotangent), shape)))
      }
      guard active[value.index] else { break }
      // ⟨c, y∘v − y⟨y, v⟩⟩ by y: c∘v − c⟨y, v⟩ − v⟨c, y⟩.
      let rows = Array(shape.dropLast())
      let outer = Array(rows.indices)
      let along = try sum([Product(1, [Use(value, labels), Use(vector, labels)], out: outer)], shape: rows)
      let across = try sum([Product(1, [Use(value, labels), Use(cotangent, labels)], out: outer)], shape: rows)
      result.append((value, Product(1, [Use(cotangent, labels), Use(vector, labels)], out: labels)))
      result.append((value, Product(-1, [Use(cotangent, labels), Use(along, outer)], out: labels)))
      result.append((value, Product(-1, [Use(vector, labels), Use(across, outer)], out: labels)))
    case .logSumExp(let input):
      guard active[input.index] else { break }
      let labels = Array(self[input].shape.indices)
      let weights = try softmax(input)
      result.append(
        (input, Product(1, [Use(weights, labels), Use(cotangent, Array(labels.dropLast()))], out: labels)))
    }
    return result
  }
}
