/// Rows of rates at points of one step, and how they are weighted: what integrals over the step and within it are sums of.
struct RateRows {
  /// The most rows.
  static let capacity = 16

  /// The step, with its sign.
  var h = 0.0
  /// The weights.
  var table = Continuation.linear
  /// One row of all rates for every row of ``table``.
  let rows: UnsafeMutableBufferPointer<UnsafePointer<Double>?>
  private let moved: UnsafeMutableBufferPointer<UnsafePointer<Double>?>

  init() {
    rows = .allocate(capacity: 2 * RateRows.capacity)
    rows.initialize(repeating: nil)
    moved = UnsafeMutableBufferPointer(rebasing: rows[RateRows.capacity...])
  }

  func deallocate() { rows.deallocate() }

  /// results[o] = base + Σᵢ weights[o · rows + i] qᵢ over some of the rates, for one to four outputs of which only the first has a
  /// base.
  func combine(
    from place: Int, count: Int, weights: UnsafePointer<Double>, base: UnsafePointer<Double>? = nil,
    results: UnsafeBufferPointer<UnsafeMutablePointer<Double>?>
  ) {
    let terms = table.rows
    for i in 0..<terms { moved[i] = rows[i].map { $0 + place } }
    withUnsafeTemporaryAllocation(of: UnsafePointer<Double>?.self, capacity: 4) { bases in
      bases.initialize(repeating: nil)
      bases[0] = base
      VectorLoops.combine(
        count: count, UnsafeBufferPointer(rebasing: UnsafeBufferPointer(moved)[..<terms]),
        weights: UnsafeBufferPointer(start: weights, count: terms * results.count), bases: UnsafeBufferPointer(bases),
        results: results)
    }
  }
}
