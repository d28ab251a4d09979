/// A program with kinks, compiled twice: as it is, and with its kinks held on the sides that an integrator chooses (``hold(at:)``).
///
/// Held, it is smooth, so that a step across a kink is as long as any; whoever holds it has to say where the signs change
/// (``values(_:into:)``), and chooses the side from there on. Where the flow drives a kink's argument back to 0 from both sides, it slides
/// along the kink: the side is then the number σ between −1 and 1 with which the argument stays at 0 (``Sliding``).
package final class SwitchedEvaluator: Evaluator {
  /// Above this many kinks they come so close together that steps from one to the next are no gain.
  static let most = 4096

  package let parameterCount: Int
  package let measurementCount: Int
  /// Entries whose signs matter.
  package let count: Int

  /// The program as it is.
  private let free: ProgramEvaluator
  private let program: SwitchedProgram
  private(set) var held: Held?
  /// Kinks that the flow slides along.
  package internal(set) var sliding: [Sliding] = []
  /// What the flow multiplies derivatives with, parameter by parameter, for those who slide.
  var rates: [Double] = []

  /// What holding takes.
  struct Held {
    let evaluator: ProgramEvaluator
    let values: [ProgramValues]
    /// θ and behind it the sides; a direction and a result like these.
    let point, direction, result: Buffer<Double>
    let switchRates: Buffer<Double>
  }

  /// Predicts the entries of a node; nil for one without kinks, or with too many.
  ///
  /// - Throws: ``Refusal`` as ``ProgramEvaluator`` does.
  package init?(_ source: Program, predictions node: Program.ID) throws(Refusal) {
    guard let program = try SwitchedProgram(source, of: node), program.count <= Self.most else { return nil }
    self.program = program
    free = try ProgramEvaluator(source, predictions: node)
    parameterCount = free.parameterCount
    measurementCount = free.measurementCount
    count = program.count
  }

  /// Whether the kinks are held.
  package var isHeld: Bool { held != nil }

  /// Holds every kink on the side where it is at θ; at 0 on the side whose slope relu has there.
  ///
  /// - Parameter rates: what the flow multiplies derivatives with, parameter by parameter.
  /// - Returns: false where the program with held kinks does not fit into memory.
  package func hold(at parameters: UnsafePointer<Double>, rates: [Double]) -> Bool {
    guard let held = try? makeHeld() else { return false }
    self.held = held
    self.rates = rates
    sliding = []
    // Kinks of later layers depend on the sides of earlier ones.
    let found = Buffer<Double>(count: count)
    for switches in program.switches {
      values(parameters, into: found.pointer)
      for k in switches.offset..<switches.offset + switches.count { setSide(k, found.pointer[k] > 0 ? 1 : -1) }
    }
    return true
  }

  /// Goes back to the program as it is.
  package func release() {
    held = nil
    sliding = []
  }

  private func makeHeld() throws(Refusal) -> Held {
    let all = program.program.layout.count
    var values: [ProgramValues] = []
    for switches in program.switches { values.append(try ProgramValues(program.program, of: switches.argument)) }
    return Held(
      evaluator: try ProgramEvaluator(program.program, predictions: program.output), values: values,
      point: Buffer(count: all), direction: Buffer(count: all), result: Buffer(count: all),
      switchRates: Buffer(count: count))
  }

  /// σ of an entry: −1, 1, or between them where the flow slides.
  package func side(_ k: Int) -> Double { held.map { $0.point.pointer[parameterCount + k] } ?? 0 }

  /// Chooses a side.
  package func setSide(_ k: Int, _ side: Double) { held?.point.pointer[parameterCount + k] = side }

  /// Writes the numbers whose signs matter.
  package func values(_ parameters: UnsafePointer<Double>, into values: UnsafeMutablePointer<Double>) {
    guard let held else { return }
    held.point.pointer.update(from: parameters, count: parameterCount)
    for (switches, own) in zip(program.switches, held.values) {
      own.write(held.point.pointer, into: values + switches.offset)
    }
  }

  /// Writes how they move when θ moves in a direction.
  package func derivatives(
    _ parameters: UnsafePointer<Double>, direction: UnsafePointer<Double>,
    into derivatives: UnsafeMutablePointer<Double>
  ) {
    guard let held else { return }
    held.point.pointer.update(from: parameters, count: parameterCount)
    held.direction.pointer.update(from: direction, count: parameterCount)
    for (switches, own) in zip(program.switches, held.values) {
      own.writeDerivatives(
        held.point.pointer, direction: held.direction.pointer, into: derivatives + switches.offset)
    }
  }

  // MARK: Evaluator

  package func predict(_ parameters: UnsafePointer<Double>, into predictions: UnsafeMutablePointer<Double>) {
    guard let held else { return free.predict(parameters, into: predictions) }
    held.point.pointer.update(from: parameters, count: parameterCount)
    held.evaluator.predict(held.point.pointer, into: predictions)
  }

  package func predictAndPullback(
    _ parameters: UnsafePointer<Double>,
    weigh: (_ predictions: UnsafePointer<Double>, _ weights: UnsafeMutablePointer<Double>) -> Void,
    into gradient: UnsafeMutablePointer<Double>
  ) {
    guard let held else { return free.predictAndPullback(parameters, weigh: weigh, into: gradient) }
    if !sliding.isEmpty { balance(parameters, weigh) }
    held.point.pointer.update(from: parameters, count: parameterCount)
    held.evaluator.predictAndPullback(held.point.pointer, weigh: weigh, into: held.result.pointer)
    gradient.update(from: held.result.pointer, count: parameterCount)
  }

  package func pushforward(
    _ parameters: UnsafePointer<Double>, direction: UnsafePointer<Double>,
    into derivatives: UnsafeMutablePointer<Double>
  ) {
    guard let held else { return free.pushforward(parameters, direction: direction, into: derivatives) }
    held.point.pointer.update(from: parameters, count: parameterCount)
    held.direction.pointer.update(from: direction, count: parameterCount)
    held.evaluator.pushforward(held.point.pointer, direction: held.direction.pointer, into: derivatives)
  }

  package func pullbackTangent(
    _ parameters: UnsafePointer<Double>, weights: UnsafePointer<Double>, direction: UnsafePointer<Double>,
    weightsTangent: UnsafePointer<Double>, into tangent: UnsafeMutablePointer<Double>
  ) {
    guard let held else {
      return free.pullbackTangent(
        parameters, weights: weights, direction: direction, weightsTangent: weightsTangent, into: tangent)
    }
    held.point.pointer.update(from: parameters, count: parameterCount)
    held.direction.pointer.update(from: direction, count: parameterCount)
    held.evaluator.pullbackTangent(
      held.point.pointer, weights: weights, direction: held.direction.pointer, weightsTangent: weightsTangent,
      into: held.result.pointer)
    tangent.update(from: held.result.pointer, count: parameterCount)
  }

  package func prepare(
    _ point: PreparedPoint, at parameters: UnsafePointer<Double>,
    weigh: (_ predictions: UnsafePointer<Double>, _ weights: UnsafeMutablePointer<Double>) -> Void
  ) {
    if held == nil { return free.prepare(point, at: parameters, weigh: weigh) }
    point.move(to: parameters)
    predict(parameters, into: point.predictions)
    weigh(point.predictions, point.weights)
  }

  package func tangentAgain(
    at point: PreparedPoint, direction: UnsafePointer<Double>,
    weigh: (_ derivatives: UnsafePointer<Double>, _ weightsTangent: UnsafeMutablePointer<Double>) -> Void,
    into tangent: UnsafeMutablePointer<Double>
  ) {
    if held == nil { return free.tangentAgain(at: point, direction: direction, weigh: weigh, into: tangent) }
    guard let parameters = point.parameters else { return }
    pushforward(parameters, direction: direction, into: point.derivatives)
    weigh(point.derivatives, point.weightsTangent)
    pullbackTangent(
      parameters, weights: point.weights, direction: direction, weightsTangent: point.weightsTangent, into: tangent)
  }
}
