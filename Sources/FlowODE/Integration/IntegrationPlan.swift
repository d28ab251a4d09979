/// Everything about an integration that is not the flow: method, tolerance, save times, stop conditions, budget.
public struct IntegrationPlan: Sendable {
  /// How to step.
  public var method: IntegrationMethod
  /// rtol.
  public var relativeTolerance: Double
  /// The absolute tolerance of the state's leading part.
  public var absoluteTolerance: AbsoluteTolerance
  /// The times that steps end at exactly.
  public var grid: SaveGrid
  /// What ends the run before the horizon.
  public var stops: [StopCondition]
  /// What is to be located on the way.
  public var events: [Event]
  /// The residuals' passages to be found and located; nil looks for none.
  public var kinks: KinkSearch?
  /// Whether every step ends at a save time at the latest, as steps of methods without a continuation do: where what is compared there
  /// is smaller than a continuation's error.
  public var landsOnSaves = false
  /// Accepted steps after which the run is given up as incomplete.
  public var maxSteps: Int

  /// A plan that looks for no kinks.
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
