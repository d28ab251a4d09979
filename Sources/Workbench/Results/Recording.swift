import FlowODE
import Models
import Synchronization

/// What is kept of the tightest rung for files and figures. The observers are made on the rung's own thread and read after
/// it has ended.
package final class Recording: Sendable {
  /// The problem of the run.
  package let problem: Problem
  /// Whether anybody wants the series or the file.
  let isNeeded: Bool
  private let open: Open
  private let kept = Mutex<[Series]>([])
  private let times = Mutex<[Double]>([])

  /// Makes the file of the trajectory; nil where none is written.
  package typealias Open =
    @Sendable (_ layout: ParameterLayout, _ quantities: [String]) throws -> TrajectoryFile?

  /// - Parameter isNeeded: whether anybody wants the series or the file.
  package init(problem: Problem, isNeeded: Bool, open: @escaping Open) {
    self.problem = problem
    self.isNeeded = isNeeded
    self.open = open
  }

  /// The recorded series, after the run.
  package var series: (times: [Double], columns: [Series]) { (times.withLock { $0 }, kept.withLock { $0 }) }

  /// Observers for one run; what they saw is available from ``series`` when they are gone.
  @Sendable func observers() throws -> [any TrajectoryObserver] {
    guard isNeeded else { return [] }
    let recorder = SeriesRecorder(problem: problem)
    let file = try open(problem.model.layout, recorder.names)
    let relay = Relay(recorder, file) { [self] recorder in
      times.withLock { $0 = recorder.times }
      kept.withLock { $0 = recorder.series }
    }
    return [relay] + (file.map { [$0] } ?? [])
  }

  /// Puts what is recorded into the file too, and hands the recorder over when the run lets go of it.
  private final class Relay: TrajectoryObserver {
    private let recorder: SeriesRecorder
    private let file: TrajectoryFile?
    private let hand: (SeriesRecorder) -> Void

    init(_ recorder: SeriesRecorder, _ file: TrajectoryFile?, hand: @escaping (SeriesRecorder) -> Void) {
      self.recorder = recorder
      self.file = file
      self.hand = hand
    }

    deinit { hand(recorder) }

    func observe(_ point: TrajectoryPoint) throws {
      recorder.observe(point)
      if point.isSave { try file?.append(quantities: recorder.latest) }
    }
  }
}
