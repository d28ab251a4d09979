import FlowODE
import Models
import Settings

/// A descent in place of the flow: how it moves, and at which rate.
struct PlannedDescent {
  let optimizer: any Optimizer
  let plan: DescentPlan

  /// The paths of the settings that say how a descent moves, besides its learning rate.
  static let paths = [
    SettingKey.optimizer.path, SettingKey.momentum.path, SettingKey.friction.path, SettingKey.epsilon.path,
    SettingKey.batch.path, SettingKey.batchSeed.path, SettingKey.schedule.path,
  ]

  /// What it is, for reports.
  var summary: String {
    let schedule = plan.schedule.pieces.map { "× \($0.factor) from t = \($0.time)" }.joined(separator: ", ")
    let name = optimizer is PlainGradientDescent ? "gradient descent" : "\(optimizer.identifier): \(optimizer.formula)"
    return schedule.isEmpty ? name : "\(name); η \(schedule)"
  }
}

extension ExperimentBuilder {
  /// The discrete method and the schedule of its learning rate, as the settings say.
  ///
  /// - Throws: ``Refusal`` for a constant that does not belong to the method, or is out of range.
  mutating func descentMethod() throws -> (optimizer: any Optimizer, schedule: RateSchedule) {
    let seed = read(.batchSeed)
    guard let batchSeed = UInt64(exactly: seed) else {
      throw Refusal("compare.batch-seed is \(seed)", remedy: "use an integer of at least 0")
    }
    let name = read(.optimizer)
    // A constant that the optimizer does not take has no meaning there, not even a default.
    let takes = OptimizerCatalog.rows.first { $0.identifier == name }?.takes ?? []
    let optimizer = try OptimizerCatalog.optimizer(
      name,
      OptimizerSettings(
        momentum: takes.contains("momentum") ? read(.momentum) : settings[.momentum],
        friction: takes.contains("friction") ? read(.friction) : settings[.friction],
        epsilon: settings[.epsilon], batch: settings[.batch], seed: batchSeed))
    return (optimizer, try settings[.schedule].map { try RateSchedule(parsing: $0) } ?? .constant)
  }

  /// The descent that the settings ask for in place of a flow; nil where they give no learning rate.
  ///
  /// - Throws: ``Refusal`` where parameters that do not follow a loss would have to descend one, and for a method without a rate.
  mutating func descent(of experiment: Experiment) throws -> PlannedDescent? {
    guard let rate = settings[.learningRate] else {
      if let path = PlannedDescent.paths.first(where: { settings.isSet($0) }) {
        throw Refusal(
          "\(settings.place(path)) belongs to a descent, and no learning rate is given",
          remedy: "give integration.learning-rate, or drop it")
      }
      return nil
    }
    if let motion = experiment.motion {
      throw Refusal(
        "\(settings.place(.learningRate)) descends a loss, and the parameters move by \(motion.summary)",
        remedy: "drop it")
    }
    let (optimizer, schedule) = try descentMethod()
    return PlannedDescent(optimizer: optimizer, plan: try DescentPlan(learningRate: rate, schedule: schedule))
  }
}
