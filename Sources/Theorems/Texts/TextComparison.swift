import FlowODE
import Models
import Verdicts

/// Two sides of a text and how they compare, entry by entry.
public struct TextComparison: Sendable {
  /// The side that is claimed to be the larger one.
  public let larger: TextSource
  /// The other; one number stands for all entries.
  public let smaller: TextSource
  /// Whether the text has `<` or `>`: at the start the sides differ.
  public let isStrict: Bool
  /// As it was written.
  public let text: String

  /// larger ≥ smaller, or larger > smaller.
  public init(_ larger: TextSource, atLeast smaller: TextSource, isStrict: Bool, text: String) {
    self.larger = larger
    self.smaller = smaller
    self.isStrict = isStrict
    self.text = text
  }

  /// The comparison is true where the flow starts.
  var hypothesis: HypothesisRule {
    HypothesisRule("start", "\(text) at the start") { setting in
      guard let sides = TextSides(self, setting) else { return nil }
      let least = sides.leastSlack(at: setting.start)
      return (isStrict ? least > 0 : least >= 0, "the difference is at least \(tableNumber(least))")
    }
  }
}

/// The values of both sides at one state after the other.
final class TextSides {
  private let values: TextValues
  /// Entries of the comparison.
  let width: Int

  init?(_ comparison: TextComparison, _ setting: ClaimSetting) {
    guard
      let values = TextValues([comparison.larger, comparison.smaller], parameterCount: setting.start.count)
    else { return nil }
    self.values = values
    width = max(values.size(0), values.size(1))
  }

  /// Whether they depend on θ̇.
  var takesVelocity: Bool { values.takesVelocity }

  func update(_ point: TrajectoryPoint) { values.update(point) }

  func larger(_ k: Int) -> Double { values[0][values.size(0) == 1 ? 0 : k] }
  func smaller(_ k: Int) -> Double { values[1][values.size(1) == 1 ? 0 : k] }

  /// The least difference of the sides where they were written last; NaN if one is no number.
  var leastSlack: Double {
    var least = Double.infinity
    for k in 0..<width where !(larger(k) - smaller(k) >= least) { least = larger(k) - smaller(k) }
    return least
  }

  func leastSlack(at parameters: [Double]) -> Double {
    _ = values.atRest(parameters)
    return leastSlack
  }
}
