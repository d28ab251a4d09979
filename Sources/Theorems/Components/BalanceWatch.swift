import Models
import Verdicts

/// Follows along a run how well components keep what a law about them takes for granted: equal squared norms, up to what the start's
/// were off by, or differences of squared norms that the flow conserves. A component that shrinks meets its own imbalance, however small
/// it was at the start, or the rounding and the solver's error in it; from there on the law says nothing of it.
final class BalanceWatch {
  /// What a law takes for granted, and so by what part of itself a rate may be off.
  enum Hypothesis {
    /// All squared norms a_i of a component are equal. With y_i = ln(a_i/ā), Σ 1/a_i = (m + ½ Σ y_i²)/ā, so the rate is off by at most
    /// (max a/min a − 1)²/8.
    case balance
    /// The largest difference ε of squared norms is that of the start. Bounds made of σ^{2/m} + ε are off by m |ε − ε(0)| of it.
    case conservation(epsilons: [Double])
  }

  /// The part of a term up to which a law is checked.
  private let bearable: Double
  /// The part of its peak below which a component counts as shrunk.
  private static let shrunkPart = 1e-3
  /// Below it squared norms, and products of them, are no longer known to all their digits.
  private static let leastSquare = Double.leastNormalMagnitude / Double.ulpOfOne
  private let hypothesis: Hypothesis
  private let most: Buffer<Double>
  private let least: Buffer<Double>
  /// The largest that the smallest squared norm has been.
  private let peak: Buffer<Double>
  /// The components of which nothing is claimed any more.
  private(set) var isOver: [Bool]
  /// The largest part of a term that a component still looked at may be off by.
  private(set) var largest = 0.0
  /// When the first component was given up.
  private(set) var end: Double?
  /// The largest imbalance at the start, relative to the smaller squared norm.
  private var start: Double?

  init(_ hypothesis: Hypothesis, count: Int) {
    self.hypothesis = hypothesis
    switch hypothesis {
    case .balance: bearable = 1e-6
    case .conservation: bearable = 1e-7
    }
    most = Buffer(count: count)
    least = Buffer(count: count)
    peak = Buffer(count: count)
    isOver = [Bool](repeating: false, count: count)
  }

  /// Looks at a state.
  func update(_ rows: ComponentRows, time: Double) {
    let (most, least, peak) = (most.pointer, least.pointer, peak.pointer)
    rows.writeExtremes(most: most, least: least)
    if start == nil {
      start = (0..<rows.count).reduce(0) { least[$1] > 0 ? max($0, most[$1] / least[$1] - 1) : $0 }
    }
    let orders = rows.orders.pointer
    for r in 0..<rows.count where !isOver[r] && most[r] > 0 {
      // Squares this small have lost digits, or all of them.
      if least[r] < Self.leastSquare {
        isOver[r] = true
        continue
      }
      peak[r] = max(peak[r], least[r])
      // Imbalance that comes about while the component has not shrunk is not what a tolerance left, and nothing excuses it.
      guard least[r] < Self.shrunkPart * peak[r] else { continue }
      let effect: Double
      switch hypothesis {
      case .balance:
        let excess = (most[r] - least[r]) / least[r]
        effect = 0.125 * excess * excess
      case .conservation(let epsilons):
        effect = orders[r] * abs(most[r] - least[r] - epsilons[r]) / (least[r] + epsilons[r])
      }
      if effect <= bearable {
        largest = max(largest, effect)
      } else {
        isOver[r] = true
        if end == nil { end = time }
      }
    }
  }

  /// What becomes of the law: nothing is claimed once a balanced component has met its imbalance; a bound is not checked there.
  var inexactness: Inexactness {
    switch hypothesis {
    case .balance:
      Inexactness(
        "balance within components, \(tableNumber(start ?? 0)) of the smaller squared norm off at the start,",
        remedy: "lower integration.until, or use a start whose components do not shrink", largest: largest, end: end)
    case .conservation:
      Inexactness(
        "the conservation of unbalancedness as the solver keeps it",
        remedy: "tighten integration.refine or lower integration.until", largest: largest)
    }
  }
}
