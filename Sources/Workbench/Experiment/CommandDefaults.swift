import FlowODE
import Models
import Settings

/// What a command means by settings that are not given.
package struct CommandDefaults: Sendable {
  package var model: String?
  package var normalization: Normalization
  package var initialization: Initialization
  /// The scale α of a start.
  package var scale: Double
  /// For balanced starts of square matrices.
  package var determinant: DeterminantChoice
  /// The problem where neither data nor a target is given.
  package var problem: DefaultProblem?

  /// Makes the default problem.
  package typealias DefaultProblem =
    @Sendable (
      _ model: String, _ specification: ModelSpecification, _ settings: Settings
    ) throws -> Problem

  package init(
    model: String? = nil, normalization: Normalization = .mean, initialization: Initialization = .gaussian,
    scale: Double = 0.05, determinant: DeterminantChoice = .any, problem: DefaultProblem? = nil
  ) {
    self.model = model
    self.normalization = normalization
    self.initialization = initialization
    self.scale = scale
    self.determinant = determinant
    self.problem = problem
  }
}
