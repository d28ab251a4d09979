import CMath
import FlowODE
import GSLBridge
import Models
import Verdicts

/// Follows along a run what the layers' imbalance, which is never quite 0 and which the flow conserves, does to laws that take it to be 0.
///
/// With ε the largest ‖W_{l+1}ᵀW_{l+1} − W_l W_lᵀ‖ and s = σ₁^{2/L} the square of a layer, products of L − j layers with their transposes
/// are off [WWᵀ]^{(L−j)/L} by at most (L − j) ε s^{L−j−1}, so the rate that a law claims is off by at most L (L − 1) ε s^{L−2} ‖G‖, and
/// that of a singular value by the part (L − 1) ε/σ_r^{2/L} of itself: it meets the imbalance where it shrinks.
final class LayerImbalance {
  /// The part of a term up to which a law is checked.
  static let bearable = 1e-6

  private let depth: Double
  /// ε at the start, and that relative to the largest layer's square.
  private let size: Double
  private let relative: Double
  private var sum = 0.0
  private var rate = 0.0
  private var time: Double?
  /// By what part of itself every followed singular value may be off by now.
  private(set) var parts: [Double] = []
  private var largest = 0.0
  private var end: Double?

  init(_ model: MatrixFactorization, start: [Double]) {
    depth = Double(model.depth)
    relative = model.relativeImbalance(start)
    // A start that is not balanced at all is one that is to be rejected, and nothing excuses it.
    guard relative <= SVDFlow.balanceTolerance else {
      size = 0
      return
    }
    let layers = model.layers(start)
    size = zip(layers, layers.dropFirst()).reduce(0) {
      max($0, ($1.1.transposed * $1.1 - $1.0 * $1.0.transposed).frobeniusNorm)
    }
  }

  /// Looks at a state for laws whose integrals are judged.
  ///
  /// - Parameter term: the law's largest term so far.
  func update(_ state: EndToEndState, time now: Double, beside term: Double) {
    guard depth > 1, let first = state.singularValues.first, first.isFinite else { return }
    let next = depth * (depth - 1) * size * pow(first, 2 - 4 / depth) * state.gradient.frobeniusNorm
    if let time { sum += (now - time) * max(rate, next) }
    (rate, time) = (next, now)
    guard term > 0 else { return }
    note(sum / term, time: now)
  }

  /// Looks at a state for laws about every singular value by itself.
  ///
  /// - Parameter isLost: the values of which rounding has left nothing.
  func update(_ values: [Double], time now: Double, isLost: [Bool]) {
    guard depth > 1 else { return }
    let isFirst = parts.isEmpty
    if isFirst { parts = [Double](repeating: 0, count: values.count) }
    for (r, value) in values.enumerated() where value.isFinite {
      let part = size > 0 ? (depth - 1) * size / pow(value, 2 / depth) : 0
      // What is off once stays off: its integral has gone wrong by then.
      guard part > parts[r] else { continue }
      let was = parts[r]
      parts[r] = part
      guard !isLost[r] else { continue }
      if part <= Self.bearable { largest = max(largest, part) }
      if !isFirst, was <= Self.bearable, part > Self.bearable, end == nil { end = now }
    }
  }

  private func note(_ effect: Double, time: Double) {
    if effect <= Self.bearable { largest = max(largest, effect) } else if end == nil { end = time }
  }

  /// What becomes of the law.
  var inexactness: Inexactness {
    Inexactness(
      "the balance of layers, \(tableNumber(relative)) of the largest layer's square off at the start,",
      remedy: "lower integration.until, or use a start that is better balanced", largest: largest, end: end)
  }
}
