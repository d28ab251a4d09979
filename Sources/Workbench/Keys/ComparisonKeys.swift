import FlowODE
import Settings
import Theorems

// What is compared with what.

extension SettingKey<[Double]> {
  package static var learningRates: Self {
    Self(
      "compare.learning-rates", flag: "--learning-rates", valueName: "η1,η2,…",
      help:
        "Learning rates, four or more, with a common multiple of at most 64 times the largest, such as halves (required)."
    )
  }
}

extension SettingKey<String> {
  package static var optimizer: Self {
    Self(
      "compare.optimizer", flag: "--optimizer", valueName: "name", fallback: "gd",
      kind: .choice(OptimizerCatalog.rows.map(\.identifier)),
      help: "Method: \(listed(OptimizerCatalog.rows.map { $0.identifier == "gd" ? "gd (default)" : $0.identifier })).")
  }
  package static var schedule: Self {
    Self(
      "compare.schedule", flag: "--schedule", valueName: "t:c,…",
      help: "Factors of the learning rate from given flow times on, such as 10:0.5,20:0.25.")
  }
}

extension SettingKey<ComparisonReference> {
  package static var against: Self {
    Self(
      "compare.against", flag: "--against", valueName: "name", fallback: .flow,
      help: "flow (default), or modified: the second-order modified flow of gradient descent.")
  }
}

extension SettingKey<ComparisonMeasure> {
  package static var measure: Self {
    Self(
      "compare.measure", flag: "--measure", valueName: "name", fallback: .parameters,
      help: "Gaps in parameters (default), end (end-to-end object), loss or norms.")
  }
}

extension SettingKey<Double> {
  package static var momentum: Self {
    Self(
      "compare.momentum", flag: "--momentum", valueName: "mu", fallback: 0.9, help: "μ of momentum and nesterov.")
  }
  package static var friction: Self {
    Self(
      "compare.friction", flag: "--friction", valueName: "tau", fallback: 1,
      help: "Friction of heavy-ball and its flow.")
  }
  package static var epsilon: Self {
    Self(
      "compare.epsilon", flag: "--epsilon", valueName: "eps",
      help: "ε of group-rmsprop (default 1e-6) and adam (default 1e-8).")
  }
  package static var closeness: Self {
    Self(
      "compare.closeness", flag: "--closeness", valueName: "x",
      help: "Gap for which the bound names a learning rate (default 1% of the largest ‖θ‖).")
  }
}

extension SettingKey<Int> {
  package static var batch: Self {
    Self("compare.batch", flag: "--batch", valueName: "b", help: "Observations per gradient of sgd.")
  }
  package static var batchSeed: Self {
    Self("compare.batch-seed", flag: "--batch-seed", valueName: "n", fallback: 1, help: "Seed of the batches.")
  }
}

extension SettingKey<[String]> {
  package static var comparisonClaims: Self {
    Self(
      "compare.claims", flag: "--claims", valueName: "name,…",
      help: "Claims to judge: order, step-law, drift, bound, stability (default: all that apply).")
  }
}

extension ComparisonReference: SettingChoice {}
extension ComparisonMeasure: SettingChoice {}
