/// How long a program may take: to start, to answer its first call, which may compile, and every later one.
public struct TimeLimits: Equatable, Sendable {
  /// Seconds from its start to its first word.
  public let start: Double
  /// Seconds for the first call.
  public let first: Double
  /// Seconds for a later call, at least; nil where ``first`` is for every call.
  public let later: Double?

  /// Limits in seconds; without `later` the first call's is that of every call.
  public init(start: Double, first: Double, later: Double?) {
    self.start = start
    self.first = first
    self.later = later
  }

  /// 60 s for the start and the first call; then a hundred times the median so far, and at least 10 s.
  public static let standard = TimeLimits(start: 60, first: 60, later: 10)

  /// The same limit for the start and for every call.
  public static func each(_ seconds: Double) -> TimeLimits { TimeLimits(start: seconds, first: seconds, later: nil) }

  /// How many times the median a call may take.
  static let patience = 100.0
  /// How many calls the median is of.
  static let remembered = 32

  /// The limit of the next call after these times, in seconds.
  func next(after times: [Double]) -> Double {
    guard let later, !times.isEmpty else { return first }
    guard times.contains(where: { $0 * Self.patience > later }) else { return later }
    return max(later, Self.patience * times.sorted()[times.count / 2])
  }
}
