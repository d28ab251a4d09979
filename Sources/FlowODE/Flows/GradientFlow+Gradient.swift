extension GradientFlow {
  /// Whether no block's rate is 0.
  public var readsGradients: Bool { blockRates.allSatisfy { $0 != 0 && $0.isFinite } }

  /// ∇_b f = −θ̇_b/ρ_b.
  public func readGradient(from derivative: UnsafePointer<Double>, into gradient: UnsafeMutablePointer<Double>) -> Bool
  {
    guard readsGradients else { return false }
    for (block, rate) in zip(layout.blocks, blockRates) {
      let (source, target) = (derivative + block.offset, gradient + block.offset)
      if rate == 1 {
        for i in 0..<block.count { target[i] = -source[i] }
      } else {
        for i in 0..<block.count { target[i] = source[i] / -rate }
      }
    }
    return true
  }
}
