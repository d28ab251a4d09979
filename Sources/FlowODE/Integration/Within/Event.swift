import Models

/// Something to be located on a trajectory: the first time at which a continuous quantity falls to zero.
public struct Event: Sendable {
  /// Events of one integration are told apart by their names.
  public let name: String
  /// A continuous function of the state that is positive before the event and ≤ 0 from it on.
  public let excess: @Sendable (TrajectoryPoint) -> Double

  /// An event where `excess` falls to zero.
  public init(_ name: String, excess: @escaping @Sendable (TrajectoryPoint) -> Double) {
    self.name = name
    self.excess = excess
  }

  /// The first time an observable reaches a level from below.
  public static func reaches(
    _ level: Double, _ name: String, observable: @escaping @Sendable (TrajectoryPoint) -> Double
  ) -> Event {
    Event(name) { level - observable($0) }
  }

  /// The first time at which some |residual| falls to the threshold δ of a loss's linear branch. Until then the gradient with
  /// respect to the end-to-end object is constant if every |residual| starts above δ.
  public static func firstKink(delta: Double) -> Event {
    Event(firstKinkName) { point in
      var least = Double.infinity
      for residual in point.residuals { least = min(least, abs(residual) - delta) }
      return least
    }
  }

  /// ``firstKink(delta:)`` of a loss with a linear branch; nothing for others.
  public static func firstKink(of loss: any Loss) -> [Event] {
    loss.linearBranch.map { [.firstKink(delta: $0)] } ?? []
  }

  /// The name of ``firstKink(delta:)``.
  public static let firstKinkName = "first kink"
}

/// An event that was located: its time and θ there, as accurate as any accepted state.
public struct EventHit: Sendable, Equatable, Codable {
  /// The event's name.
  public let name: String
  /// Flow time.
  public var time: Double { clock.total }
  /// Flow time as it is kept.
  public let clock: FlowTime
  /// θ there.
  public let parameters: [Double]
}
