import FlowODE
import Models
import Settings

/// Every setting an experiment may have: its place in a TOML file, its flag and its meaning, one row each.
package enum ExperimentSchema {
  package static let keys: [SettingKey] = [
    SettingKey(
      path: "problem.model", flag: "--model", kind: .choice(ModelCatalog.kinds.map(\.identifier)),
      help: "the factorized model"),
    SettingKey(path: "problem.shape", flag: "--shape", kind: .integers, help: "dimensions of the end-to-end object"),
    SettingKey(path: "problem.depth", flag: "--depth", kind: .integer, help: "number of layers of a matrix model"),
    SettingKey(path: "problem.width", flag: "--width", kind: .integers, help: "hidden widths of a matrix model"),
    SettingKey(
      path: "problem.components", flag: "--components", kind: .integer, help: "number of components of a CP model"),
    SettingKey(path: "problem.rank", flag: "--rank", kind: .integer, help: "rank of the generated target"),
    SettingKey(
      path: "problem.target-norm", flag: "--target-norm", kind: .number, help: "Frobenius norm of the generated target"),
    SettingKey(
      path: "problem.observed", flag: "--observed", kind: .literal, help: "fraction (with a point) or count observed"),
    SettingKey(path: "problem.data", flag: "--data", kind: .text, help: "the user's own entries"),
    SettingKey(
      path: "problem.opposite", flag: "--opposite", kind: .number,
      help: "entry opposite to the hidden one in the default problem of norms"),
    SettingKey(path: "problem.data-seed", flag: "--data-seed", kind: .integer, help: "seed of target and observations"),
    SettingKey(
      path: "problem.measure-with", flag: "--measure-with", kind: .choice(MeasurementKind.allCases.map(\.rawValue)),
      help: "what is measured of the target"),
    SettingKey(path: "problem.samples", flag: "--samples", kind: .integer, help: "number of sensing measurements"),
    SettingKey(
      path: "loss.name", flag: "--loss", kind: .choice(LossCatalog.rows.map(\.identifier)), help: "the loss"),
    SettingKey(path: "loss.huber-delta", flag: "--huber-delta", kind: .number, help: "threshold of the Huber loss"),
    SettingKey(
      path: "loss.normalization", flag: "--normalization", kind: .choice(Normalization.allCases.map(\.rawValue)),
      help: "the constant in front of the sum"),
    SettingKey(
      path: "init.name", flag: "--init", kind: .choice(Initialization.allCases.map(\.rawValue)), help: "kind of start"),
    SettingKey(path: "init.scale", flag: "--init-scale", kind: .number, help: "scale of the start"),
    SettingKey(path: "init.seed", flag: "--seed", kind: .integer, help: "seed of the start"),
    SettingKey(
      path: "init.det", flag: "--det", kind: .choice(DeterminantChoice.allCases.map(\.rawValue)),
      help: "sign of the determinant of a balanced matrix start"),
    SettingKey(
      path: "init.scales", flag: "--scales", kind: .numbers, help: "ladder of scales (rank-one, incremental, norms)"),
    SettingKey(
      path: "init.leader", flag: "--leader", kind: .number,
      help: "how far the leading component exceeds hypothesis (ii) (rank-one, incremental)"),
    SettingKey(path: "init.file", flag: "--start", kind: .text, help: "start from a file"),
    SettingKey(path: "integration.until", flag: "--until", kind: .number, help: "the horizon"),
    SettingKey(path: "integration.save", flag: "--save", kind: .integer, help: "number of save times"),
    SettingKey(
      path: "integration.save-log", flag: "--save-log", kind: .boolean, help: "geometric rather than equal spacing"),
    SettingKey(
      path: "integration.method", flag: "--method", kind: .choice(["auto"] + IntegrationMethod.all.map(\.name)),
      help: "the integration method"),
    SettingKey(
      path: "integration.coordinates", flag: "--coordinates", kind: .choice(Coordinates.allCases.map(\.rawValue)),
      help: "what is integrated: the weights, or log singular values and vectors"),
    SettingKey(
      path: "integration.compare-coordinates", flag: "--compare-coordinates", kind: .boolean,
      help: "also compare hitting times in weights and svd coordinates (norms)"),
    SettingKey(path: "integration.rtol", flag: "--rtol", kind: .number, help: "relative tolerance of integrate"),
    SettingKey(path: "integration.atol", flag: "--atol", kind: .literal, help: "absolute tolerance, or auto"),
    SettingKey(path: "integration.refine", flag: "--refine", kind: .numbers, help: "relative tolerances of a check"),
    SettingKey(path: "integration.stop-loss", flag: "--stop-loss", kind: .number, help: "stop at this loss"),
    SettingKey(
      path: "integration.stop-gradient", flag: "--stop-gradient", kind: .number, help: "stop at this gradient norm"),
    SettingKey(
      path: "integration.stop-norm", flag: "--stop-norm", kind: .number, help: "stop at this component norm"),
    SettingKey(path: "integration.max-steps", flag: "--max-steps", kind: .integer, help: "step budget per rung"),
    SettingKey(
      path: "integration.error", flag: "--error", kind: .boolean,
      help: "estimate the error at the end by a second run (integrate only)"),
    SettingKey(
      path: "integration.learning-rate", flag: "--learning-rate", kind: .number,
      help: "run gradient descent with this rate instead of the flow (integrate only)"),
    SettingKey(
      path: "integration.bound", flag: "--bound", kind: .number, help: "end-to-end norm up to which rank-one compares"),
    SettingKey(
      path: "integration.level", flag: "--level", kind: .number, help: "component norm at which incremental looks"),
    SettingKey(path: "run.claims", flag: "--claims", kind: .texts, help: "claims that run checks"),
  ]

  package static let schema = SettingsSchema(keys + ComparisonSchema.keys)
}
