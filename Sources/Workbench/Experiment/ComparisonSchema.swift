import FlowODE
import Settings
import Theorems

/// The settings of `compare`, one row each.
package enum ComparisonSchema {
  package static let keys: [SettingKey] = [
    SettingKey(
      path: "compare.learning-rates", flag: "--learning-rates", kind: .numbers, help: "learning rates to compare"),
    SettingKey(
      path: "compare.optimizer", flag: "--optimizer", kind: .choice(OptimizerCatalog.rows.map(\.identifier)),
      help: "the discrete method"),
    SettingKey(
      path: "compare.against", flag: "--against", kind: .choice(ComparisonReference.allCases.map(\.rawValue)),
      help: "the flow it is compared with"),
    SettingKey(
      path: "compare.measure", flag: "--measure", kind: .choice(ComparisonMeasure.allCases.map(\.rawValue)),
      help: "in what gaps are measured"),
    SettingKey(path: "compare.momentum", flag: "--momentum", kind: .number, help: "μ of momentum and nesterov"),
    SettingKey(path: "compare.friction", flag: "--friction", kind: .number, help: "friction of heavy-ball"),
    SettingKey(path: "compare.batch", flag: "--batch", kind: .integer, help: "observations per gradient of sgd"),
    SettingKey(path: "compare.batch-seed", flag: "--batch-seed", kind: .integer, help: "seed of the batches"),
    SettingKey(path: "compare.schedule", flag: "--schedule", kind: .text, help: "factors of the rate by flow time"),
    SettingKey(
      path: "compare.closeness", flag: "--closeness", kind: .number, help: "gap that the bound is asked about"),
    SettingKey(path: "compare.claims", flag: "--claims", kind: .texts, help: "claims that compare checks"),
  ]
}
