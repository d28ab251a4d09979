/// A program compiled for the values of one of its nodes, and how they move with θ: what ``ProgramEvaluator`` is without what pulls
/// weights back.
///
/// Derivatives are planned when they are asked for the first time. Values allocate nothing, nor do derivatives afterwards.
public final class ProgramValues {
  /// Length of θ.
  public let parameterCount: Int
  /// Number of values: the entries of the node, row-major.
  public let count: Int

  private let schedule: Schedule
  private let backend: DoubleBackend
  /// The program that the values are planned from, and their node in it.
  private let planned: (program: Program, value: Program.ID)
  private var tangents: (schedule: Schedule, backend: DoubleBackend)?
  private var isRefused = false
  private let predictions: Buffer<Double>

  /// Takes every entry of a node as a value.
  ///
  /// - Throws: ``Refusal`` if a coefficient outgrows 64 bits, the node depends on more than parameters, or ``MemoryLimit`` is exceeded.
  public init(_ source: Program, of node: Program.ID) throws(Refusal) {
    try source.check(node)
    let needed = source.ancestors(of: [node])
    for (index, node) in source.nodes.enumerated() where needed[index] {
      switch node.kind {
      case .direction, .weights:
        throw Refusal(
          "a value depends on a direction or on weights", remedy: "evaluate blocks, data and selections")
      default: break
      }
    }
    try MemoryLimit.check(source[node].shape, what: "an array of values", remedy: "ask for fewer entries")
    var planner = try ProductPlanner(source, outputs: [node])
    let dense = try planner.dense(node)
    let replanned = try ProductPlanner.replan(planner.program, [dense])
    planned = (replanned.program, replanned.outputs[0])
    parameterCount = source.layout.count
    count = source[node].count
    schedule = try Schedule(
      planned.program,
      outputs: [
        Schedule.Output(node: planned.value, place: Place(base: .predictions, offset: 0), part: .parameters)
      ])
    try MemoryLimit.check(
      [schedule.arenaCount + 2 * count], what: "the work memory of a value",
      remedy: "use smaller shapes or fewer samples"
    )
    backend = DoubleBackend(schedule, path: .best)
    predictions = Buffer(count: count)
    Self.run(backend, schedule, .constants)
  }

  /// Numbers of work memory that the values take.
  package var workCount: Int { schedule.arenaCount }

  @inline(__always)
  private static func run(_ backend: DoubleBackend, _ schedule: Schedule, _ part: Schedule.Part) {
    for number in schedule.parts[part.rawValue] { backend.execute(number) }
  }

  /// Writes the values at θ.
  public func write(_ parameters: UnsafePointer<Double>, into values: UnsafeMutablePointer<Double>) {
    backend.set(.parameters, parameters)
    backend.set(.predictions, values)
    Self.run(backend, schedule, .parameters)
  }

  /// Writes the derivatives of the values when θ moves in a direction; NaN where their plan is refused.
  public func writeDerivatives(
    _ parameters: UnsafePointer<Double>, direction: UnsafePointer<Double>,
    into derivatives: UnsafeMutablePointer<Double>
  ) {
    guard let (schedule, backend) = plannedTangents() else {
      return derivatives.update(repeating: .nan, count: count)
    }
    backend.set(.parameters, parameters)
    backend.set(.predictions, predictions.pointer)
    Self.run(backend, schedule, .parameters)
    backend.set(.direction, direction)
    backend.set(.derivatives, derivatives)
    Self.run(backend, schedule, .direction)
  }

  private func plannedTangents() -> (schedule: Schedule, backend: DoubleBackend)? {
    if let tangents { return tangents }
    guard !isRefused, let schedule = try? tangentSchedule() else {
      isRefused = true
      return nil
    }
    let made = (schedule, DoubleBackend(schedule, path: .best))
    Self.run(made.1, made.0, .constants)
    tangents = made
    return made
  }

  private func tangentSchedule() throws(Refusal) -> Schedule {
    var program = planned.program
    let directions = program.directionTangents()
    let moved =
      try program.derivative(of: [planned.value], along: directions)
      as (outputs: [Program.ID], tangents: [Program.ID: Program.ID])
    let second = try ProductPlanner.replan(program, [planned.value] + moved.outputs)
    let made = try Schedule(
      second.program,
      outputs: [
        Schedule.Output(node: second.outputs[0], place: Place(base: .predictions, offset: 0), part: .parameters),
        Schedule.Output(node: second.outputs[1], place: Place(base: .derivatives, offset: 0), part: .direction),
      ], like: (schedule, moved.tangents))
    try MemoryLimit.check(
      [made.arenaCount + 2 * count], what: "the work memory of a derivative", remedy: "use smaller shapes")
    return made
  }
}
