/// The registry of losses: one row each.
public enum LossCatalog {
  /// A loss as the command line knows it.
  public struct Row: Sendable {
    /// The loss's name on the command line.
    public let identifier: String
    /// One line for lists.
    public let summary: String
    /// Builds the loss; the argument is the Huber threshold, nil where none was given.
    public let make: @Sendable (_ delta: Double?) throws(Refusal) -> any Loss
  }

  /// The rows, in the order in which they are listed.
  public static let rows: [Row] = [
    Row(identifier: "l2", summary: "r²") { (delta) throws(Refusal) in
      try refuse(delta, for: "l2")
      return SquaredLoss()
    },
    Row(identifier: "l1", summary: "|r|; not differentiable at 0") { (delta) throws(Refusal) in
      try refuse(delta, for: "l1")
      return AbsoluteLoss()
    },
    Row(identifier: "huber", summary: "r²/2 up to δ, linear beyond") { (delta) throws(Refusal) in
      guard let delta else {
        throw Refusal("the Huber loss needs a threshold", remedy: "give loss.huber-delta, for example 0.5")
      }
      return try HuberLoss(delta: delta)
    },
  ]

  private static func refuse(_ delta: Double?, for loss: String) throws(Refusal) {
    if let delta {
      throw Refusal(
        "a Huber threshold of \(delta) does not go with the loss \(loss)", remedy: "drop it or use loss.name huber")
    }
  }

  /// Looks a loss up by name.
  ///
  /// - Throws: ``Refusal`` for an unknown name or a parameter that does not belong to it.
  public static func loss(_ identifier: String, delta: Double?) throws(Refusal) -> any Loss {
    guard let row = rows.first(where: { $0.identifier == identifier }) else {
      throw Refusal(
        "unknown loss '\(identifier)'", remedy: "choose one of \(rows.map(\.identifier).joined(separator: ", "))")
    }
    return try row.make(delta)
  }
}
