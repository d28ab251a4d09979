/// Integration by the polynomial through the rates at the latest accepted states, the new one included: the Adams-Moulton rule of
/// variable step, one row a step. For methods whose stages are worth nothing by themselves.
///
/// With k earlier states, k the method's order, the rule is of order k + 1; the estimate is its difference to the rule with two more.
/// Source: L. F. Shampine, M. K. Gordon, *Computer Solution of Ordinary Differential Equations*, Freeman 1975.
final class HistoryQuadrature: StepQuadrature {
  /// The largest Σ|bᵢ| of a rule.
  private static let amplification = 100.0
  /// Rows kept, besides the one being written.
  private static let capacity = StepPolynomials.capacity + 2

  let integrals: RateIntegrals
  /// The number of earlier states used where there are as many.
  var order: Int
  private let storage: UnsafeMutablePointer<Double>
  private let count: Int
  private var polynomials = StepPolynomials()
  /// Rows in use, newest first.
  private var used: [Int] = []
  private var free: [Int]
  private var times: [Double]
  private var chosen: [Int] = []
  private var nodes: [Double] = []

  init(_ integrals: RateIntegrals, order: Int) {
    self.integrals = integrals
    self.order = order
    count = integrals.count
    // The last row is that of an Euler step's start, which must outlast the history.
    storage = .allocate(capacity: max(1, (HistoryQuadrature.capacity + 2) * count))
    free = Array((0...HistoryQuadrature.capacity).reversed())
    times = [Double](repeating: 0, count: HistoryQuadrature.capacity + 1)
    used.reserveCapacity(HistoryQuadrature.capacity + 1)
  }

  deinit { storage.deallocate() }

  private func row(_ slot: Int) -> UnsafeMutablePointer<Double> { storage + slot * count }

  private func push(_ time: Double) {
    let slot = free.removeLast()
    times[slot] = time
    used.insert(slot, at: 0)
    if used.count > HistoryQuadrature.capacity { free.append(used.removeLast()) }
  }

  func begin() {}

  func first(_ time: Double, _ state: UnsafePointer<Double>) {
    guard used.isEmpty else { return }
    write(0, time, state)
    push(time)
  }

  func write(_ row: Int, _ time: Double, _ state: UnsafePointer<Double>) {
    integrals.rates.write(time, state, into: self.row(free[free.count - 1]))
  }

  func accept(from time: Double, step h: Double, errorFactor: Double) {
    chosen.removeAll(keepingCapacity: true)
    nodes.removeAll(keepingCapacity: true)
    for slot in used where chosen.count < min(order + 2, StepPolynomials.capacity) {
      // Rows closer together than this part of the step would mostly contribute rounding errors.
      if let last = chosen.last, abs(times[last] - times[slot]) < 0.02 * abs(h) { continue }
      chosen.append(slot)
      nodes.append((times[slot] - time) / h)
    }
    polynomials.set(nodes: nodes)
    let (k, other) = orders
    integrals.last.table.interpolate(polynomials, order: k, compared: other, scale: errorFactor)
    let old = max(k, other)
    for i in 0..<old { integrals.last.rows[i] = UnsafePointer(row(chosen[i])) }
    integrals.last.rows[old] = UnsafePointer(row(free[free.count - 1]))
    integrals.advance(step: h)
    push(time + h)
  }

  /// How many earlier states the rule uses, and how many the one that it is compared with: the latter two more, but no more than are
  /// far enough apart for errors of the states not to be amplified; one less where there are none.
  private var orders: (Int, Int) {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: StepPolynomials.momentCount) { integrals in
      guard let integrals = integrals.baseAddress else { return (1, 0) }
      polynomials.integrals(into: integrals)
      func isTooMuch(_ order: Int) -> Bool {
        polynomials.amplification(order: order, integrals) > Self.amplification
      }
      var k = min(order, chosen.count)
      while k > 1 && isTooMuch(k) { k -= 1 }
      var other = min(k + 2, chosen.count)
      while other > k && isTooMuch(other) { other -= 1 }
      return (k, other > k ? other : k - 1)
    }
  }

  func nudge(step h: Double) {
    let start = row(HistoryQuadrature.capacity + 1)
    if let newest = used.first { start.update(from: row(newest), count: count) }
    integrals.last.table = .linear
    integrals.last.rows[0] = UnsafePointer(start)
    integrals.advance(step: h)
  }

  func reset() {
    free.append(contentsOf: used)
    used.removeAll(keepingCapacity: true)
  }

  func shift(by amount: Double) {
    for slot in used { times[slot] -= amount }
  }
}
