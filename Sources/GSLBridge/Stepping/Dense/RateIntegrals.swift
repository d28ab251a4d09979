/// The integrals of rates along a solution, step by step, from rows of rates at points of the step: over the step
/// h Σ bᵢ qᵢ, up to θ h Σ bᵢ(θ)qᵢ, with h |Σ nᵢ qᵢ| as an estimate of the error, n the null rule. Where a rate has kinks, its branches
/// are smooth and integrated like the others, and their parts where the switch is negative besides.
///
/// The sums belong to no method: another may go on with them.
final class RateIntegrals {
  let rates: any StageRates
  /// How many rates there are, and how many integrals.
  let count: Int
  let total: Int
  /// Sums of the error estimates.
  let errors: UnsafeMutablePointer<Double>
  /// The last step; its table and rows are set before ``advance(step:)``.
  var last = RateRows()
  // At the start of the last step, and at its end.
  private var start: UnsafeMutablePointer<Double>
  private var end: UnsafeMutablePointer<Double>
  // Of the last step: the rates' integrals over it; scratch.
  private let increment: UnsafeMutablePointer<Double>
  private let scratch: UnsafeMutablePointer<Double>
  private let splits: [KinkSplit]
  private let signs: SignSamples

  init(_ rates: any StageRates) {
    self.rates = rates
    count = rates.count
    total = rates.integralCount
    let numbers = 3 * total + 3 * count
    errors = .allocate(capacity: max(1, numbers))
    errors.initialize(repeating: 0, count: numbers)
    (start, end) = (errors + total, errors + 2 * total)
    (increment, scratch) = (errors + 3 * total, errors + 3 * total + count)
    signs = SignSamples(width: rates.kinks.reduce(0) { max($0, $1.width) })
    var place = count
    var splits: [KinkSplit] = []
    for kink in rates.kinks {
      splits.append(KinkSplit(kink, place: place))
      place += kink.branches.count * kink.width
    }
    self.splits = splits
  }

  deinit {
    errors.deallocate()
    last.deallocate()
  }

  /// ``errors`` as a collection.
  var estimates: UnsafeBufferPointer<Double> { UnsafeBufferPointer(start: errors, count: total) }

  /// Adds a step of size h over the rows and with the weights of ``last``.
  func advance(step h: Double) {
    last.h = h
    (start, end) = (end, start)
    weigh(increment, scratch)
    let (start, end, increment, null, late, errors) = (start, end, increment, scratch, scratch + count, errors)
    for i in 0..<count {
      end[i] = start[i] + increment[i]
      null[i] = max(abs(null[i]), abs(late[i]))
      errors[i] += null[i]
    }
    if splits.isEmpty { return }
    signs.set(last.table)
    for split in splits {
      split.find(last, signs)
      split.add(1, last, smooth: increment, to: end, from: start)
      split.addErrors(null, to: errors)
    }
  }

  /// Goes back to the start of the last step. Its errors stay: they are estimates, and of a step that is about to be taken again.
  func undo() { swap(&start, &end) }

  /// The rates' integrals over the step, the null rule's values, and behind them those of the late rule.
  private func weigh(_ increment: UnsafeMutablePointer<Double>, _ null: UnsafeMutablePointer<Double>) {
    let (rows, h, late) = (last.table.rows, last.h, last.table.lateNull)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 3 * RateRows.capacity) { weights in
      for i in 0..<rows {
        weights[i] = h * last.table.end[i]
        weights[rows + i] = h * last.table.null[i]
        weights[2 * rows + i] = late.isEmpty ? 0 : h * late[i]
      }
      withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<Double>?.self, capacity: 3) { results in
        results[0] = increment
        results[1] = null
        results[2] = null + count
        guard let weights = weights.baseAddress else { return }
        last.combine(from: 0, count: count, weights: weights, results: UnsafeBufferPointer(results))
      }
    }
  }

  /// Writes the integrals up to t + θh.
  func values(_ theta: Double, into values: UnsafeMutablePointer<Double>) {
    if theta <= 0 || theta >= 1 { return values.update(from: theta <= 0 ? start : end, count: total) }
    let (start, increment, part) = (start, increment, scratch)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: last.table.rows) { weights in
      guard let weights = weights.baseAddress else { return }
      let isFromEnd = last.table.weightsFromNearerEnd(theta, into: weights)
      for i in 0..<last.table.rows { weights[i] *= last.h }
      var result: UnsafeMutablePointer<Double>? = part
      withUnsafePointer(to: &result) {
        last.combine(
          from: 0, count: count, weights: weights, base: isFromEnd ? UnsafePointer(increment) : nil,
          results: UnsafeBufferPointer(start: $0, count: 1))
      }
    }
    for i in 0..<count { values[i] = start[i] + part[i] }
    for split in splits { split.add(theta, last, smooth: part, to: values, from: start) }
  }
}
