import FlowODE

/// Tells whether two runs took the very same steps: a fingerprint of the times at which they ended.
final class MeshWatch: TrajectoryObserver {
  /// FNV-1a over the bits of every accepted time so far.
  private(set) var fingerprint: UInt64 = 0xCBF2_9CE4_8422_2325

  func observe(_ point: TrajectoryPoint) {
    guard point.isStep else { return }
    fingerprint = (fingerprint ^ point.time.bitPattern) &* 0x0000_0100_0000_01B3
  }
}
