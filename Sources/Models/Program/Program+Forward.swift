extension Program {
  /// d/dt at t = 0 of some nodes when other nodes move with the given tangents, as further nodes of the program.
  ///
  /// - Parameter tangents: node and its tangent, of the same shape; every other leaf stands still.
  /// - Throws: ``Refusal`` if a node is unknown, shapes differ, or a coefficient outgrows 64 bits.
  public mutating func derivative(
    of outputs: [ID], along tangents: [ID: ID]
  ) throws(Refusal) -> [ID] {
    try derivative(of: outputs, along: tangents).outputs
  }

  /// The same with the tangent of every node that moves.
  mutating func derivative(
    of outputs: [ID], along tangents: [ID: ID]
  ) throws(Refusal) -> (outputs: [ID], tangents: [ID: ID]) {
    for output in outputs { try check(output) }
    for (node, tangent) in tangents {
      try check(node)
      try check(tangent)
      guard self[node].shape == self[tangent].shape else {
        throw Refusal(
          "a tangent of shape \(self[tangent].shape) does not fit an array of shape \(self[node].shape)",
          remedy: "give one of the same shape")
      }
    }
    let needed = ancestors(of: outputs)
    let moving = dependents(on: Array(tangents.keys))
    var found = tangents
    for index in needed.indices where needed[index] && moving[index] && found[ID(index)] == nil {
      let tangent = try self.tangent(of: ID(index), found)
      if !isZero(tangent) { found[ID(index)] = tangent }
    }
    var result: [ID] = []
    for output in outputs {
      if let tangent = found[output] {
        result.append(tangent)
      } else {
        result.append(try sum([], shape: self[output].shape))
      }
    }
    return (result, found)
  }

  private mutating func tangent(of node: ID, _ tangents: [ID: ID]) throws(Refusal) -> ID {
    let shape = self[node].shape
    let labels = Array(shape.indices)
    switch self[node].kind {
    case .block, .direction, .weights, .data, .selection: return try sum([], shape: shape)
    case .sum(let products):
      var moved: [Product] = []
      for product in products {
        for (position, use) in product.uses.enumerated() {
          guard let tangent = tangents[use.node] else { continue }
          var uses = product.uses
          uses[position].node = tangent
          moved.append(Product(product.coefficient, uses, out: product.out))
        }
      }
      return try sum(moved, shape: shape)
    case .map(let function, let input):
      guard let tangent = tangents[input] else { return try sum([], shape: shape) }
      let slope = try slope(of: function, input: input, output: node)
      return try sum([Product(1, [Use(slope, labels), Use(tangent, labels)], out: labels)], shape: shape)
    case .softmax(let input):
      guard let tangent = tangents[input] else { return try sum([], shape: shape) }
      return try softmaxDerivative(at: node, of: tangent)
    case .softmaxDerivative(let value, let vector):
      // ẏ∘(v − ⟨y, v⟩) − y⟨ẏ, v⟩ + (the same map of v̇).
      let rows = Array(shape.dropLast())
      let outer = Array(rows.indices)
      var products: [Product] = []
      if let tangent = tangents[value] {
        let along = try sum([Product(1, [Use(value, labels), Use(vector, labels)], out: outer)], shape: rows)
        let across = try sum([Product(1, [Use(tangent, labels), Use(vector, labels)], out: outer)], shape: rows)
        products.append(Product(1, [Use(tangent, labels), Use(vector, labels)], out: labels))
        products.append(Product(-1, [Use(tangent, labels), Use(along, outer)], out: labels))
        products.append(Product(-1, [Use(value, labels), Use(across, outer)], out: labels))
      }
      if let tangent = tangents[vector] {
        products.append(Self.copy(try softmaxDerivative(at: value, of: tangent), shape))
      }
      return try sum(products, shape: shape)
    case .logSumExp(let input):
      guard let tangent = tangents[input] else { return try sum([], shape: shape) }
      let labels = Array(self[input].shape.indices)
      let weights = try softmax(input)
      return try sum(
        [Product(1, [Use(weights, labels), Use(tangent, labels)], out: Array(labels.dropLast()))], shape: shape)
    }
  }

  /// The direction in parameter space as tangents of the blocks.
  public mutating func directionTangents() -> [ID: ID] {
    var tangents: [ID: ID] = [:]
    for (number, block) in blocks.enumerated() { tangents[block.node] = direction(number) }
    return tangents
  }

  /// ∇²f · v by each block, v the direction, for a node f that is a number: forward over reverse.
  ///
  /// - Throws: ``Refusal`` if f is no number or a coefficient outgrows 64 bits.
  public mutating func hessianVectorProduct(of f: ID) throws(Refusal) -> [ID] {
    let gradient = try gradient(of: f, by: blocks.map(\.node))
    return try derivative(of: gradient, along: directionTangents())
  }

  /// ∇(vᵀ ∇²f v) by each block for a fixed direction v and a node f that is a number: reverse over forward twice.
  ///
  /// - Throws: ``Refusal`` if f is no number or a coefficient outgrows 64 bits.
  public mutating func curvatureGradient(of f: ID) throws(Refusal) -> [ID] {
    let tangents = directionTangents()
    let first = try derivative(of: [f], along: tangents) as [ID]
    let second = try derivative(of: first, along: tangents) as [ID]
    return try gradient(of: second[0], by: blocks.map(\.node))
  }
}
