/// The part of the judging rule for inequalities, value ≤ bound with slack = bound − value, from the last two rungs:
///
/// u_slack = 3·|slack(τ) − slack(coarser τ)| at a save time + roundoff (10 times that of a residual); between two save times the larger of theirs.
///
/// 1. somewhere slack < −10·u_slack on both rungs, at the same law and within one save time, and below −1000·τ of the bound's
///    size, or the level that a save grid which sets the steps of both rungs allows → *violated*;
/// 2. everywhere slack + u_slack ≥ 0, and u_slack is small where the bound is met only within it → *holds*;
/// 3. otherwise → *inconclusive*.
///
/// Whether a mutated statement is rejected on the same data is for ``Examination`` to add: without that, *holds* is hollow.
extension JudgingRule {
  /// How many u_slack a negative slack must be to count as a violation.
  public static let slackFactor = 10.0
  /// A bound that is met only within u_slack must be resolved to this part of its size.
  public static let slackResolution = 1e-6

  /// Slacks are differences of sums over many steps, whose roundoff may be this many times that of a state.
  public static let slackRoundoff = 10.0

  /// The slack that decided, relative to the size of its bound.
  public struct SlackSummary: Sendable, Equatable {
    /// The least slack of the run, relative.
    public let slack: Double
    /// u_slack there, relative.
    public let uncertainty: Double
    public let law: String
    public let time: Double
  }

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
          let error = coarse.map { uncertainty($0, fine, k, law, steps: steps) } ?? .infinity
          worst = SlackSummary(
            slack: relative, uncertainty: error / fine.size[i], law: fine.laws[law], time: fine.times[k])
        }
      }
    }
    return worst
  }

  /// u_slack of a law on the stretch that ends at the k-th save time: the larger of those at its two ends.
  static func uncertainty(_ coarse: Margin, _ fine: Margin, _ k: Int, _ law: Int, steps: Int) -> Double {
    let count = fine.laws.count
    var largest = 0.0
    for end in max(0, k - 1)...k where end < coarse.times.count {
      let i = end * count + law
      guard fine.slack[i] != .infinity, coarse.slack[i] != .infinity else { continue }
      largest = max(largest, abs(fine.slack[i] - coarse.slack[i]))
    }
    return 3 * largest + slackRoundoff * roundoffLevel(steps: steps) * fine.size[k * count + law]
  }

  /// - Parameter solver: the part of a bound's size up to which an excess may be the solver's ordinary error.
  static func judge(_ coarse: Margin, _ fine: Margin, steps: Int, solver: Double) -> Judgement {
    let count = fine.laws.count
    var isMet = true
    var short: (law: Int, save: Int, slack: Double, error: Double)?
    guard coarse.laws.count == count, abs(coarse.times.count - fine.times.count) <= 1 else {
      return Judgement(.inconclusive, "the last two rungs saved different states; tighten --refine")
    }
    for k in fine.times.indices where k < coarse.times.count {
      for law in 0..<count {
        let i = k * count + law
        let size = fine.size[i]
        guard size > 0, fine.least[i] != .infinity else { continue }
        guard fine.least[i].isFinite else {
          return Judgement(
            .inconclusive,
            "the slack of \(fine.laws[law]) is not finite at t = \(tableNumber(fine.times[k])): lower --until")
        }
        let error = uncertainty(coarse, fine, k, law, steps: steps)
        if fine.least[i] < -slackFactor * error, fine.least[i] < -max(violationUnits * unitRoundoff, solver) * size {
          let seen = (max(0, k - 1)...min(coarse.times.count - 1, k + 1)).contains {
            coarse.least[$0 * count + law] < -slackFactor * error
          }
          if seen {
            return Judgement(
              .violated,
              "\(fine.laws[law]) is exceeded by \(tableNumber(-fine.least[i] / size)) of its size at t = "
                + "\(tableNumber(fine.times[k])), \(tableNumber(-fine.least[i] / error)) times what the solver explains"
            )
          }
        }
        let unresolved = fine.least[i] < error && error > slackResolution * size
        if fine.least[i] + error < 0 || unresolved {
          isMet = false
          if short == nil || fine.least[i] / size < (short?.slack ?? 0) {
            short = (law, k, fine.least[i] / size, error / size)
          }
        }
      }
    }
    if isMet {
      let worst = worstSlack(coarse, fine, steps: steps)
      return Judgement(
        .holds,
        "holds at every checked time: least slack \(tableNumber(worst?.slack ?? 0)) of the bound's size, known to "
          + "\(tableNumber(worst?.uncertainty ?? 0)); tightness value/bound up to \(tableNumber(fine.tightness ?? 0))")
    }
    guard let short else { return Judgement(.inconclusive, "no bound was checked; raise --until") }
    return Judgement(
      .inconclusive,
      "\(fine.laws[short.law]) has a slack of \(tableNumber(short.slack)) of its size at t = "
        + "\(tableNumber(fine.times[short.save])), known only to \(tableNumber(short.error)); tighten --refine or try another "
        + "--method")
  }
}
