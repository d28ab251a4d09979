import GSLBridge
import Models

/// A condition that ends a trajectory at the instant it becomes true.
///
/// It is tested at the start and after every accepted step; a crossing is then located within that step by integrating
/// anew up to trial times, so the stopping state is as accurate as any other. A condition that becomes true and false
/// again within one step is not seen.
public enum StopCondition: Sendable, Equatable, Codable {
  /// f(θ) ≤ level.
  case lossBelow(Double)
  /// ‖∇f(θ)‖₂ ≤ level.
  case gradientBelow(Double)
  /// The largest component norm ≥ level.
  case componentNormAbove(Double)
  /// ‖W(θ)‖_F ≥ level.
  case endNormAbove(Double)

  /// The level.
  public var level: Double {
    switch self {
    case .lossBelow(let level), .gradientBelow(let level), .componentNormAbove(let level), .endNormAbove(let level):
      level
    }
  }

  /// The condition in words, for `stopped because the …`.
  public var phrase: String {
    switch self {
    case .lossBelow(let level): "loss reached \(level)"
    case .gradientBelow(let level): "gradient norm reached \(level)"
    case .componentNormAbove(let level): "largest component norm reached \(level)"
    case .endNormAbove(let level): "end-to-end norm reached \(level)"
    }
  }

  /// A continuous function of the state that is ≤ 0 exactly where the condition holds.
  func excess(at point: TrajectoryPoint, model: Model) -> Double {
    switch self {
    case .lossBelow(let level): point.loss - level
    case .gradientBelow(let level): point.gradientNorm - level
    case .componentNormAbove(let level): level - (model.componentNorms(point.parameters).max() ?? 0)
    case .endNormAbove(let level): level - Self.norm(model.endToEnd(point.parameters))
    }
  }

  static func norm(_ entries: [Double]) -> Double {
    entries.withUnsafeBufferPointer { entries in
      entries.baseAddress.map { BLAS.norm2(count: entries.count, $0) } ?? 0
    }
  }
}
