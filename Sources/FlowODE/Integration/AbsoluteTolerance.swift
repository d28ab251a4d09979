import GSLBridge

/// The absolute tolerance of θ: a number for every rung, or scaled with the start.
public enum AbsoluteTolerance: Sendable, Equatable {
  /// rtol × 1e-2 × the root mean square of the start's entries, so that the error made while everything is still small
  /// stays far below what is being followed (an absolute tolerance of the size of the start loses the escape time). Where blocks start at
  /// different sizes each has its own, so that a small block's error is not measured by a large one.
  case auto
  /// The same number whatever the start.
  case fixed(Double)

  func value(relative: Double, start: [Double]) -> Double {
    switch self {
    case .fixed(let value): return value
    case .auto:
      let scale = Self.rootMeanSquare(start)
      return relative * 1e-2 * (scale > 0 ? scale : 1)
    }
  }

  /// Blocks that start within this factor of each other share one tolerance, which is then no more than rtol times the size of any.
  private static let spread = 100.0

  /// Those of every entry where blocks start at different sizes; empty where one number serves, or was given.
  ///
  /// - Parameter blocks: where the blocks stand in the start. One that starts at 0 has the tolerance of all.
  package func parts(relative: Double, start: [Double], blocks: [Range<Int>]) -> [Double] {
    guard case .auto = self else { return [] }
    let sizes = blocks.map { Self.rootMeanSquare(Array(start[$0])) }
    let known = sizes.filter { $0 > 0 }
    guard let least = known.min(), let largest = known.max(), largest > Self.spread * least else { return [] }
    let all = value(relative: relative, start: start)
    var parts = [Double](repeating: all, count: start.count)
    for (block, size) in zip(blocks, sizes) where size > 0 {
      for k in block { parts[k] = relative * 1e-2 * size }
    }
    return parts
  }

  /// The relative tolerance that is in effect for entries of the start's root mean square size: rtol itself for ``auto``,
  /// rtol + atol/rms for a number, which no tightening of rtol takes below atol/rms.
  public func effective(relative: Double, start: [Double]) -> Double {
    guard case .fixed(let value) = self else { return relative }
    let scale = Self.rootMeanSquare(start)
    return relative + value / (scale > 0 ? scale : 1)
  }

  /// √(Σ x²/n), without intermediate overflow or underflow.
  static func rootMeanSquare(_ values: [Double]) -> Double {
    values.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return 0 }
      return BLAS.norm2(count: buffer.count, base) / Double(buffer.count).squareRoot()
    }
  }
}
