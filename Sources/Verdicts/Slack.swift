/// The slack that decided, relative to the size of its bound.
public struct SlackSummary: Sendable, Equatable {
  /// The least slack of the run, relative.
  public let slack: Double
  /// u_slack there, relative.
  public let uncertainty: Double
  /// The law it belongs to.
  public let law: String
  /// The save time at which its stretch ends.
  public let time: Double
}

extension JudgingRule {
  /// The stretch whose slack is least, and u_slack there; nil without any stretch.
  public static func worstSlack(_ coarse: Margin?, _ fine: Margin, steps: Int) -> SlackSummary? {
    var worst: SlackSummary?
    let count = fine.laws.count
    for k in fine.times.indices {
      for law in 0..<count {
        let i = k * count + law
        guard fine.size[i] > 0, fine.least[i] != .infinity else { continue }
        let relative = fine.least[i] / fine.size[i]
        if worst == nil || relative < worst?.slack ?? 0 || relative.isNaN {
          let error = coarse.map { slackUncertainty($0, fine, k, law, steps: steps) } ?? .infinity
          worst = SlackSummary(
            slack: relative, uncertainty: error / fine.size[i], law: fine.laws[law], time: fine.times[k])
        }
      }
    }
    return worst
  }

  /// u_slack of a law on the stretch that ends at the k-th save time: the larger of those at its two ends.
  static func slackUncertainty(_ coarse: Margin, _ fine: Margin, _ k: Int, _ law: Int, steps: Int) -> Double {
    let count = fine.laws.count
    var largest = 0.0
    for end in max(0, k - 1)...k where end < coarse.times.count {
      let i = end * count + law
      guard fine.slack[i] != .infinity, coarse.slack[i] != .infinity else { continue }
      largest = max(largest, abs(fine.slack[i] - coarse.slack[i]))
    }
    return MarginRule.changeFactor * largest
      + MarginRule.slackRoundoff * roundoffLevel(steps: steps) * fine.size[k * count + law]
  }
}
