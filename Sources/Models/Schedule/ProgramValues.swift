/// A program compiled for the values of one of its nodes, and how they move with θ: what ``ProgramEvaluator`` is without what pulls
/// weights back.
///
/// Derivatives are planned when they are asked for the first time. Values allocate nothing, nor do derivatives afterwards.
public final class ProgramValues {
  /// Length of θ.
  public let parameterCount: Int
  /// Number of values: the entries of the node, row-major.
  public let count: Int

  /// One reference is what a call takes of a plan: to copy a schedule there asks the runtime for metadata, and memory, the first time.
  private final class Plan {
    let schedule: Schedule
    let backend: DoubleBackend

    init(_ schedule: Schedule) {
      self.schedule = schedule
      backend = DoubleBackend(schedule, path: .best)
      run(.constants)
    }

    @inline(__always)
    func run(_ part: Schedule.Part) {
      for number in schedule.parts[part.rawValue] { backend.execute(number) }
    }
  }

  private let plan: Plan
  /// The program that the values are planned from, and their node in it.
  private let planned: (program: Program, value: Program.ID)
  private var tangents: Plan?
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
    let schedule = try Schedule(
      planned.program,
      outputs: [
        Schedule.Output(node: planned.value, place: Place(base: .predictions, offset: 0), part: .parameters)
      ])
    try MemoryLimit.check(
      [schedule.arenaCount + 2 * count], what: "the work memory of a value",
      remedy: "use smaller shapes or fewer samples"
    )
    plan = Plan(schedule)
    predictions = Buffer(count: count)
  }

  /// Numbers of work memory that the values take.
  package var workCount: Int { plan.schedule.arenaCount }

  /// Writes the values at θ.
  public func write(_ parameters: UnsafePointer<Double>, into values: UnsafeMutablePointer<Double>) {
    plan.backend.set(.parameters, parameters)
    plan.backend.set(.predictions, values)
    plan.run(.parameters)
  }

  /// Writes the derivatives of the values when θ moves in a direction; NaN where their plan is refused.
  public func writeDerivatives(
    _ parameters: UnsafePointer<Double>, direction: UnsafePointer<Double>,
    into derivatives: UnsafeMutablePointer<Double>
  ) {
    guard let plan = plannedTangents() else {
      return derivatives.update(repeating: .nan, count: count)
    }
    plan.backend.set(.parameters, parameters)
    plan.backend.set(.predictions, predictions.pointer)
    plan.run(.parameters)
    plan.backend.set(.direction, direction)
    plan.backend.set(.derivatives, derivatives)
    plan.run(.direction)
  }

  private func plannedTangents() -> Plan? {
    if let tangents { return tangents }
    guard !isRefused, let schedule = try? tangentSchedule() else {
      isRefused = true
      return nil
    }
    let made = Plan(schedule)
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
      ], like: (plan.schedule, moved.tangents))
    try MemoryLimit.check(
      [made.arenaCount + 2 * count], what: "the work memory of a derivative", remedy: "use smaller shapes")
    return made
  }
}
