/// The solution within the last accepted step of an ``Engine``, read from what the step left behind: nothing is evaluated, and nothing
/// is copied but the state at the end.
final class StepInterior {
  /// What the last step was.
  enum Last {
    case none
    case step
    /// Along the derivative at the start.
    case nudge
  }

  let step: any DenseStep
  let dimension: Int
  let start: UnsafePointer<Double>
  let first: UnsafePointer<Double>
  let last: UnsafePointer<Double>
  let end: UnsafeMutablePointer<Double>
  private var scratch: UnsafeMutablePointer<Double>?
  var kind = Last.none
  var h = 0.0
  private var knowsDerivative = false

  /// - Parameters:
  ///   - start: where the state at the start of a step stays during and after it.
  ///   - first: where F at the start stays likewise.
  ///   - last: where F at the end is left.
  init(
    _ step: any DenseStep, dimension: Int, start: UnsafePointer<Double>, first: UnsafePointer<Double>,
    last: UnsafePointer<Double>
  ) {
    self.step = step
    self.dimension = dimension
    (self.start, self.first, self.last) = (start, first, last)
    end = .allocate(capacity: dimension)
    end.initialize(repeating: 0, count: dimension)
  }

  deinit {
    end.deallocate()
    scratch?.deallocate()
  }

  /// F at the last accepted state.
  var derivative: UnsafePointer<Double>? { knowsDerivative ? last : nil }

  /// Integrates rates from here on.
  func integrate(_ integrals: RateIntegrals) { step.quadrature = step.makeQuadrature(integrals) }

  /// Begins a step.
  func begin() { step.quadrature?.begin() }

  /// Takes a trial as accepted.
  func accept(from time: Double, step h: Double, state: UnsafePointer<Double>) {
    (kind, self.h, knowsDerivative) = (.step, h, true)
    end.update(from: state, count: dimension)
    step.settle(step: h, from: start, to: state)
    step.quadrature?.accept(from: time, step: h, errorFactor: step.integralErrorFactor(h))
  }

  /// Takes note that F was just evaluated at the start of an Euler step.
  func beginNudge(_ time: Double, _ state: UnsafePointer<Double>) { step.quadrature?.first(time, state) }

  /// Takes an Euler step as done.
  func acceptNudge(step h: Double, state: UnsafePointer<Double>) {
    (kind, self.h, knowsDerivative) = (.nudge, h, false)
    end.update(from: state, count: dimension)
    step.quadrature?.nudge(step: h)
  }

  /// Takes a step as failed: the state stays where it was.
  func fail() {
    kind = .none
    end.update(from: start, count: dimension)
  }

  /// Takes the last step as failed after all.
  func undo() {
    if kind != .none { step.quadrature?.integrals.undo() }
    fail()
  }

  /// From here on the state may be another.
  func reset() {
    knowsDerivative = false
    step.quadrature?.reset()
  }

  /// Writes the integrals up to θ; after a step that failed, those so far.
  func integrals(_ theta: Double, into values: UnsafeMutablePointer<Double>) {
    step.quadrature?.integrals.values(kind == .none ? 1 : theta, into: values)
  }

  var table: Continuation { kind == .nudge ? .linear : step.continuation }

  /// result = base + Σ weights[i] kᵢ over the rows of the table.
  private func combine(
    _ weights: UnsafePointer<Double>, base: UnsafePointer<Double>?, into result: UnsafeMutablePointer<Double>
  ) {
    let rows = table.rows
    withUnsafeTemporaryAllocation(of: UnsafePointer<Double>?.self, capacity: rows + 1) { vectors in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: rows) { used in
        var count = 0
        for i in 0..<rows where weights[i] != 0 {
          let vector = kind == .nudge ? first : step.derivative(row: i, first: first, last: last)
          guard let vector else { continue }
          vectors[count] = vector
          used[count] = weights[i]
          count += 1
        }
        vectors[rows] = base
        VectorLoops.combine(
          count: dimension, UnsafeBufferPointer(rebasing: vectors[..<count]), weights: UnsafeBufferPointer(used),
          bases: UnsafeBufferPointer(rebasing: vectors[rows...]), into: result)
      }
    }
  }

  /// Writes u(θ); see ``StepEngine/interpolate(_:into:)``.
  func interpolate(_ theta: Double, into state: UnsafeMutablePointer<Double>) {
    if kind == .none || theta >= 1 { return state.update(from: end, count: dimension) }
    if theta <= 0 { return state.update(from: start, count: dimension) }
    withUnsafeTemporaryAllocation(of: Double.self, capacity: table.rows) { weights in
      guard let weights = weights.baseAddress else { return }
      let isFromEnd = table.weightsFromNearerEnd(theta, into: weights)
      for i in 0..<table.rows { weights[i] *= h }
      combine(weights, base: isFromEnd ? UnsafePointer(end) : start, into: state)
    }
  }

  /// Writes u′(θ).
  func slope(_ theta: Double, into derivative: UnsafeMutablePointer<Double>) {
    if kind == .none { return derivative.update(repeating: 0, count: dimension) }
    withUnsafeTemporaryAllocation(of: Double.self, capacity: table.rows) { weights in
      guard let weights = weights.baseAddress else { return }
      table.weights(theta, derivative: 1, into: weights)
      combine(weights, base: nil, into: derivative)
    }
  }

  /// The norm of the null rule's value, times the method's factor.
  var error: Double {
    guard kind == .step else { return 0 }
    let scratch = self.scratch ?? .allocate(capacity: dimension)
    self.scratch = scratch
    table.stateNull.withUnsafeBufferPointer { null in
      if let null = null.baseAddress { combine(null, base: nil, into: scratch) }
    }
    return table.errorFactor * abs(h) * BLAS.norm2(count: dimension, scratch)
  }
}
