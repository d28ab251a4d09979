import Models

/// What a state has behind the parameters: blocks that are filled before a program runs.
struct ExtraBlocks {
  /// The velocities of `momentum`, in the order of the parameters.
  var velocities: [Program.ID] = []
  /// Whether the velocity of the state is given beside it, whatever moves it.
  var takesVelocity = false
  /// That velocity, block by block, once a term asked for it.
  var flowVelocities: [Program.ID] = []
  /// The derivative of any loss in the model.
  var cotangent: Program.ID?
  /// The value of any loss.
  var loss: Program.ID?
  /// Values that no program has; each needs those before it only.
  var atoms: [Atom] = []
  /// Whether values that no program has may stand here.
  var takesAtoms = false
}

/// A function that is no program, of an array that is: singular values and extreme entries. Its value is a block of its own.
struct Atom {
  let function: FunctionName
  /// Of `singular`: which, from 1.
  let position: Int
  let argument: Program.ID
  /// The derivative of the argument along the flow, where this is the derivative of the value.
  let argumentRate: Program.ID?
  /// Extents of the argument's last axes, those that the function takes.
  let extents: [Int]
  /// Where the value stands.
  let block: Program.ID

  var isRate: Bool { argumentRate != nil }
}

extension ProgramBuilder {
  /// The value of a function that is no program.
  mutating func atom(
    _ function: FunctionName, _ x: Formula, _ arguments: [Term], _ term: Term
  ) throws(Refusal) -> Formula {
    guard extra.takesAtoms else {
      throw file.refusal(
        term.span, "\(function.rawValue) of all entries stands only in claims and observe",
        remedy: "use \(function.rawValue)(x, y) of two numbers, entry by entry")
    }
    var position = 1
    if arguments.count == 2, case .number(let number) = arguments[1].kind { position = number.integer ?? 1 }
    let node = try written(x, term.span)
    let axes = Axes(shape: [], indices: x.indices, isBatched: x.isBatched)
    let shape = Array(program[node].shape.dropLast(x.shape.count))
    if let known = extra.atoms.first(where: {
      $0.function == function && $0.position == position && $0.argument == node && $0.extents == x.shape && !$0.isRate
    }) {
      return read(known.block, axes)
    }
    let block = try add(
      function, position, argument: node, rate: nil, extents: x.shape, shape: shape, term.span)
    return read(block, axes)
  }

  /// The derivative of such a value along the flow.
  mutating func rate(
    ofAtom number: Int, _ tangents: [Program.ID: Program.ID], _ span: Span
  ) throws(Refusal) -> Program.ID {
    let atom = extra.atoms[number]
    let rate = try derivative(of: atom.argument, along: tangents, span)
    return try add(
      atom.function, atom.position, argument: atom.argument, rate: rate, extents: atom.extents,
      shape: program[atom.block].shape, span)
  }

  private mutating func add(
    _ function: FunctionName, _ position: Int, argument: Program.ID, rate: Program.ID?, extents: [Int], shape: [Int],
    _ span: Span
  ) throws(Refusal) -> Program.ID {
    do {
      let block = try program.block("#\(extra.atoms.count)", shape)
      extra.atoms.append(
        Atom(
          function: function, position: position, argument: argument, argumentRate: rate, extents: extents, block: block
        ))
      return block
    } catch { throw file.placed(error, span) }
  }
}
