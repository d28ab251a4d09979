/// Everything about an integration that is not the flow: method, tolerance, save times, stop conditions, budget.
public struct IntegrationPlan: Sendable {
  public var method: IntegrationMethod
  /// rtol.
  public var relativeTolerance: Double
  public var absoluteTolerance: AbsoluteTolerance
  public var grid: SaveGrid
  public var stops: [StopCondition]
  /// What is to be located on the way.
  public var events: [Event]
  /// The residuals' passages to be found and located; nil looks for none.
  public var kinks: KinkSearch?
  /// Accepted steps after which the run is given up as incomplete.
  public var maxSteps: Int

  public init(
    method: IntegrationMethod, relativeTolerance: Double, absoluteTolerance: AbsoluteTolerance = .auto,
    grid: SaveGrid, stops: [StopCondition] = [], events: [Event] = [], maxSteps: Int = 10_000_000
  ) {
    self.method = method
    self.relativeTolerance = relativeTolerance
    self.absoluteTolerance = absoluteTolerance
    self.grid = grid
    self.stops = stops
    self.events = events
    self.maxSteps = maxSteps
  }
}
