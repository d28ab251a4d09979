import GSLBridge
import Models

/// Tells when a flow has come to rest as far as double precision can tell.
///
/// No entry's rate exceeds what moving the state by one unit in its last place makes of it; and either no residual exceeds what such a
/// move makes of it, so that there is nowhere to go, or over the last three quarters of the time no entry has moved by more than a few
/// such units. The first alone may be true of a saddle so flat that its escape begins below rounding but adds up; what is short of the
/// data and moves is therefore not at rest. The rates of a flow that has met them are rounding errors, which add up to steps that mean
/// nothing.
final class RestWatch {
  /// Units in the last place that an entry may have moved by.
  private static let movement = 8.0
  /// How often a rate may exceed the change that rounding its state makes.
  private static let rateNoise = 8.0
  /// How often a residual may.
  private static let residualNoise = 2.0
  /// The time by which the state is compared with itself grows by this factor.
  private static let span = 4.0
  private static let patterns = 4
  /// Residuals above this part of the largest target are no rounding errors, whatever the model: what spares most tests their evaluations.
  private static let farFromData = 1e-12

  private let field: any VectorField
  private let kept: Buffer<Double>
  private var keptTime = 0.0
  /// Evaluations that the tests have cost.
  private(set) var evaluations = 0

  init(_ field: any VectorField) {
    self.field = field
    kept = Buffer(count: field.leadingCount)
  }

  /// Begins to watch anew: the clock was started anew.
  func restart() { keptTime = 0 }

  /// Whether every rate is exactly 0, as at a start from 0.
  func isStationary(_ state: UnsafePointer<Double>) -> Bool {
    let rates = Buffer<Double>(count: field.dimension)
    evaluations += 1
    guard (try? field.evaluate(0, state, rates.pointer)) != nil else { return false }
    return (0..<field.leadingCount).allSatisfy { rates.pointer[$0] == 0 }
  }

  /// Whether the flow is at rest in the state it has reached at a time.
  func isAtRest(_ state: UnsafePointer<Double>, time: Double) -> Bool {
    guard keptTime == 0 || time >= Self.span * keptTime else { return false }
    defer {
      kept.pointer.update(from: state, count: field.leadingCount)
      keptTime = time
    }
    guard keptTime > 0 else { return false }
    let hasMoved = hasMoved(state)
    guard !hasMoved || isNearData(state),
      let noise = Noise(field, state, time, patterns: Self.patterns, &evaluations)
    else { return false }
    return noise.covers(rates: Self.rateNoise) && (!hasMoved || noise.covers(residuals: Self.residualNoise))
  }

  private func hasMoved(_ state: UnsafePointer<Double>) -> Bool {
    let kept = kept.pointer
    for i in 0..<field.leadingCount {
      let size = max(abs(state[i]), abs(kept[i]))
      if abs(state[i] - kept[i]) > Self.movement * size.ulp { return true }
    }
    return false
  }

  private func isNearData(_ state: UnsafePointer<Double>) -> Bool {
    let objective = field.objective
    guard objective.loss.vanishesAtTargets, objective.measurementCount > 0 else { return false }
    let residuals = Buffer<Double>(count: objective.measurementCount)
    objective.residuals(field.parameters(at: state), into: residuals.pointer)
    let room = Self.farFromData * objective.largestTarget
    return (0..<objective.measurementCount).allSatisfy { abs(residuals.pointer[$0]) <= room }
  }

  /// Rates and residuals at a state, and the largest of their changes when every entry is moved by one unit in its last place, by fixed
  /// patterns of signs.
  private struct Noise {
    private var rates: [Double]
    private var residuals: [Double] = []
    private var rateChanges: [Double]
    private var residualChanges: [Double] = []

    /// - Returns: nil where the field has no value.
    init?(
      _ field: any VectorField, _ state: UnsafePointer<Double>, _ time: Double, patterns: Int, _ evaluations: inout Int
    ) {
      let (n, count) = (field.dimension, field.leadingCount)
      let objective = field.objective
      let knowsResiduals = objective.loss.vanishesAtTargets && objective.measurementCount > 0
      let moved = Buffer<Double>(count: n)
      let found = Buffer<Double>(count: max(n, objective.measurementCount))
      moved.pointer.update(from: state, count: n)
      func read() -> (rates: [Double], residuals: [Double])? {
        evaluations += 1
        guard (try? field.evaluate(time, moved.pointer, found.pointer)) != nil else { return nil }
        let rates = Array(UnsafeBufferPointer(start: found.pointer, count: count))
        guard knowsResiduals else { return (rates, []) }
        objective.residuals(field.parameters(at: moved.pointer), into: found.pointer)
        return (rates, Array(UnsafeBufferPointer(start: found.pointer, count: objective.measurementCount)))
      }
      guard let own = read() else { return nil }
      (rates, residuals) = own
      rateChanges = [Double](repeating: 0, count: count)
      residualChanges = [Double](repeating: 0, count: residuals.count)
      for pattern in 0..<patterns {
        var signs = UInt64(pattern &+ 1) &* 0x9E37_79B9_7F4A_7C15
        for i in 0..<count {
          signs ^= signs << 13
          signs ^= signs >> 7
          signs ^= signs << 17
          moved.pointer[i] = signs & 1 == 0 ? state[i].nextUp : state[i].nextDown
        }
        guard let other = read() else { return nil }
        for i in rates.indices { rateChanges[i] = max(rateChanges[i], abs(other.rates[i] - rates[i])) }
        for k in residuals.indices {
          residualChanges[k] = max(residualChanges[k], abs(other.residuals[k] - residuals[k]))
        }
      }
    }

    func covers(rates factor: Double) -> Bool {
      zip(rates, rateChanges).allSatisfy { abs($0) <= factor * $1 }
    }

    func covers(residuals factor: Double) -> Bool {
      !residuals.isEmpty && zip(residuals, residualChanges).allSatisfy { abs($0) <= factor * $1 }
    }
  }
}
