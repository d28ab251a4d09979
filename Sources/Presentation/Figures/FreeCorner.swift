import Verdicts

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Where within a pair of axes a legend would lie on no curve.
struct FreeCorner {
  /// The curves as chains of points, from 0 to 1 across the axes and upwards.
  private let chains: [[(x: Double, y: Double)]]

  init(_ data: FigureData, _ figure: Figure) {
    let (xs, ys) = (data.series.flatMap(\.x), data.series.flatMap(\.y))
    let x = Self.scale(xs, FigureLayout.range(xs, isLog: figure.logX), isLog: figure.logX)
    let heights =
      figure.logY ? FigureLayout.ordinates(ys) ?? Self.decades(ys) : FigureLayout.range(ys, isLog: false)
    let y = Self.scale(ys, heights, isLog: figure.logY)
    chains = data.series.map { curve in
      zip(curve.x, curve.y).map { (figure.reversesX ? 1 - x($0) : x($0), y($1)) }
    }
  }

  /// Right before left and top before bottom, as readers look for legends.
  private static let corners: [(name: String, left: Double, low: Double)] = [
    ("right top", 1, 1), ("right bottom", 1, 0), ("left top", 0, 1), ("left bottom", 0, 0), ("center top", 0.5, 1),
    ("center bottom", 0.5, 0),
  ]

  /// The first place, in gnuplot's words, at which a legend of that part of the axes' width and height lies on no curve; nil if there
  /// is none.
  func place(width: Double, height: Double) -> String? {
    Self.corners.first { corner in
      let left = corner.left * (1 - width)
      let low = corner.low * (1 - height)
      return !chains.contains { Self.touches($0, left...(left + width), low...(low + height)) }
    }?.name
  }

  /// Whether points, or the lines from each to the next, lie within a box.
  private static func touches(
    _ chain: [(x: Double, y: Double)], _ x: ClosedRange<Double>, _ y: ClosedRange<Double>
  ) -> Bool {
    if let only = chain.first, chain.count == 1 { return x.contains(only.x) && y.contains(only.y) }
    return zip(chain, chain.dropFirst()).contains { a, b in
      // The part of the line at which both coordinates are within the box.
      var (from, to) = (0.0, 1.0)
      for (start, end, range) in [(a.x, b.x, x), (a.y, b.y, y)] {
        let move = end - start
        guard move != 0 else {
          if !range.contains(start) { return false }
          continue
        }
        let ends = [(range.lowerBound - start) / move, (range.upperBound - start) / move]
        from = max(from, min(ends[0], ends[1]))
        to = min(to, max(ends[0], ends[1]))
      }
      return from <= to
    }
  }

  /// From one power of ten to another, as gnuplot lets logarithmic axes end.
  private static func decades(_ values: [Double]) -> (low: Double, high: Double)? {
    guard let low = values.min(), let high = values.max(), low > 1e-300, high < 1e300 else { return nil }
    return (pow(10, log10(low).rounded(.down)), pow(10, log10(high).rounded(.up)))
  }

  /// Places on an axis that begins and ends there, or at the least and the largest value.
  private static func scale(
    _ values: [Double], _ ends: (low: Double, high: Double)?, isLog: Bool
  ) -> (Double) -> Double {
    guard let low = values.min(), let high = values.max(), low < high else { return { _ in 0.5 } }
    let range = ends ?? (low, high)
    func place(_ value: Double) -> Double { isLog ? log10(max(value, .leastNormalMagnitude)) : value }
    let (from, to) = (place(range.low), place(range.high))
    // Of numbers at the ends of what doubles reach no difference is known.
    guard to > from, (to - from).isFinite else { return { _ in 0.5 } }
    return { (place($0) - from) / (to - from) }
  }
}
