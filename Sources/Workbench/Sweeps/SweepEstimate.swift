import Dispatch
import FlowODE
import Presentation
import Settings
import Synchronization
import Theorems
import Verdicts

/// What a sweep is going to cost, from a few of its points.
package struct SweepEstimate {
  /// The most points that are tried, and the most seconds each is given, by the clock.
  private static let probes = 5
  private static let limit = 10.0

  private let plan: SweepPlan
  private let request: SweepRequest

  package init(_ plan: SweepPlan, _ request: SweepRequest) {
    self.plan = plan
    self.request = request
  }

  /// Runs points that are spread over the grid, without keeping anything.
  ///
  /// - Returns: a line a probe, and one that says what all points come to.
  /// - Throws: as the probes do, and ``Interrupted``.
  package func lines() throws -> [String] {
    let grid = plan.grid
    let points = (0..<grid.count).filter { request.shard?.holds($0) ?? true }
    guard let last = points.indices.last else { return ["no points"] }
    let count = min(Self.probes, points.count)
    let places = (0..<count).map { count == 1 ? 0 : $0 * last / (count - 1) }
    let chosen = places.map { points[$0] }
    var lines: [String] = []
    var costs: [Double] = []
    // The first run of a process also makes what all others share.
    _ = try probe(chosen[0])
    for point in chosen {
      let (seconds, fraction) = try probe(point)
      costs.append(seconds / fraction)
      let isWhole = fraction == 1
      let words = grid.words(point).isEmpty ? "" : " (\(grid.words(point)))"
      lines.append(
        "point \(grid.name(point))\(words): "
          + (isWhole
            ? "\(tableNumber(seconds)) CPU s"
            : "about \(tableNumber(seconds / fraction)) CPU s, as \(Int(100 * fraction))% took \(tableNumber(seconds))")
      )
    }
    let all = Self.total(costs, at: places, of: points.count)
    let jobs = min(request.jobs, points.count)
    return lines + [
      "\(counted(points.count, "point")): about \(tableNumber(all)) CPU s, "
        + "\(ProgressLine.clock(all / Double(max(1, jobs)))) with --jobs \(request.jobs)"
    ]
  }

  /// What all points cost together if between two that were tried the cost changes in a straight line.
  ///
  /// The mean of those that were tried would count the first and the last of them for as many points as the others, which have neighbours on
  /// both sides: where small scales come last and take longest, that is too much by a third.
  ///
  /// - Parameters:
  ///   - costs: of the points that were tried.
  ///   - places: their positions among all `count` points, ascending from 0 to the last.
  package static func total(_ costs: [Double], at places: [Int], of count: Int) -> Double {
    guard costs.count > 1 else { return (costs.first ?? 0) * Double(count) }
    var total = costs.reduce(0, +)
    for k in 1..<costs.count { total += Double(places[k] - places[k - 1] - 1) * (costs[k] + costs[k - 1]) / 2 }
    return total
  }

  /// Runs a point, for a while at most.
  private func probe(_ point: Int) throws -> (seconds: Double, fraction: Double) {
    let (command, settings) = plan.experiment(point)
    var output = OutputRequest(
      threads: request.threads, allowsProgram: request.allowsProgram, timeLimit: request.timeLimit)
    let seen = Mutex(0.0)
    let began = CPUTime.process
    let end = DispatchTime.now() + Self.limit
    output.watch = RunWatch(
      isCancelled: { DispatchTime.now() > end }, progress: { fraction in seen.withLock { $0 = fraction } })
    do {
      _ = try Run(command, settings: settings, output: output).report()
      return (CPUTime.process - began, 1)
    } catch let error {
      if Interruption.shared.requested { throw Interrupted() }
      guard error is InterruptedRun || error is Interrupted else { throw error }
      let fraction = seen.withLock { $0 }
      return (CPUTime.process - began, max(1e-3, fraction))
    }
  }
}
