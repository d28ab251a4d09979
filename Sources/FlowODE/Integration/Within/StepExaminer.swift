/// Has a model that is computed elsewhere looked at now and then: at the first accepted step, the fourth, the sixteenth and so on.
///
/// However long a run is, or however short its steps become, what goes wrong on the way is seen while it matters.
final class StepExaminer: TrajectoryObserver {
  private let examine: @Sendable (UnsafePointer<Double>) throws -> Void
  private var next = 1

  init(_ examine: @escaping @Sendable (UnsafePointer<Double>) throws -> Void) { self.examine = examine }

  func observe(_ point: TrajectoryPoint) throws {
    guard point.isStep, point.steps >= next else { return }
    while next <= point.steps { next *= 4 }
    try examine(point.parameters)
  }
}
