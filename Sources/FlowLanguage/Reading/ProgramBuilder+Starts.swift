import Models

/// Numbers that are known before anything moves.
extension ProgramBuilder {
  /// What moves the parameters, with its numbers.
  func kind() throws(Refusal) -> FlowKind {
    switch file.flow {
    case .gradient(nil): .gradient
    case .gradient(let decay?): .decay(try coefficient(decay))
    case .momentum(let friction): .momentum(try coefficient(friction))
    case .mirror: .mirror
    case .field: .field
    }
  }

  /// Nil where a constant was given no value.
  private func coefficient(_ term: Term) throws(Refusal) -> Double? {
    var isKnown = true
    func visit(_ term: Term) {
      if case .declared(let position) = term.kind, nodes[position] == nil { isKnown = false }
      for part in term.kind.parts { visit(part) }
    }
    visit(term)
    return isKnown ? try values(of: term, shape: [])[0] : nil
  }

  /// Where the blocks and their velocities begin.
  func starts() throws(Refusal) -> (parameters: [FlowStart], velocities: [FlowStart]) {
    var (parameters, velocities): ([FlowStart], [FlowStart]) = ([], [])
    let common = file.starts.first { $0.parameter == nil }
    for (position, declaration) in file.declarations.enumerated() where declaration.role == .parameter {
      let shape = declaration.shape.numbers
      let own = file.starts.first { $0.parameter == position && !$0.isVelocity } ?? common
      parameters.append(try own.map { (start) throws(Refusal) in try self.start(start.value, shape) } ?? .open)
      guard case .momentum = file.flow else { continue }
      let velocity = file.starts.first { $0.parameter == position && $0.isVelocity }
      let count = shape.reduce(1, *)
      velocities.append(
        try velocity.map { (start) throws(Refusal) in try self.start(start.value, shape) }
          ?? .values(Array(repeating: 0, count: count)))
    }
    return (parameters, velocities)
  }

  private func start(_ term: Term, _ shape: [Int]) throws(Refusal) -> FlowStart {
    if case .call(let function, let arguments) = term.kind, function == .gaussian || function == .balanced {
      let scale = try values(of: arguments[0], shape: [])[0]
      guard scale > 0, scale.isFinite else {
        throw file.refusal(arguments[0].span, "the scale of a start is \(scale)", remedy: "give a positive number")
      }
      return function == .gaussian ? .gaussian(scale) : .balanced(scale)
    }
    let values = try values(of: term, shape: shape)
    if let place = values.firstIndex(where: { !$0.isFinite }) {
      throw file.refusal(term.span, "entry \(place + 1) of a start is \(values[place])", remedy: "give finite numbers")
    }
    return .values(values)
  }

  /// The entries of a term of numbers and data; a number fills the shape.
  private func values(of term: Term, shape: [Int]) throws(Refusal) -> [Double] {
    var builder = self
    let node = try builder.written(
      builder.formula(term), Axes(shape: shape, indices: [], isBatched: false), term.span)
    do {
      let evaluator = try ProgramValues(builder.program, of: node)
      let parameters = [Double](repeating: 0, count: max(1, evaluator.parameterCount))
      var values = [Double](repeating: 0, count: evaluator.count)
      values.withUnsafeMutableBufferPointer { target in
        parameters.withUnsafeBufferPointer { source in
          if let target = target.baseAddress, let source = source.baseAddress {
            evaluator.write(source, into: target)
          }
        }
      }
      return values
    } catch { throw file.placed(error, term.span) }
  }
}
