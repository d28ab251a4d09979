import FlowODE
import GSLBridge
import Models

/// In what the distance of a descent from its flow is measured.
public enum ComparisonMeasure: String, Sendable, CaseIterable {
  /// ‖θ_k − θ(t_k)‖₂.
  case parameters
  /// ‖W_k − W(t_k)‖_F of the end-to-end objects.
  case end
  /// |f(θ_k) − f(θ(t_k))|.
  case loss
  /// The largest difference of a component norm; for matrices, of a singular value.
  case norms

  /// End-to-end objects with more entries than this are not formed.
  static let endLimit = 5_000_000

  /// One line for lists.
  public var summary: String {
    switch self {
    case .parameters: "‖θ_k − θ(t_k)‖₂"
    case .end: "‖W_k − W(t_k)‖_F of the end-to-end objects"
    case .loss: "|f(θ_k) − f(θ(t_k))|"
    case .norms: "largest difference of a component norm (matrix: singular value)"
    }
  }

  func check(_ model: Model) throws(Refusal) {
    let entries = model.endShape.reduce(1) { $0.multipliedReportingOverflow(by: $1).partialValue }
    guard self != .end || entries <= Self.endLimit else {
      throw Refusal(
        "the end-to-end object has \(entries) entries, too many to form at every save time",
        remedy: "use compare.measure parameters, norms or loss")
    }
  }

  /// What is compared, at θ.
  func quantity(_ parameters: UnsafePointer<Double>, model: Model, objective: Objective) -> [Double] {
    switch self {
    case .parameters: Array(UnsafeBufferPointer(start: parameters, count: objective.parameterCount))
    case .end: model.endToEnd(parameters)
    case .loss: [objective.value(parameters)]
    case .norms: model.componentNorms(parameters)
    }
  }

  /// The distance of two such quantities; NaN if one is not finite.
  func distance(_ a: [Double], _ b: [Double]) -> Double {
    switch self {
    case .parameters, .end:
      return Self.norm(a, minus: b)
    case .loss, .norms:
      var largest = 0.0
      for (x, y) in zip(a, b) where !(abs(x - y) <= largest) {
        largest = abs(x - y)
        if largest.isNaN { return largest }
      }
      return largest
    }
  }

  static func norm(_ a: [Double], minus b: [Double]) -> Double {
    let difference = zip(a, b).map { $0 - $1 }
    return difference.withUnsafeBufferPointer { buffer in
      buffer.baseAddress.map { BLAS.norm2(count: buffer.count, $0) } ?? 0
    }
  }
}
