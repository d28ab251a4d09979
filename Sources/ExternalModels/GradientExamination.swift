import GSLBridge
import Models

/// Whether a program's gradient is that of its value, by central differences, and whether it is a function of θ at all.
///
/// Differences are taken along directions of random signs at a ladder of steps; the two steps that agree best tell both the derivative and how
/// well it is known. The gradient is wrong where it departs by far more than that, at θ and at places near it: exactly on a kink no difference
/// tells a derivative.
struct GradientExamination: ~Copyable {
  private let program: ExternalProgram
  private let count: Int
  private let memory: Buffer<Double>
  private let center: UnsafeMutablePointer<Double>
  private let gradient: UnsafeMutablePointer<Double>
  private let direction: UnsafeMutablePointer<Double>
  private let moved: UnsafeMutablePointer<Double>
  private let other: UnsafeMutablePointer<Double>
  private var stream = RandomStream(seed: 1, name: "examination")

  /// Part by which two answers to the same question may differ: threads may sum in another order.
  static let repeatability = 1e-12
  /// Part of ‖∇f‖ that a derivative along a direction of unit length may be wrong by, whatever the differences say.
  static let leastDeparture = 1e-6
  /// How many times the differences' own error a departure must be.
  static let certainty = 30.0
  /// Part of a value that its sums may have lost.
  static let rounding = 256 * Double.ulpOfOne
  /// Part of a product of the Hessian that it may differ by from a plain difference of gradients.
  static let productDeparture = 1e-3
  /// Places looked at before a gradient is called wrong.
  static let places = 3
  /// Directions at each place.
  static let directions = 2
  /// The longest step, beside the size of θ, and the quotient of one step to the next.
  static let (longestStep, quotient, steps) = (1e-2, 6.0, 7)

  init(_ program: ExternalProgram) {
    self.program = program
    count = program.parameterCount
    memory = Buffer(count: 5 * count)
    center = memory.pointer
    gradient = center + count
    direction = gradient + count
    moved = direction + count
    other = moved + count
  }

  /// - Throws: the program's failure, which is noted as such, so that nothing else is asked of it.
  mutating func run(at parameters: UnsafePointer<Double>) throws {
    guard !program.notesExamination(of: parameters) else { return }
    center.update(from: parameters, count: count)
    let size = scale()
    let value = try ask(center, gradient)
    let again = try ask(center, other)
    guard abs(value - again) <= Self.repeatability * abs(value) || !(value.isFinite && again.isFinite) else {
      throw refuse(
        "gives different values for the same parameters: \(value), then \(again)", "use no random numbers, and no state"
      )
    }
    let largest = (0..<count).reduce(0) { max($0, abs(gradient[$1])) }
    if let k = (0..<count).first(where: { abs(gradient[$0] - other[$0]) > Self.repeatability * largest }) {
      throw refuse(
        "gives different derivatives by \(program.name(ofEntry: k)) for the same parameters: \(gradient[k]), then \(other[k])",
        "use no random numbers, and no state")
    }
    guard value.isFinite else { return }
    var worst: (claimed: Double, found: Double)?
    for place in 0..<Self.places {
      if place > 0 {
        for k in 0..<count { center[k] = parameters[k] + 1e-3 * size * stream.gaussian() }
        guard try ask(center, gradient).isFinite else { return }
      }
      guard let departure = try departure(size) else { return try examineProducts(size) }
      worst = worst ?? departure
    }
    guard let worst else { return }
    throw refuse(
      "gives a gradient that is not its value's: along a random direction it says \(worst.claimed), differences of values \(worst.found)",
      "return the derivatives of the value that is returned, by every parameter")
  }

  /// A direction along which gradient and differences depart at the center; nil where they agree, or differences tell nothing.
  private mutating func departure(_ size: Double) throws -> (claimed: Double, found: Double)? {
    var norm = 0.0
    for k in 0..<count { norm += gradient[k] * gradient[k] }
    norm = norm.squareRoot()
    for _ in 0..<Self.directions {
      let length = 1 / Double(count).squareRoot()
      var claimed = 0.0
      for k in 0..<count {
        direction[k] = stream.uniform() < 0.5 ? -length : length
        claimed += gradient[k] * direction[k]
      }
      guard let (found, error) = try difference(size, claimed, Self.leastDeparture * norm) else { continue }
      if abs(claimed - found) > max(Self.leastDeparture * max(norm, abs(found)), Self.certainty * error) {
        return (claimed, found)
      }
    }
    return nil
  }

  /// The derivative along the direction by Richardson's extrapolation of differences, and about how well it is known; nil as soon as one is
  /// what was claimed, or where none tells anything.
  private mutating func difference(
    _ size: Double, _ claimed: Double, _ slack: Double
  ) throws -> (value: Double, error: Double)? {
    var levels: [(value: Double, error: Double)] = []
    var before: (quotient: Double, extrapolated: Double?)?
    var step = Self.longestStep * size * Double(count).squareRoot()
    for _ in 0..<Self.steps {
      defer { step /= Self.quotient }
      for k in 0..<count { moved[k] = center[k] + step * direction[k] }
      let above = try ask(moved, other)
      for k in 0..<count { moved[k] = center[k] - step * direction[k] }
      let below = try ask(moved, other)
      guard above.isFinite, below.isFinite else {
        before = nil
        continue
      }
      let quotient = (above - below) / (2 * step)
      var extrapolated: Double?
      if let before {
        let square = Self.quotient * Self.quotient
        let own = (square * quotient - before.quotient) / (square - 1)
        extrapolated = own
        if abs(own - claimed) <= slack { return nil }
        if let earlier = before.extrapolated {
          let rounding = Self.rounding * max(abs(above), abs(below)) / step
          levels.append((own, abs(own - earlier) + rounding))
        }
      }
      before = (quotient, extrapolated)
    }
    // Noise grows as steps shrink: two levels that agree by chance are told from others by the next ones, which do not.
    var best: (value: Double, error: Double)?
    var noise = 0.0
    for level in levels.reversed() {
      noise = max(level.error, noise / Self.quotient)
      if noise < best?.error ?? .infinity { best = (level.value, noise) }
    }
    return best
  }

  /// Throws where the program's products of the Hessian are not differences of its gradients, which is looked at once.
  private mutating func examineProducts(_ size: Double) throws {
    guard program.offersProducts, program.examinesProducts() else { return }
    var worst: (claimed: Double, found: Double)?
    for place in 0..<Self.places {
      if place > 0 { for k in 0..<count { center[k] += 1e-3 * size * stream.gaussian() } }
      for k in 0..<count { direction[k] = stream.uniform() < 0.5 ? -1 : 1 }
      let step = 1e-4 * size
      for k in 0..<count { moved[k] = center[k] + step * direction[k] }
      guard try ask(moved, gradient).isFinite else { return }
      for k in 0..<count { moved[k] = center[k] - step * direction[k] }
      guard try ask(moved, other).isFinite else { return }
      program.product(center, direction, into: moved)
      if let failure = program.failure { throw failure }
      var (departure, claimed, found, noise) = (0.0, 0.0, 0.0, 0.0)
      for k in 0..<count {
        let quotient = (gradient[k] - other[k]) / (2 * step)
        departure += (moved[k] - quotient) * (moved[k] - quotient)
        claimed += moved[k] * moved[k]
        found += quotient * quotient
        noise = max(noise, abs(gradient[k]))
      }
      let bound = Self.productDeparture * max(claimed, found).squareRoot() + Self.rounding * noise / step
      if departure.squareRoot() <= bound { return }
      worst = worst ?? (claimed.squareRoot(), found.squareRoot())
    }
    guard let worst else { return }
    throw refuse(
      "gives products of the Hessian that are not differences of its gradients: of norm \(worst.claimed) and \(worst.found)",
      "mend hvp, or leave it out")
  }

  /// The size of θ beside which steps are short: root mean square, and no less than what a start of usual size has.
  private func scale() -> Double {
    var sum = 0.0
    for k in 0..<count { sum += center[k] * center[k] }
    return max((sum / Double(count)).squareRoot(), 0.01)
  }

  private func ask(_ parameters: UnsafePointer<Double>, _ result: UnsafeMutablePointer<Double>) throws -> Double {
    let value = program.gradient(parameters, into: result)
    if let failure = program.failure { throw failure }
    return value
  }

  private func refuse(_ problem: String, _ remedy: String) -> any Error {
    let failure = ProgramFailure(program.words.text, problem, remedy: remedy)
    program.fail(failure)
    return failure
  }
}
