/// What every long run is given by whoever started it. No number depends on it.
public struct RunContext: Sendable {
  /// Threads that may be used at once.
  public var threads: Int
  /// Polled while integrating; a true answer ends the run with ``InterruptedRun``.
  public var isCancelled: @Sendable () -> Bool
  /// Hears which fraction of a part of the work is done; called from several threads.
  public var progress: @Sendable (_ part: Int, _ fraction: Double) -> Void
  /// Makes observers of the one trajectory that is kept: the tightest, or the one at the smallest scale.
  public var recorders: @Sendable () throws -> [any TrajectoryObserver]
  /// What those observers have seen, for whoever keeps finished runs.
  public var records: [any RunRecord] = []
  /// Who keeps finished runs until all of the work is done; nil for nobody.
  public var keptRuns: (any KeptRuns)?
  /// The part of the work, for keys of runs.
  var scope = ""

  /// One thread that nobody interrupts, watches or records, unless said otherwise.
  public init(
    threads: Int = 1, isCancelled: @escaping @Sendable () -> Bool = { false },
    progress: @escaping @Sendable (_ part: Int, _ fraction: Double) -> Void = { _, _ in },
    recorders: @escaping @Sendable () throws -> [any TrajectoryObserver] = { [] }
  ) {
    self.threads = threads
    self.isCancelled = isCancelled
    self.progress = progress
    self.recorders = recorders
  }
}
