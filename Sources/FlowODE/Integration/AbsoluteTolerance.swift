import GSLBridge

/// The absolute tolerance of θ: a number for every rung, or scaled with the start.
public enum AbsoluteTolerance: Sendable, Equatable {
  /// rtol × 1e-2 × the root mean square of the start's entries, so that the error made while everything is still small
  /// stays far below what is being followed (an absolute tolerance of the size of the start loses the escape time).
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
