import FlowODE
import Models
import Verdicts

/// What a study over a ladder of scales leaves behind: its report, and tables for files.
public struct ScaleOutcome: Sendable {
  public let report: ClaimReport
  /// Tables of numbers by file name; the first is the study's series, one row per scale.
  public let tables: [(name: String, table: NumberTable)]
}

/// Rows of numbers under names that make a CSV file.
public struct NumberTable: Sendable, Equatable {
  public let columns: [String]
  public private(set) var rows: [[Double?]] = []

  public init(_ columns: [String]) { self.columns = columns }

  /// Adds a row; it has one value per column, nil where there is none.
  public mutating func append(_ row: [Double?]) {
    precondition(row.count == columns.count, "one value per column")
    rows.append(row)
  }
}

/// One integration of gradient flow for a study over scales.
enum ScaleRun {
  /// - Parameter companions: flows that run beside it on the same steps; no quadratures then.
  /// - Throws: ``InterruptedRun``; ``Refusal`` if the integration gives up.
  static func integrate(
    _ experiment: Experiment, tolerance: Double, grid: SaveGrid, events: [Event] = [],
    quadratures: [any Quadrature] = [], companions: [(flow: GradientFlow, start: [Double])] = [],
    observers: [any TrajectoryObserver] = [], blockRates: [Double]? = nil,
    isCancelled: @escaping @Sendable () -> Bool
  ) throws -> Trajectory {
    let flow = GradientFlow(
      objective: try experiment.objective(), layout: experiment.problem.model.layout, blockRates: blockRates,
      quadratures: quadratures, isCancelled: isCancelled)
    let field: any VectorField = companions.isEmpty ? flow : CoupledFlow(flow, companions: companions)
    var plan = experiment.plan(relativeTolerance: tolerance, grid: grid)
    plan.events = events
    let trajectory = try Integrator(model: experiment.problem.model, field: field, plan: plan)
      .run(from: experiment.start, observers: observers)
    if case .interrupted(let time) = trajectory.outcome { throw InterruptedRun(time: time) }
    guard trajectory.outcome.isComplete else {
      throw Refusal(
        "at rtol \(tableSetting(tolerance)) \(trajectory.outcome.sentence)", remedy: trajectory.outcome.remedy)
    }
    return trajectory
  }
}
