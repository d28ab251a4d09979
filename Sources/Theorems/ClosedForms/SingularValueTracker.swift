import GSLBridge

/// Follows singular values by continuity of their vectors rather than by size, and remembers how close neighbours came.
///
/// The analytic singular values of a flow may cross, where the sorted ones exchange their slopes; laws with singular vectors
/// are meaningful as long as no gap closes.
public struct SingularValueTracker: Sendable {
  /// The smallest (σ_r − σ_{r+1})/σ_1 among the states seen; infinite for a single singular value.
  public private(set) var smallestGap = Double.infinity
  /// r of that gap.
  public private(set) var gapIndex = 0
  /// The time it was seen.
  public private(set) var gapTime = 0.0
  /// How often two followed values changed places in the order of size.
  public private(set) var exchanges = 0
  /// The sorted position of each followed value at the last state.
  public private(set) var order: [Int] = []
  private var frames: (u: Matrix, v: Matrix)?

  /// A tracker that has seen no state.
  public init() {}

  /// Takes note of a state's decomposition and returns the followed singular values: entry r continues entry r of the state
  /// before.
  ///
  /// - Parameter count: how many, the largest at each state, are followed; nil follows all. The gap below the last counts.
  public mutating func follow(_ svd: SVD, time: Double, count: Int? = nil) -> [Double] {
    let all = svd.singularValues
    let count = min(count ?? all.count, all.count)
    let values = Array(all.prefix(count))
    let (u, v) = (svd.u.leadingColumns(count), svd.v.leadingColumns(count))
    if let first = all.first, first > 0 {
      for r in 0..<min(count, all.count - 1) where (all[r] - all[r + 1]) / first < smallestGap {
        smallestGap = (all[r] - all[r + 1]) / first
        gapIndex = r
        gapTime = time
      }
    }
    guard let frames else {
      self.frames = (u, v)
      order = Array(values.indices)
      return values
    }
    // The strongest overlaps |⟨u, u′⟩⟨v, v′⟩| are matched first.
    let overlapU = frames.u.transposed * u
    let overlapV = frames.v.transposed * v
    var pairs: [(overlap: Double, before: Int, now: Int)] = []
    for a in values.indices {
      for b in values.indices { pairs.append((abs(overlapU[a, b] * overlapV[a, b]), a, b)) }
    }
    let strongest = Ordering.positions(pairs.count) { pairs[$0].overlap > pairs[$1].overlap }
    var next = [Int?](repeating: nil, count: values.count)
    var isTaken = [Bool](repeating: false, count: values.count)
    for position in strongest {
      let pair = pairs[position]
      guard next[pair.before] == nil, !isTaken[pair.now] else { continue }
      next[pair.before] = pair.now
      isTaken[pair.now] = true
    }
    for (a, b) in next.enumerated() where (b ?? a) > a { exchanges += 1 }
    order = order.map { next[$0] ?? $0 }
    self.frames = (u, v)
    return order.map { values[$0] }
  }
}
