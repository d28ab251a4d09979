import GSLBridge

/// A residual's passage through a level at which the loss's second derivative jumps, such as ±δ of the Huber loss.
public struct KinkCrossing: Sendable, Equatable, Codable {
  /// Flow time, as accurate as any accepted state.
  public let time: Double
  /// Number of the measurement, from 0.
  public let measurement: Int
  /// The level, such as δ or −δ.
  public let level: Double
  /// Whether the residual rises through the level.
  public let rises: Bool
}

/// The passages found on one trajectory, in the order of time.
public struct KinkCrossings: Sendable, Equatable, Codable {
  /// Those located, at most as many as asked.
  public internal(set) var located: [KinkCrossing] = []
  /// All that were seen between accepted states. A residual that passes a level and comes back within one step is not seen.
  public internal(set) var count = 0
}

/// What to look for on a trajectory: every residual's passage through any of the levels.
public struct KinkSearch: Sendable, Equatable {
  /// Residuals whose passage is looked for.
  public let levels: [Double]
  /// Further passages are counted but not located, as each costs about ten integrations of one step.
  public let most: Int

  /// - Parameter most: how many passages are located.
  public init(levels: [Double], most: Int = 50) {
    self.levels = levels
    self.most = most
  }
}

/// Follows on which side of each level every residual is.
struct KinkTracker {
  private let search: KinkSearch
  /// Level by level: whether each residual is at or above it.
  private var isAbove: [Bool]
  private(set) var found = KinkCrossings()

  /// Starts at the first state.
  init(_ search: KinkSearch, at point: TrajectoryPoint) {
    self.search = search
    isAbove = search.levels.flatMap { level in point.residuals.map { $0 >= level } }
  }

  /// Takes note of the passages on the step that ended at `point`, and locates them as long as there are not too many.
  ///
  /// - Parameters:
  ///   - offset: what the step's times count from.
  ///   - scratch: room for a state.
  mutating func follow(
    _ point: TrajectoryPoint, _ span: StepSpan, offset: Double, scratch: UnsafeMutablePointer<Double>,
    counts: inout StepCounts
  ) throws {
    var passed: [(measurement: Int, level: Double, rises: Bool)] = []
    let residuals = point.residuals
    for (l, level) in search.levels.enumerated() {
      let offset = l * residuals.count
      for k in residuals.indices where (residuals[k] >= level) != isAbove[offset + k] {
        isAbove[offset + k].toggle()
        passed.append((k, level, isAbove[offset + k]))
      }
    }
    found.count += passed.count
    var hits: [KinkCrossing] = []
    for (k, level, rises) in passed.prefix(max(0, search.most - found.located.count)) {
      let time = try span.locate(scratch: scratch, point: point, counts: &counts) { point in
        rises ? level - point.residuals[k] : point.residuals[k] - level
      }
      hits.append(KinkCrossing(time: offset + (time ?? span.end), measurement: k, level: level, rises: rises))
    }
    found.located += hits.sorted { ($0.time, $0.measurement) < ($1.time, $1.measurement) }
  }
}
