import Models

/// Loss, gradients and velocities.
extension ProgramBuilder {
  /// Number of blocks that are parameters.
  var parameterBlockCount: Int { file.declarations.count { $0.role == .parameter } }

  private var parameterBlocks: [Program.ID] { program.blocks.prefix(parameterBlockCount).map(\.node) }

  /// A number that has a value for every data point, as the mean of these values.
  mutating func meanOverPoints(_ formula: Formula, _ span: Span) throws(Refusal) -> Program.ID {
    var summands = formula.summands
    do {
      if formula.isBatched {
        for k in summands.indices {
          try close(&summands[k], Self.pointLabel)
          summands[k].coefficient = try summands[k].coefficient * Rational(1, pointCount)
        }
      }
    } catch { throw file.placed(error, span) }
    return try written(
      Formula(summands: summands, Axes(shape: [], indices: formula.indices, isBatched: false)), span)
  }

  /// The loss as a number.
  mutating func lossValue(_ span: Span) throws(Refusal) -> Formula {
    let axes = Axes(shape: [], indices: [], isBatched: false)
    if let lossNode { return read(lossNode, axes) }
    guard file.model != nil, extra.takesAtoms else {
      throw file.refusal(span, "the loss is any: it has no value", remedy: "give one, such as loss norm2(X - y)/2")
    }
    if let known = extra.loss { return read(known, axes) }
    do {
      let block = try program.block("#loss", [])
      extra.loss = block
      return read(block, axes)
    } catch { throw file.placed(error, span) }
  }

  // MARK: Gradients

  /// dLoss/dX of something declared. Where the loss is any, its derivative in the model is a block of the state.
  mutating func gradient(in position: Int, _ span: Span) throws(Refusal) -> Formula {
    let declaration = file.declarations[position]
    guard let node = nodes[position] else {
      throw file.refusal(span, "'\(printable(declaration.name))' has no value", remedy: "give it one")
    }
    let gradient = try gradients(by: [node], span)[0]
    return read(
      gradient, Axes(shape: declaration.shape.numbers, indices: [], isBatched: declaration.isBatched))
  }

  private mutating func gradients(by nodes: [Program.ID], _ span: Span) throws(Refusal) -> [Program.ID] {
    do {
      if let lossNode { return try program.gradient(of: lossNode, by: nodes) }
      if let model = file.model.flatMap({ self.nodes[$0] }) {
        return try program.gradient(of: model, cotangent: cotangent(of: model), by: nodes)
      }
    } catch { throw file.placed(error, span) }
    throw file.refusal(span, "there is neither a loss nor a model to derive", remedy: "write model X = ... or loss ...")
  }

  private mutating func cotangent(of model: Program.ID) throws(Refusal) -> Program.ID {
    if let known = extra.cotangent { return known }
    let block = try program.block("#cotangent", program[model].shape)
    extra.cotangent = block
    return block
  }

  // MARK: Velocities

  /// Adds the velocities that a state of `momentum` has behind its parameters.
  mutating func addVelocities() throws(Refusal) {
    guard case .momentum = file.flow, extra.velocities.isEmpty else { return }
    for block in program.blocks {
      extra.velocities.append(try program.block("v_\(block.name)", program[block.node].shape))
    }
  }

  /// v_W.
  mutating func velocity(of position: Int) throws(Refusal) -> Formula {
    let number = file.declarations.prefix(position).count { $0.role == .parameter }
    let declaration = file.declarations[position]
    guard extra.velocities.indices.contains(number) else {
      throw file.refusal(declaration.span, "'\(printable(declaration.name))' has no velocity", remedy: "use der(...)")
    }
    return read(
      extra.velocities[number], Axes(shape: declaration.shape.numbers, indices: [], isBatched: false))
  }

  /// The velocities of the parameters under a field of the file's own.
  mutating func field() throws(Refusal) -> [Program.ID]? {
    guard case .field(let rates) = file.flow else { return nil }
    var nodes: [Program.ID] = []
    for declaration in file.declarations where declaration.role == .parameter {
      guard let rate = rates.first(where: { $0.name.text == declaration.name }) else { continue }
      let formula = try formula(rate.value)
      guard !formula.isBatched else {
        throw file.refusal(
          rate.value.span, "the velocity of '\(printable(declaration.name))' depends on a data point",
          remedy: "write it without inputs")
      }
      nodes.append(
        try written(formula, Axes(shape: declaration.shape.numbers, indices: [], isBatched: false), rate.value.span))
    }
    return nodes
  }

  /// How the blocks of a state move along the flow.
  private mutating func tangents(_ span: Span) throws(Refusal) -> [Program.ID: Program.ID] {
    let blocks = parameterBlocks
    var tangents: [Program.ID: Program.ID] = [:]
    if extra.takesVelocity {
      let moving = program.blocks.prefix(parameterBlockCount + extra.velocities.count)
      if extra.flowVelocities.isEmpty {
        do {
          for block in moving {
            extra.flowVelocities.append(try program.block("#\(block.name)'", program[block.node].shape))
          }
        } catch { throw file.placed(error, span) }
      }
      for (block, velocity) in zip(moving, extra.flowVelocities) { tangents[block.node] = velocity }
      return tangents
    }
    switch file.flow {
    case .field: for (block, velocity) in zip(blocks, try field() ?? []) { tangents[block] = velocity }
    case .mirror:
      for (block, gradient) in zip(blocks, try gradients(by: blocks, span)) {
        tangents[block] = try sum([(-1, [block, gradient])], like: block)
      }
    case .gradient(let decay):
      let rate = try decay.map { (term) throws(Refusal) in try written(formula(term), term.span) }
      for (block, gradient) in zip(blocks, try gradients(by: blocks, span)) {
        tangents[block] = try sum([(-1, [gradient])] + (rate.map { [(-1, [$0, block])] } ?? []), like: block)
      }
    case .momentum(let friction):
      let rate = try written(formula(friction), friction.span)
      let gradients = try gradients(by: blocks, span)
      for (number, block) in blocks.enumerated() {
        let velocity = extra.velocities[number]
        tangents[block] = velocity
        tangents[velocity] = try sum([(-1, [gradients[number]]), (-1, [rate, velocity])], like: block)
      }
    }
    return tangents
  }

  /// Σ of entrywise products; numbers scale.
  private mutating func sum(
    _ products: [(Rational, [Program.ID])], like node: Program.ID
  ) throws(Refusal) -> Program.ID {
    let shape = program[node].shape
    let labels = Array(shape.indices)
    return try program.sum(
      products.map { product in
        Program.Product(
          product.0, product.1.map { Program.Use($0, program[$0].shape.isEmpty ? [] : labels) }, out: labels)
      }, shape: shape)
  }

  /// The derivative of a term along the flow.
  mutating func derivative(of operand: Term) throws(Refusal) -> Formula {
    let value = try formula(operand)
    let node = try written(value, operand.span)
    var tangents = try tangents(operand.span)
    for number in atoms(under: [node]) {
      tangents[extra.atoms[number].block] = try rate(ofAtom: number, tangents, operand.span)
    }
    return read(try derivative(of: node, along: tangents, operand.span), value.ownAxes)
  }

  /// The derivative of a node along tangents of the state.
  mutating func derivative(
    of node: Program.ID, along tangents: [Program.ID: Program.ID], _ span: Span
  ) throws(Refusal) -> Program.ID {
    if let cotangent = extra.cotangent, depends(node, on: cotangent) {
      throw file.refusal(span, "how grad moves is not known for any loss", remedy: "give a loss")
    }
    if let loss = extra.loss, depends(node, on: loss) {
      throw file.refusal(span, "how the loss moves is not known for any loss", remedy: "give a loss")
    }
    if extra.flowVelocities.contains(where: { depends(node, on: $0) }) {
      throw file.refusal(span, "a second derivative along a given velocity has no value", remedy: "derive it once")
    }
    for atom in extra.atoms where atom.isRate && depends(node, on: atom.block) {
      throw file.refusal(
        span, "a second derivative of \(atom.function.rawValue) along the flow has no value", remedy: "derive it once")
    }
    do { return try program.derivative(of: [node], along: tangents)[0] } catch { throw file.placed(error, span) }
  }

  /// The values that nodes need besides the state, themselves among what they need, in their order.
  func atoms(under nodes: [Program.ID]) -> [Int] {
    var roots = nodes
    var found: [Int] = []
    for number in extra.atoms.indices.reversed() {
      let atom = extra.atoms[number]
      guard program.ancestors(of: roots)[atom.block.index] else { continue }
      found.append(number)
      roots += [atom.argument] + (atom.argumentRate.map { [$0] } ?? [])
    }
    return found.reversed()
  }

  func depends(_ node: Program.ID, on block: Program.ID) -> Bool { program.ancestors(of: [node])[block.index] }
}
