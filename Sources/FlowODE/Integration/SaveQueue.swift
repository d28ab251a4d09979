import CMath

/// The save times that are still to come, on the clock of the run.
///
/// The grid's own times are kept; once the clock starts anew, geometric remainders come before those that are left, so that what
/// happens on the new scale of time is seen. Their first is a power of two below the scale: the same on every rung.
struct SaveQueue {
  /// So many octaves before the time on which the state changes when the clock starts anew, the first remainder is saved.
  private static let before = 6.0
  /// Remainders to come, ascending; the horizon is the last.
  private(set) var times: [Double]
  private var next = 1
  private let grid: SaveGrid

  /// All times of a grid but 0.
  init(_ grid: SaveGrid) {
    self.grid = grid
    times = grid.times
  }

  /// The horizon's remainder.
  var horizon: Double { times[times.count - 1] }

  /// The next save time's remainder; nil once the horizon is past.
  var first: Double? { next < times.count ? times[next] : nil }

  /// Takes the next save time off the queue if it is not later than a time.
  mutating func pop(until time: Double) -> Double? {
    guard let first, first <= time else { return nil }
    next += 1
    return first
  }

  /// Starts the clock anew at an offset, `elapsed` after it was started last.
  mutating func restart(offset: Double, elapsed: Double) {
    let end = max(grid.times[grid.times.count - 1] - offset, 0)
    let left = times[next...].map { $0 - elapsed }.filter { $0 > 0 && $0 < end }
    let first = exp2(log2(elapsed).rounded(.down) - ClockRestart.octaves - Self.before)
    var remainders: [Double] = []
    if grid.times.count > 2, end > first {
      let octaves = log2(end / first)
      // Quarters of an octave over what a restart resolves, or as many of them as make no more times than the grid has; what comes
      // later is either at rest or starts the clock anew.
      let close = min(octaves, 2 * Self.before + ClockRestart.octaves)
      let spacing = max(0.25, exp2(log2(close / Double(grid.times.count)).rounded(.up)))
      var octave = 0.0
      while octave < octaves {
        remainders.append(first * exp2(octave))
        octave += octave < close ? spacing : 4
      }
    }
    var merged = [0.0]
    for time in (remainders + left).sorted() where time > merged[merged.count - 1] && time < end { merged.append(time) }
    if end > merged[merged.count - 1] { merged.append(end) }
    times = merged
    next = 1
  }
}
