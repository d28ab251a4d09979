import FlowODE
import Verdicts

extension ComparisonRun {
  /// The smallest rates, which decide about an order.
  static let decidingRates = 3
  /// How many times its own memory a method must run before what the start did to it counts for nothing.
  private static let memories = 100.0

  /// Why the gaps at the deciding rates need not yet show their order, whatever the claim, and what to give; nil if nothing speaks
  /// against it. Below the stability limit iterates may still swing about the flow, and a method with a memory
  /// lives through the start's transient first: both fade with η, but not like a power of it.
  func irregularity(_ plan: ComparisonPlan) -> String? {
    // Descents that were made wrong on purpose are excused by nothing.
    guard plan.blockRates == nil, plan.modifiedFactor == ComparisonPlan.trueFactor else { return nil }
    let optimizer = plan.optimizer
    for track in tracks.suffix(Self.decidingRates) {
      let done = Double(track.iterations)
      if optimizer.memory > 1, done < Self.memories * optimizer.memory {
        return
          "at rate \(tableSetting(track.rate)) the descent has \(counted(track.iterations, "iteration")), and \(optimizer.identifier) remembers "
          + "\(tableNumber(optimizer.memory)): give compare.learning-rates smaller values or raise integration.until"
      }
      guard let stable = optimizer.stableCurvature(step: track.rate),
        let regular = optimizer.regularCurvature(step: track.rate), let worst = track.sharpness.map(\.ratio).max()
      else { continue }
      let part = worst * stable / regular
      if part > 1 {
        return
          "at rate \(tableSetting(track.rate)) λ_max is \(tableNumber(part)) of the curvature up to which \(optimizer.identifier) "
          + "does not swing about its flow: give compare.learning-rates smaller values"
      }
    }
    return nil
  }
}
