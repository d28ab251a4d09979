import FlowODE
import Presentation

/// What a run is asked to write, and what may differ between two runs of one experiment without a number changing.
package struct OutputRequest: Sendable {
  /// The directory that takes every file; nil writes none.
  package var directory: String?
  /// Whether a directory that holds another experiment's results may be overwritten.
  package var force: Bool
  /// Whether the directory is one of a sweep's point, which nobody reads before it is whole.
  package var isAside = false
  /// Whether the states, their series and the problem are written: of a check's tightest rung, which otherwise may need no running.
  package var keepsStates = true
  /// The figure's path; nil draws none.
  package var plot: String?
  /// How wide it is on paper.
  package var width: FigureWidth
  /// Whether progress goes to standard error even if that is no terminal.
  package var verbose: Bool
  package var threads: Int
  /// Whether a file may name a program that is started.
  package var allowsProgram: Bool
  /// Whether exact algebra is asked about the claims besides.
  package var proves = false
  /// Seconds that a program may take to start and for every call; nil for the usual limits.
  package var timeLimit: Double?
  /// Who follows the run, in place of a line on the terminal; nil for nobody.
  package var watch: RunWatch?
  /// Who keeps finished runs until the point they belong to is finished; nil for nobody.
  package var keptRuns: (any KeptRuns)?

  package init(
    directory: String? = nil, force: Bool = false, plot: String? = nil, width: FigureWidth = .column,
    verbose: Bool = false, threads: Int = 1, allowsProgram: Bool = false, timeLimit: Double? = nil
  ) {
    self.directory = directory
    self.force = force
    self.plot = plot
    self.width = width
    self.verbose = verbose
    self.threads = threads
    self.allowsProgram = allowsProgram
    self.timeLimit = timeLimit
  }
}

/// Whoever runs many runs and follows each.
package struct RunWatch: Sendable {
  /// Whether the run is to end, besides for the user's wish.
  var isCancelled: @Sendable () -> Bool = { false }
  /// Hears which fraction of the run is done.
  var progress: @Sendable (Double) -> Void = { _ in }
}
