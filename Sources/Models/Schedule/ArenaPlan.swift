/// Places arrays in one block of memory so that those needed at the same time do not meet: best fit, in the order of need.
struct ArenaPlan {
  /// An array and the first and last step that needs it.
  struct Lifetime {
    let count: Int
    let first: Int
    let last: Int
  }

  /// One offset an array.
  private(set) var offsets: [Int]
  /// Numbers the block needs.
  private(set) var count = 0
  private var free: [Range<Int>] = []

  /// - Parameter lifetimes: in the order of their first step.
  init(_ lifetimes: [Lifetime]) {
    offsets = Array(repeating: 0, count: lifetimes.count)
    var ends: [Int: [Int]] = [:]
    for (number, lifetime) in lifetimes.enumerated() { ends[lifetime.last, default: []].append(number) }
    var nextStep = 0
    for (number, lifetime) in lifetimes.enumerated() {
      while nextStep < lifetime.first {
        for ended in ends[nextStep] ?? [] {
          release(offsets[ended]..<offsets[ended] + Self.padded(lifetimes[ended].count))
        }
        nextStep += 1
      }
      offsets[number] = take(Self.padded(lifetime.count))
    }
  }

  /// Whole cache lines.
  private static func padded(_ count: Int) -> Int { (max(count, 1) + 7) / 8 * 8 }

  private mutating func take(_ size: Int) -> Int {
    let fitting = free.indices.filter { free[$0].count >= size }
    if let best = fitting.min(by: { free[$0].count < free[$1].count }) {
      let start = free[best].lowerBound
      free[best] = (start + size)..<free[best].upperBound
      if free[best].isEmpty { free.remove(at: best) }
      return start
    }
    // The last gap grows.
    if let last = free.last, last.upperBound == count {
      free.removeLast()
      count = last.lowerBound + size
      return last.lowerBound
    }
    count += size
    return count - size
  }

  private mutating func release(_ range: Range<Int>) {
    var position = free.firstIndex { $0.lowerBound > range.lowerBound } ?? free.count
    var range = range
    if position < free.count, free[position].lowerBound == range.upperBound {
      range = range.lowerBound..<free[position].upperBound
      free.remove(at: position)
    }
    if position > 0, free[position - 1].upperBound == range.lowerBound {
      range = free[position - 1].lowerBound..<range.upperBound
      position -= 1
      free.remove(at: position)
    }
    free.insert(range, at: position)
  }
}
