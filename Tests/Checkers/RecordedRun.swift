import FlowODE
import Models

/// What is recorded along the flow of an experiment, beside its states.
package struct RecordedRun {
  /// The recorded columns by name, one value per save time.
  package let columns: [String: [Double]]
  /// θ at the save times.
  package let states: [[Double]]

  /// - Parameter series: what is recorded besides.
  package init(_ experiment: Experiment, beside series: any SeriesSource, relativeTolerance: Double = 1e-9) throws {
    let recorder = SeriesRecorder(problem: experiment.problem, beside: series)
    let keeper = StateKeeper(count: experiment.start.count)
    let plan = experiment.plan(
      relativeTolerance: relativeTolerance, grid: try experiment.grid(tightest: relativeTolerance))
    _ = try Integrator(model: experiment.problem.model, field: experiment.flow(isCancelled: { false }), plan: plan)
      .run(from: experiment.start, observers: [recorder, keeper])
    columns = Dictionary(uniqueKeysWithValues: recorder.series.map { ($0.name, $0.values) })
    states = keeper.states
  }

  private final class StateKeeper: TrajectoryObserver {
    private let count: Int
    private(set) var states: [[Double]] = []

    init(count: Int) { self.count = count }

    func observe(_ point: TrajectoryPoint) {
      guard point.isSave else { return }
      states.append(Array(UnsafeBufferPointer(start: point.parameters, count: count)))
    }
  }
}
