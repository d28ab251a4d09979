import Dispatch
import FlowODE
import Models
import Synchronization

/// The trainings of a study, several at a time. What comes out of one depends on nothing but its point.
struct ComplexityTrainings {
  private let plan: ComplexityPlan
  private let store: PointStore?

  init(_ plan: ComplexityPlan, store: PointStore?) {
    self.plan = plan
    self.store = store
  }

  private struct State {
    var finished: [ComplexityPoint: ComplexityErrors] = [:]
    var failure: (any Error)?
    /// How far each thread's training has come.
    var fractions: [Double]
  }

  /// Does what the store does not hold yet.
  ///
  /// - Returns: the points that are finished: all, unless `isCancelled` said so.
  /// - Throws: what a training or the store throws.
  func run(
    threads: Int, isCancelled: @escaping @Sendable () -> Bool, progress: @escaping @Sendable (Double) -> Void
  ) throws -> [ComplexityPoint: ComplexityErrors] {
    let points = plan.points
    let kept = store?.finished ?? [:]
    let open = points.filter { kept[$0] == nil }
    let workers = max(1, min(threads, open.count))
    let state = Mutex(
      State(
        finished: Dictionary(uniqueKeysWithValues: points.compactMap { point in kept[point].map { (point, $0) } }),
        fractions: Array(repeating: 0, count: workers)))
    let next = Atomic<Int>(0)
    let isOver = Atomic<Bool>(false)
    DispatchQueue.concurrentPerform(iterations: workers) { worker in
      while !isOver.load(ordering: .relaxed), !isCancelled() {
        let turn = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard turn < open.count else { return }
        do {
          let errors = try train(
            open[turn], isCancelled: { isCancelled() || isOver.load(ordering: .relaxed) },
            progress: { fraction in
              let sum = state.withLock { state in
                state.fractions[worker] = fraction
                return Double(state.finished.count) + state.fractions.reduce(0, +)
              }
              progress(sum / Double(points.count))
            })
          try store?.add(open[turn], errors)
          state.withLock {
            $0.finished[open[turn]] = errors
            $0.fractions[worker] = 0
          }
        } catch {
          isOver.store(true, ordering: .relaxed)
          if !(error is Interrupted) { state.withLock { $0.failure = $0.failure ?? error } }
        }
      }
    }
    return try state.withLock { state in
      if let failure = state.failure { throw failure }
      return state.finished
    }
  }

  private func train(
    _ point: ComplexityPoint, isCancelled: () -> Bool, progress: (Double) -> Void
  ) throws -> ComplexityErrors {
    var training = plan.training
    (training.rank, training.seed) = (point.rank, point.seed)
    let outcome = try training.run(
      point.kind.made(from: plan.train, seed: point.seed, part: "train"),
      test: point.kind.made(from: plan.test, seed: point.seed, part: "test"), positive: point.label,
      isCancelled: isCancelled, progress: progress)
    return ComplexityErrors(outcome)
  }
}
