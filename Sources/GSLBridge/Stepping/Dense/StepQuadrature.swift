/// How a method integrates rates: the rows it writes while a step is tried become part of the integrals once the step is accepted, and
/// are overwritten by the next trial otherwise.
protocol StepQuadrature: AnyObject {
  var integrals: RateIntegrals { get }
  /// Begins a step, not a trial.
  func begin()
  /// Writes the rates at the start of a trial where they are not known yet: F has just been evaluated there.
  func first(_ time: Double, _ state: UnsafePointer<Double>)
  /// Writes a row of the trial.
  func write(_ row: Int, _ time: Double, _ state: UnsafePointer<Double>)
  /// Takes the latest trial as accepted, and its error estimate times a factor.
  func accept(from time: Double, step h: Double, errorFactor: Double)
  /// Takes an Euler step as done, with the rates at its start.
  func nudge(step h: Double)
  /// Forgets what belongs to earlier states, but not the integrals.
  func reset()
  /// Takes an amount off the times it remembers.
  func shift(by amount: Double)
}

/// Integration by the stages of a Runge-Kutta method: of its order, along the numerical solution, from the evaluations made anyway.
///
/// Row 0 holds the rates at the start of the step and the last row those at its end, which is the next step's first.
final class StageQuadrature: StepQuadrature {
  let integrals: RateIntegrals
  private let table: Continuation
  private let storage: UnsafeMutablePointer<Double>
  private var rows: [UnsafeMutablePointer<Double>]
  private var knowsFirst = false
  private var lastIsFirst = false

  init(_ integrals: RateIntegrals, _ table: Continuation) {
    self.integrals = integrals
    self.table = table
    let count = max(1, integrals.count)
    storage = .allocate(capacity: table.rows * count)
    storage.initialize(repeating: 0, count: table.rows * count)
    rows = (0..<table.rows).map { [storage] in storage + $0 * count }
  }

  deinit { storage.deallocate() }

  func begin() {
    // Only now, as integrals within the step before were still to be had.
    if lastIsFirst { rows.swapAt(0, rows.count - 1) }
    lastIsFirst = false
  }

  func first(_ time: Double, _ state: UnsafePointer<Double>) {
    if knowsFirst { return }
    integrals.rates.write(time, state, into: rows[0])
    knowsFirst = true
  }

  func write(_ row: Int, _ time: Double, _ state: UnsafePointer<Double>) {
    integrals.rates.write(time, state, into: rows[row])
  }

  func accept(from time: Double, step h: Double, errorFactor: Double) {
    integrals.last.table = table
    for (i, row) in rows.enumerated() { integrals.last.rows[i] = UnsafePointer(row) }
    integrals.advance(step: h)
    lastIsFirst = true
  }

  func nudge(step h: Double) {
    integrals.last.table = .linear
    integrals.last.rows[0] = UnsafePointer(rows[0])
    integrals.advance(step: h)
  }

  func reset() { (knowsFirst, lastIsFirst) = (false, false) }

  func shift(by amount: Double) {}
}
