internal import CKernels

/// One sparse pattern of an ``EntryPlan`` at fixed addresses, with the observation at each of its positions.
final class KernelPattern {
  private let rows: Int
  private let starts: Buffer<Int32>
  private let columns: Buffer<Int32>
  private let observations: Buffer<Int32>

  init(_ pattern: EntryPlan.Pattern, observations: [Int32]) {
    rows = pattern.starts.count - 1
    starts = Buffer(pattern.starts)
    columns = Buffer(pattern.columns)
    self.observations = Buffer(observations)
  }

  private var flow: flow_pattern {
    flow_pattern(rows: Int64(rows), starts: starts.pointer, columns: columns.pointer)
  }

  /// sorted[p] = values[observation at p].
  func sort(_ values: UnsafePointer<Double>, into sorted: Buffer<Double>) {
    let (count, observations, sorted) = (observations.count, observations.pointer, sorted.pointer)
    for p in 0..<count { sorted[p] = values[Int(observations[p])] }
  }

  /// The observation at each position.
  var order: [Int32] { Array(UnsafeBufferPointer(start: observations.pointer, count: observations.count)) }

  /// Where the observation at each position is in another pattern.
  func places(in other: KernelPattern) -> [Int32] {
    var place = [Int32](repeating: 0, count: other.observations.count)
    for (p, observation) in other.order.enumerated() { place[Int(observation)] = Int32(p) }
    return order.map { place[Int($0)] }
  }

  /// values[observation at p] = sorted[p].
  func unsort(_ sorted: UnsafePointer<Double>, into values: UnsafeMutablePointer<Double>) {
    let (count, observations) = (observations.count, observations.pointer)
    for p in 0..<count { values[Int(observations[p])] = sorted[p] }
  }

  /// results[p] += ⟨rows[row of p], columns[column of p]⟩ over `width` columns, of rows `stride` numbers apart.
  func addSampledProducts(
    _ path: KernelPath, rows: UnsafePointer<Double>, columns: UnsafePointer<Double>, width: Int,
    stride: Int? = nil, results: UnsafeMutablePointer<Double>
  ) {
    withUnsafePointer(to: flow) {
      flow_sampled_products(path.rawValue, $0, rows, columns, Int64(width), Int64(stride ?? width), results)
    }
  }

  /// target[i] = (accumulate ? target[i] : 0) + Σ_p weights[p]·source[column of p] over the positions p of row i.
  func sum(
    _ path: KernelPath, weights: Buffer<Double>, source: UnsafePointer<Double>, width: Int, stride: Int? = nil,
    accumulate: Bool = false, target: UnsafeMutablePointer<Double>
  ) {
    withUnsafePointer(to: flow) {
      flow_weighted_sums(
        path.rawValue, $0, weights.pointer, source, Int64(width), Int64(stride ?? width), accumulate ? 1 : 0, target)
    }
  }
}

/// Numbers per observation, in the order of both patterns.
struct SortedValues {
  let byLeft: Buffer<Double>
  let byRight: Buffer<Double>

  init(count: Int) {
    byLeft = Buffer(count: count)
    byRight = Buffer(count: count)
  }
}
