import GSLBridge

/// A program compiled against measurements of one of its nodes: predictions with first and second derivatives.
///
/// Derivatives are programs too, so whatever the node is made of, this evaluates it; a kernel of a model's own is worth
/// having only where it is faster. Plans once, allocates nothing in a run, and gives the same bytes in every run.
public final class ProgramEvaluator: Evaluator {
  public let parameterCount: Int
  public let measurementCount: Int
  /// Bytes of work memory, without tables: that of values and gradients, and that of second derivatives.
  public let workBytes: (gradient: Int, tangents: Int)

  /// Value and gradient, and all of their derivatives along a direction.
  package let gradientSchedule: Schedule
  /// Derivatives of value and gradient along a direction.
  package let tangentSchedule: Schedule
  private let gradients: DoubleBackend
  private let tangents: DoubleBackend
  private let predictions: Buffer<Double>
  private let weights: Buffer<Double>
  /// The point of derivatives along a single direction.
  private let single: PreparedPoint
  /// Counts what undoes the preparation of a point.
  private var preparation = 0

  /// Measures a node.
  ///
  /// - Throws: ``Refusal`` if the shapes differ, a coefficient outgrows 64 bits, the prediction depends on more than
  ///   parameters, or ``MemoryLimit`` is exceeded.
  public convenience init(
    _ program: Program, prediction: Program.ID, _ measurements: Measurements
  ) throws(Refusal) {
    var measured = program
    let node = try measured.measure(prediction, measurements)
    try self.init(measured, predictions: node)
  }

  /// Takes every entry of a node as a prediction, row-major.
  ///
  /// - Throws: ``Refusal`` if a coefficient outgrows 64 bits, the prediction depends on more than parameters, or
  ///   ``MemoryLimit`` is exceeded.
  public convenience init(_ program: Program, predictions: Program.ID) throws(Refusal) {
    try self.init(program, predictions: predictions, path: .best)
  }

  /// The same on a chosen copy of the inner loops, for tests; the path must be supported.
  package init(_ source: Program, predictions node: Program.ID, path: KernelPath) throws(Refusal) {
    try source.check(node)
    let needed = source.ancestors(of: [node])
    for (index, node) in source.nodes.enumerated() where needed[index] {
      switch node.kind {
      case .direction, .weights:
        throw Refusal(
          "a prediction depends on a direction or on weights", remedy: "predict from blocks, data and selections")
      default: break
      }
    }
    try MemoryLimit.check(
      source[node].shape, what: "an array of predictions", remedy: "measure fewer entries of the model")
    var planner = try ProductPlanner(source, outputs: [node])
    let prediction = try planner.dense(node)
    var program = planner.program
    let shape = program[prediction].shape
    let blocks = program.layout.blocks
    parameterCount = program.layout.count
    measurementCount = program[prediction].count

    let cotangent = program.weights(0, shape)
    let gradient = try program.gradient(of: prediction, cotangent: cotangent, by: program.blocks.map(\.node))
    let value = Schedule.Output(node: prediction, place: Place(base: .predictions, offset: 0), part: .parameters)
    func outputs(_ nodes: [Program.ID], _ part: Schedule.Part) -> [Schedule.Output] {
      zip(nodes, blocks).map {
        Schedule.Output(node: $0, place: Place(base: .result, offset: $1.offset), part: part)
      }
    }
    // Slopes and squares may make products of three and more factors: these are paired in turn.
    let first = try ProductPlanner.replan(program, [prediction] + gradient)
    program = first.program
    gradientSchedule = try Schedule(
      program, outputs: [value.at(first.outputs[0])] + outputs(Array(first.outputs.dropFirst()), .weights))

    var directions = program.directionTangents()
    directions[cotangent] = program.weights(1, shape)
    let moved =
      try program.derivative(of: first.outputs, along: directions)
      as (outputs: [Program.ID], tangents: [Program.ID: Program.ID])
    let second = try ProductPlanner.replan(program, [first.outputs[0]] + moved.outputs)
    let derivative = Schedule.Output(
      node: second.outputs[1], place: Place(base: .derivatives, offset: 0), part: .direction)
    tangentSchedule = try Schedule(
      second.program,
      outputs: [value.at(second.outputs[0]), derivative] + outputs(Array(second.outputs.dropFirst(2)), .tangents),
      like: (gradientSchedule, moved.tangents))
    try MemoryLimit.check(
      [gradientSchedule.arenaCount + tangentSchedule.arenaCount + 6 * measurementCount],
      what: "the work memory of a model",
      remedy: "use smaller shapes or fewer samples")
    workBytes = (8 * gradientSchedule.arenaCount, 8 * tangentSchedule.arenaCount)

    gradients = DoubleBackend(gradientSchedule, path: path)
    tangents = DoubleBackend(tangentSchedule, path: path)
    predictions = Buffer(count: measurementCount)
    weights = Buffer(count: measurementCount)
    single = PreparedPoint(measurementCount: measurementCount)
    gradients.set(.weights, weights.pointer)
    run(gradients, gradientSchedule, .constants)
    run(tangents, tangentSchedule, .constants)
  }

  @inline(__always)
  private func run(_ backend: DoubleBackend, _ schedule: Schedule, _ part: Schedule.Part) {
    for number in schedule.parts[part.rawValue] { backend.execute(number) }
  }

  public func predict(_ parameters: UnsafePointer<Double>, into predictions: UnsafeMutablePointer<Double>) {
    gradients.set(.parameters, parameters)
    gradients.set(.predictions, predictions)
    run(gradients, gradientSchedule, .parameters)
  }

  public func predictAndPullback(
    _ parameters: UnsafePointer<Double>,
    weigh: (_ predictions: UnsafePointer<Double>, _ weights: UnsafeMutablePointer<Double>) -> Void,
    into gradient: UnsafeMutablePointer<Double>
  ) {
    predict(parameters, into: predictions.pointer)
    weigh(predictions.pointer, weights.pointer)
    gradients.set(.result, gradient)
    run(gradients, gradientSchedule, .weights)
  }

  public func pushforward(
    _ parameters: UnsafePointer<Double>, direction: UnsafePointer<Double>,
    into derivatives: UnsafeMutablePointer<Double>
  ) {
    take(single, at: parameters)
    tangents.set(.direction, direction)
    tangents.set(.derivatives, derivatives)
    run(tangents, tangentSchedule, .direction)
  }

  public func pullbackTangent(
    _ parameters: UnsafePointer<Double>, weights: UnsafePointer<Double>, direction: UnsafePointer<Double>,
    weightsTangent: UnsafePointer<Double>, into tangent: UnsafeMutablePointer<Double>
  ) {
    prepare(single, at: parameters) { $1.update(from: weights, count: measurementCount) }
    tangentAgain(
      at: single, direction: direction,
      weigh: { $1.update(from: weightsTangent, count: measurementCount) }, into: tangent)
  }

  public func prepare(
    _ point: PreparedPoint, at parameters: UnsafePointer<Double>,
    weigh: (_ predictions: UnsafePointer<Double>, _ weights: UnsafeMutablePointer<Double>) -> Void
  ) {
    take(point, at: parameters)
    weigh(point.predictions, point.weights)
    run(tangents, tangentSchedule, .weights)
    point.preparation = preparation
  }

  public func tangentAgain(
    at point: PreparedPoint, direction: UnsafePointer<Double>,
    weigh: (_ derivatives: UnsafePointer<Double>, _ weightsTangent: UnsafeMutablePointer<Double>) -> Void,
    into tangent: UnsafeMutablePointer<Double>
  ) {
    guard let parameters = point.parameters else { return }
    // Another derivative of second order may have come between.
    if point.preparation != preparation { prepare(point, at: parameters) { _, _ in } }
    tangents.set(.direction, direction)
    tangents.set(.derivatives, point.derivatives)
    tangents.set(.weightsTangent, point.weightsTangent)
    tangents.set(.result, tangent)
    run(tangents, tangentSchedule, .direction)
    weigh(point.derivatives, point.weightsTangent)
    run(tangents, tangentSchedule, .tangents)
  }

  /// Runs what needs neither weights nor a direction, with results in the point's own memory.
  private func take(_ point: PreparedPoint, at parameters: UnsafePointer<Double>) {
    preparation += 1
    point.move(to: parameters)
    tangents.set(.parameters, parameters)
    tangents.set(.predictions, point.predictions)
    tangents.set(.weights, point.weights)
    run(tangents, tangentSchedule, .parameters)
  }

  /// Fills every intermediate result with NaN and computes the constant ones again, for tests.
  package func poison() {
    gradients.poison()
    tangents.poison()
    run(gradients, gradientSchedule, .constants)
    run(tangents, tangentSchedule, .constants)
  }
}

extension Schedule.Output {
  /// The same for another node.
  func at(_ node: Program.ID) -> Schedule.Output { Schedule.Output(node: node, place: place, part: part) }
}
