internal import CKernels

/// The error of a trial step, group by group: the root mean square of the error over a group against
/// atol + rtol · rms of the state over it. Components beyond the segments are groups of their own.
final class ErrorGroups {
  /// Largest error over tolerance at orders k − 1, k and k + 1, and the Euclidean norm of the error at order k over the
  /// given segments.
  struct Ratios {
    var lower = 0.0
    var middle = 0.0
    var higher = 0.0
    var norm = 0.0

    /// Takes in a larger ratio at order k; those at the neighbouring orders are taken to be in proportion.
    mutating func raise(to ratio: Double) {
      guard !(ratio <= middle) else { return }
      let share = middle > 0 ? ratio / middle : 1
      (lower, middle, higher) = (lower * share, ratio, higher * share)
    }
  }

  private let segments: [ErrorSegment]
  private let tolerance: Tolerance
  private let dimension: Int
  private let covered: Int
  private let sums: UnsafeMutablePointer<Double>

  init(_ given: [ErrorSegment], dimension: Int, tolerance: Tolerance) {
    covered = given.reduce(0) { $0 + $1.rows * $1.columns }
    var segments = given
    if covered < dimension {
      segments.append(ErrorSegment(offset: covered, rows: 1, columns: dimension - covered))
    }
    self.segments = segments
    self.dimension = dimension
    self.tolerance = tolerance
    sums = .allocate(capacity: 4 * (segments.map(\.columns).max() ?? 1))
  }

  deinit { sums.deallocate() }

  /// Runs the corrector over the whole state and measures its error.
  ///
  /// - Parameter factors: from the differences to the errors, at the three orders.
  func correct(
    _ correction: inout flow_correction, factors: (lower: Double, middle: Double, higher: Double)
  ) -> Ratios {
    let floor = Double.leastNormalMagnitude
    let firstOwn = dimension - tolerance.tail.count
    var worst = Ratios()
    var squares = 0.0
    for segment in segments {
      let columns = segment.columns
      sums.initialize(repeating: 0, count: 4 * columns)
      flow_correct(
        VectorLoops.path, &correction, Int64(segment.rows), Int64(columns), Int64(segment.offset), sums)
      let inverse = 1 / Double(segment.rows)
      for column in 0..<columns {
        let index = segment.offset + column
        let absolute = index >= firstOwn ? tolerance.tail[index - firstOwn] : tolerance.absolute(of: index)
        let size = (sums[3 * columns + column] * inverse).squareRoot()
        let level = max(absolute, floor) + tolerance.relative * size
        func ratio(_ row: Int) -> Double { (sums[row * columns + column] * inverse).squareRoot() / level }
        let (low, middle, high) = (ratio(0), ratio(1), ratio(2))
        if segment.offset < covered { squares += sums[columns + column] }
        if low > worst.lower { worst.lower = low }
        // A NaN must not get lost in a comparison.
        if !(middle <= worst.middle) { worst.middle = middle }
        if high > worst.higher { worst.higher = high }
        if worst.middle.isNaN { return worst }
      }
    }
    return Ratios(
      lower: worst.lower * abs(factors.lower), middle: worst.middle * abs(factors.middle),
      higher: worst.higher * abs(factors.higher), norm: squares.squareRoot() * abs(factors.middle))
  }
}
