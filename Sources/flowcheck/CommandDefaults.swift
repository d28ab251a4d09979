import FlowODE
import Models
import Settings

/// What a command means by settings that are not given.
struct CommandDefaults: Sendable {
  var model: String?
  var normalization = Normalization.mean
  var initialization = Initialization.gaussian
  /// The scale α of a start.
  var scale = 0.05
  /// For balanced starts of square matrices.
  var determinant = DeterminantChoice.any
  /// The problem where neither data nor a target is given.
  var problem:
    (@Sendable (_ model: String, _ specification: ModelSpecification, _ settings: Settings) throws -> Problem)?
}
