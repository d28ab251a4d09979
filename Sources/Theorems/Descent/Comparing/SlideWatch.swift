import FlowODE

/// The reference flow slides along kinks of a loss that is not differentiable there, which takes steps without end.
struct SlideAlongKink: Error {
  let crossings: Int
  let time: Double
}

/// Gives a flow up that keeps crossing kinks.
final class SlideWatch: TrajectoryObserver {
  /// Steps with a crossing after which a flow is taken to slide.
  static let most = 1000
  private let kinks: KinkWatch

  init(_ kinks: KinkWatch) { self.kinks = kinks }

  func observe(_ point: TrajectoryPoint) throws {
    if kinks.crossings >= Self.most { throw SlideAlongKink(crossings: kinks.crossings, time: point.time) }
  }
}
