/// The registry of losses: one row each.
public enum LossCatalog {
  /// A loss as the command line knows it.
  public struct Row: Sendable {
    public let identifier: String
    public let summary: String
    /// Builds the loss; the argument is the Huber threshold, nil where none was given.
    public let make: @Sendable (_ delta: Double?) throws(ExperimentError) -> any Loss
  }

  public static let rows: [Row] = [
    Row(identifier: "l2", summary: "r²") { (delta) throws(ExperimentError) in
      try refuse(delta, for: "l2")
      return SquaredLoss()
    },
    Row(identifier: "l1", summary: "|r|; not differentiable at 0") { (delta) throws(ExperimentError) in
      try refuse(delta, for: "l1")
      return AbsoluteLoss()
    },
    Row(identifier: "huber", summary: "r²/2 up to δ, linear beyond") { (delta) throws(ExperimentError) in
      guard let delta else {
        throw ExperimentError("the Huber loss needs a threshold", remedy: "give --huber-delta, for example 0.5")
      }
      return try HuberLoss(delta: delta)
    },
  ]

  private static func refuse(_ delta: Double?, for loss: String) throws(ExperimentError) {
    if let delta {
      throw ExperimentError(
        "a Huber threshold of \(delta) does not go with the loss \(loss)", remedy: "drop it or use --loss huber")
    }
  }

  /// Looks a loss up by name.
  ///
  /// - Throws: ``ExperimentError`` for an unknown name or a parameter that does not belong to it.
  public static func loss(_ identifier: String, delta: Double?) throws(ExperimentError) -> any Loss {
    guard let row = rows.first(where: { $0.identifier == identifier }) else {
      throw ExperimentError(
        "unknown loss '\(identifier)'", remedy: "choose one of \(rows.map(\.identifier).joined(separator: ", "))")
    }
    return try row.make(delta)
  }
}
