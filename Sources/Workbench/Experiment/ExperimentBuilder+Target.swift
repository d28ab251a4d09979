import Models
import Settings

// Where the target comes from: a file, or a kind of generated one.

extension ExperimentBuilder {
  mutating func source() throws(Refusal) -> TargetSource {
    let generated = [Setting(.rank), Setting(.target), Setting(.targetValues), Setting(.targetNorm)]
    if let path = settings[.data] {
      try refuse(
        generated, "describes a generated target and does not go with \(settings.place(.data))",
        remedy: "drop one of them")
      return .file(path, as: try reading())
    }
    try refuse(
      [Setting(.columns), Setting(.indexBase), Setting(.testData)], "describes a file of data",
      remedy: "give problem.data, or drop it")
    if let values = settings[.targetValues] {
      try refuse(
        generated.filter { $0.path != SettingKey.targetValues.path },
        "does not go with \(settings.place(.targetValues)), which says what the target is", remedy: "drop one of them")
      return .singularValues(values)
    }
    guard let ranks = settings[.rank] else {
      throw Refusal(
        "neither data nor a target was given",
        remedy: "give problem.data with a file, or problem.rank (and problem.target-norm) for a generated target")
    }
    return try source(of: settings[.target] ?? ownTarget, ranks: ranks, norm: read(.targetNorm))
  }

  /// How the file of data is read.
  private func reading() throws(Refusal) -> FileReading {
    var reading = FileReading()
    reading.dialect.columns = settings[.columns]
    reading.dialect.indexBase = settings[.indexBase]
    reading.test = settings[.testData]
    if let columns = settings[.columns], Set(columns).count < columns.count {
      throw Refusal(
        "\(settings.place(.columns)): a column stands there twice",
        remedy: "name one column a dimension, then the value's")
    }
    return reading
  }

  /// What a target of the model is by default.
  private var ownTarget: TargetKind {
    ModelCatalog.families.first { $0.card.name == settings[.model] }?.card.target ?? .cp
  }

  private func source(of kind: TargetKind, ranks: [Int], norm: Double) throws(Refusal) -> TargetSource {
    switch kind {
    case .tucker: return .tucker(ranks: ranks, norm: norm)
    case .hierarchical:
      let options = ModelSettings.options(settings)
      let tree = options.text("tree") ?? ModeTree.shallow(order: options.shape.count)
      return .hierarchical(tree: tree, ranks: ranks, norm: norm)
    case .matrix, .cp:
      if let order = settings[.shape]?.count, settings[.target] == .matrix, order != 2 {
        throw Refusal(
          "problem.target matrix does not go with a shape of order \(order)", remedy: "use problem.target cp")
      }
      guard ranks.count == 1 else {
        throw Refusal(
          "\(settings.place(.rank)): a \(kind.rawValue) target has one rank, not \(ranks.count)",
          remedy: "give one integer, or problem.target tucker")
      }
      return .generated(rank: ranks[0], norm: norm)
    }
  }
}
