import Checkers
import Testing
import Theorems
import Verdicts

@Suite("Order rule")
struct OrderRuleTests {
  private let rates = [0.08, 0.04, 0.02, 0.01, 0.005]

  private func judge(
    claimed: Double = 1, error: Double = 0, movement: Double = 10, hypotheses: [Hypothesis] = [],
    rates: [Double]? = nil, gap: (Double) -> Double?
  ) -> Verdict {
    let rates = rates ?? self.rates
    return OrderRule.judge(
      hypotheses: hypotheses,
      evidence: OrderEvidence(
        claimed: claimed, gaps: rates.map { ($0, gap($0)) }, referenceError: error, movement: movement)
    ).verdict
  }

  @Test("the claimed order holds, with the usual O(η) remainder, also between rates that are no halves")
  func holds() {
    #expect(judge { 3 * $0 } == .holds)
    #expect(judge { 3 * $0 + 4 * $0 * $0 } == .holds)
    #expect(judge(claimed: 2) { 3 * $0 * $0 - 4 * $0 * $0 * $0 } == .holds)
    #expect(judge(rates: [0.1, 0.03, 0.01, 0.001]) { 2 * $0 } == .holds)
  }

  @Test("a plateau, a lower order and one reached from below or above are violated")
  func violated() {
    #expect(judge { 0.2 + $0 } == .violated)
    #expect(judge { 0.05 + 2 * $0 } == .violated)
    // A true order of 1 where 2 is claimed: exactly, with a falling and with a rising sequence of local orders.
    #expect(judge(claimed: 2) { $0 } == .violated)
    #expect(judge(claimed: 2) { $0 + 9 * $0 * $0 } == .violated)
    #expect(judge(claimed: 2) { $0 - 5 * $0 * $0 } == .violated)
    // A gap that grows as η shrinks.
    #expect(judge { 0.1 + 0.01 / (1 + $0) } == .violated)
    #expect(judge { 0.2 - 1.9 * $0 } == .violated)
    #expect(judge { (0.04 - 0.7 * $0 + 4 * $0 * $0).squareRoot() } == .violated)
  }

  @Test("what the ladder cannot tell is inconclusive")
  func inconclusive() {
    // Too few rates, a diverged smallest rate, a reference that is not known well enough, a zero gap.
    #expect(judge(rates: [0.04, 0.02, 0.01]) { $0 } == .inconclusive)
    #expect(judge { $0 < 0.01 ? nil : $0 } == .inconclusive)
    #expect(judge(error: 1e-3) { $0 } == .inconclusive)
    #expect(judge { _ in 0 } == .inconclusive)
    #expect(judge { $0 == 0.005 ? .nan : $0 } == .inconclusive)
    // Still far from its order but tending to it; faster than claimed.
    #expect(judge { $0 + 60 * $0 * $0 } == .inconclusive)
    #expect(judge { $0 / (1 + 40 * $0) } == .inconclusive)
    #expect(judge { $0 * $0 } == .inconclusive)
    // Saturated: the gap is as large as the motion, which says nothing about the limit.
    #expect(judge(movement: 1) { 0.9 + 0 * $0 } == .inconclusive)
    #expect(judge(movement: 1) { $0 / ($0 + 0.001) } == .inconclusive)
  }

  @Test("a diverged largest rate does not spoil four others; an unmet hypothesis is vacuous before all else")
  func precedence() {
    #expect(judge { $0 > 0.05 ? nil : $0 } == .holds)
    #expect(
      judge(error: 1, hypotheses: [Hypothesis("smooth", isMet: false, detail: "kink")]) { _ in nil } == .vacuous)
  }

  @Test("local orders and the fit of exact powers are exact")
  func orders() throws {
    let gaps = [0.3, 0.1, 0.02].map { (rate: $0, gap: Optional($0 * $0)) }
    let orders = OrderRule.localOrders(gaps)
    #expect(orders[0] == nil && abs((orders[1] ?? 0) - 2) < 1e-14 && abs((orders[2] ?? 0) - 2) < 1e-14)
    let fit = try #require(SlopeInterval(gaps: gaps))
    #expect(abs(fit.slope - 2) < 1e-12 && fit.low <= fit.slope && fit.slope <= fit.high)
    #expect(OrderRule.digits(0.9849) == "0.985" && OrderRule.digits(-0.27) == "-0.27" && OrderRule.digits(2) == "2")
  }
}
