/// What an integration cost so far.
public struct StepCounts: Sendable, Equatable, Codable {
  /// Steps that were accepted.
  public var accepted: Int
  /// Trial steps that were given up and repeated with a smaller step size.
  public var rejected: Int
  /// Evaluations of the right-hand side.
  public var evaluations: Int
  /// Evaluations of the Jacobian.
  public var jacobians: Int

  /// Counts, zero unless given.
  public init(accepted: Int = 0, rejected: Int = 0, evaluations: Int = 0, jacobians: Int = 0) {
    self.accepted = accepted
    self.rejected = rejected
    self.evaluations = evaluations
    self.jacobians = jacobians
  }
}
