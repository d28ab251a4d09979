/// The latest states and derivatives of a multistep method, stored whole, so that the linear part may change between any
/// two steps. Slot numbers stay with an entry as long as it is kept.
final class AdamsHistory {
  /// Entries kept.
  static let capacity = StepPolynomials.capacity + 1

  let dimension: Int
  /// Slots in use, newest first.
  private(set) var order: [Int] = []
  private(set) var times = [Double](repeating: 0, count: capacity + 1)
  private let storage: UnsafeMutablePointer<Double>
  private var free: [Int]

  init(dimension: Int) {
    self.dimension = dimension
    let count = 2 * (AdamsHistory.capacity + 1) * dimension
    // Every slot is written before it is read, and a slot that is never used takes no memory.
    storage = .allocate(capacity: count)
    free = Array((0...AdamsHistory.capacity).reversed())
    order.reserveCapacity(AdamsHistory.capacity + 1)
  }

  deinit { storage.deallocate() }

  /// The slot that the next ``push(time:)`` will use; its contents may be written before.
  var nextSlot: Int { free[free.count - 1] }

  func state(_ slot: Int) -> UnsafeMutablePointer<Double> { storage + 2 * slot * dimension }

  func derivative(_ slot: Int) -> UnsafeMutablePointer<Double> { storage + (2 * slot + 1) * dimension }

  /// Makes the entry in ``nextSlot`` the newest and lets the oldest go if there are too many.
  func push(time: Double) {
    let slot = free.removeLast()
    times[slot] = time
    order.insert(slot, at: 0)
    if order.count > AdamsHistory.capacity { free.append(order.removeLast()) }
  }

  /// Takes an amount off all times.
  func shift(by amount: Double) {
    for slot in order { times[slot] -= amount }
  }

  func clear() {
    free.append(contentsOf: order)
    order.removeAll(keepingCapacity: true)
  }

  /// The newest slots whose times are at least `spacing` apart, at most `limit` of them: nodes that nearly coincide would
  /// only amplify rounding errors.
  func nodes(limit: Int, spacing: Double, into chosen: inout [Int]) {
    chosen.removeAll(keepingCapacity: true)
    for slot in order where chosen.count < limit {
      if let last = chosen.last, abs(times[last] - times[slot]) < spacing { continue }
      chosen.append(slot)
    }
  }
}
