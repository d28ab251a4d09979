import FlowODE
import Models
import Synchronization
import Theorems

/// What is kept of the tightest rung for files and figures. The observers are made on the rung's own thread and read after
/// it has ended.
package final class Recording: RunRecord, Sendable {
  /// The problem of the run.
  package let problem: Problem
  /// What the model's text asks to record; nil for nothing.
  let observations: FlowObservations?
  /// Whether anybody wants the series or the file.
  let isNeeded: Bool
  /// Whether components are followed by their numbers, as a figure shows them.
  private let follows: Bool
  private let further: @Sendable () -> (any SeriesSource)?
  private let open: Open
  private let files: ResultFiles?
  private let kept = Mutex<[Series]>([])
  private let times = Mutex<[Double]>([])
  private let followed = Mutex<[[Double]]>([])
  private let aligned = Mutex<[[Double]]>([])

  /// Makes the file of the trajectory; nil where none is written.
  package typealias Open =
    @Sendable (_ layout: ParameterLayout, _ quantities: [String]) throws -> TrajectoryFile?

  /// - Parameters:
  ///   - observations: what the model's text asks to record.
  ///   - isNeeded: whether anybody wants the series or the file.
  ///   - follows: whether components are followed by their numbers.
  ///   - further: what is recorded besides where no text asks for anything; made anew for every run.
  ///   - files: where the trajectory's file is, for whoever keeps it with the run; nil where none is written.
  init(
    problem: Problem, observations: FlowObservations? = nil, isNeeded: Bool, follows: Bool = false,
    further: @escaping @Sendable () -> (any SeriesSource)? = { nil }, files: ResultFiles? = nil,
    open: @escaping Open
  ) {
    self.files = files
    self.problem = problem
    self.observations = observations
    self.isNeeded = isNeeded
    self.follows = follows
    self.further = further
    self.open = open
  }

  /// The recorded series, after the run.
  package var series: (times: [Double], columns: [Series]) { (times.withLock { $0 }, kept.withLock { $0 }) }

  /// The norms of the model's components by number at the times of ``series``, as ``SeriesRecorder/followed`` has them, after the run
  /// of a study that follows them.
  var components: [[Double]] { followed.withLock { $0 } }
  /// How well each of them points along the steepest descent, as ``AlignmentSeries`` has it; none where that is not known.
  var alignments: [[Double]] { aligned.withLock { $0 } }

  /// Observers for one run; what they saw is available from ``series`` when they are gone.
  @Sendable func observers() throws -> [any TrajectoryObserver] {
    guard isNeeded else { return [] }
    let beside = observations?.make() ?? further()
    let recorder = SeriesRecorder(problem: problem, beside: beside, follows: follows)
    // A number that is a block by itself has its array there.
    let blocks = Set(problem.model.layout.blocks.map(\.name))
    let kept = recorder.names.indices.filter { !blocks.contains(recorder.names[$0]) }
    let file = try open(problem.model.layout, kept.map { recorder.names[$0] })
    let relay = Relay(recorder, file, kept) { [self] recorder in
      times.withLock { $0 = recorder.times }
      self.kept.withLock { $0 = recorder.series }
      followed.withLock { $0 = recorder.followed }
      aligned.withLock { $0 = (beside as? AlignmentSeries)?.followed ?? [] }
    }
    return [relay] + (file.map { [$0] } ?? [])
  }

  /// What was seen of a run, with a digest of the trajectory's file.
  package struct Kept: Codable {
    let times: [Double]
    let columns: [Series]
    let followed: [[Double]]
    let aligned: [[Double]]
    let file: String?
  }

  package func kept(beside path: String) throws -> Kept {
    Kept(
      times: times.withLock { $0 }, columns: kept.withLock { $0 }, followed: followed.withLock { $0 },
      aligned: aligned.withLock { $0 }, file: try files?.keepTrajectory(as: path + Self.fileSuffix))
  }

  package func restore(_ kept: Kept, beside path: String) throws {
    if let digest = kept.file { try files?.bringBackTrajectory(path + Self.fileSuffix, digest: digest) }
    times.withLock { $0 = kept.times }
    self.kept.withLock { $0 = kept.columns }
    followed.withLock { $0 = kept.followed }
    aligned.withLock { $0 = kept.aligned }
  }

  private static let fileSuffix = ".npz"

  /// Puts what is recorded into the file too, and hands the recorder over when the run lets go of it.
  private final class Relay: TrajectoryObserver {
    private let recorder: SeriesRecorder
    private let file: TrajectoryFile?
    private let kept: [Int]
    private let hand: (SeriesRecorder) -> Void

    init(
      _ recorder: SeriesRecorder, _ file: TrajectoryFile?, _ kept: [Int], hand: @escaping (SeriesRecorder) -> Void
    ) {
      self.recorder = recorder
      self.file = file
      self.kept = kept
      self.hand = hand
    }

    deinit { hand(recorder) }

    func observe(_ point: TrajectoryPoint) throws {
      recorder.observe(point)
      if point.isSave { try file?.append(quantities: kept.map { recorder.latest[$0] }) }
    }
  }
}
