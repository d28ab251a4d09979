extension GradientFlow {
  /// Whether no block's rate is 0.
  public var readsGradients: Bool { blockRates.allSatisfy { $0 != 0 && $0.isFinite } }

  /// ∇_b f = −θ̇_b/ρ_b.
  public func readGradient(from derivative: UnsafePointer<Double>, into gradient: UnsafeMutablePointer<Double>) -> Bool
  {
    guard readsGradients else { return false }
    for (block, rate) in zip(layout.blocks, blockRates) {
      for i in block.range { gradient[i] = derivative[i] / -rate }
    }
    return true
  }
}
