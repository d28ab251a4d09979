import FlowODE

/// Turns flow time into a fraction, in the scale of the save grid, and reports when it has grown by a thousandth.
public final class ProgressObserver: TrajectoryObserver {
  private let times: [Double]
  private let report: (Double) -> Void
  private var index = 0
  private var last = -1.0

  /// An observer of a run by this plan; `report` hears fractions from 0 to 1.
  public init(plan: IntegrationPlan, report: @escaping (Double) -> Void) {
    times = plan.grid.times
    self.report = report
  }

  public func observe(_ point: TrajectoryPoint) {
    while index + 1 < times.count, times[index + 1] <= point.time { index += 1 }
    let span = index + 1 < times.count ? times[index + 1] - times[index] : 1
    let within = index + 1 < times.count ? (point.time - times[index]) / span : 0
    let fraction = (Double(index) + within) / Double(max(1, times.count - 1))
    guard fraction - last >= 1e-3 || fraction >= 1 else { return }
    last = fraction
    report(fraction)
  }
}
