import CMath
import Testing
import Verdicts

@Suite("The rule for orders in the learning rate")
struct OrderRuleTests {
  private let rates = [0.08, 0.04, 0.02, 0.01, 0.005]

  private func judgement(
    claimed: Double = 1, error: Double = 0, movement: Double = 10, hypotheses: [Hypothesis] = [],
    rates: [Double]? = nil, roundoff: Double = -1, incompleteness: String? = nil, obstacle: String? = nil,
    gap: (Double) -> Double?
  ) -> Judgement {
    OrderRule.judge(
      hypotheses: hypotheses,
      evidence: OrderEvidence(
        claimed: claimed, gaps: (rates ?? self.rates).map { ($0, gap($0)) }, referenceError: error, movement: movement,
        roundoff: roundoff, incompleteness: incompleteness, obstacle: obstacle))
  }

  private func judge(
    claimed: Double = 1, error: Double = 0, movement: Double = 10, hypotheses: [Hypothesis] = [],
    rates: [Double]? = nil, gap: (Double) -> Double?
  ) -> Verdict {
    judgement(
      claimed: claimed, error: error, movement: movement, hypotheses: hypotheses, rates: rates, gap: gap
    ).verdict
  }

  /// Gaps at halved rates with the given local orders.
  private func judge(orders: [Double], claimed: Double = 2) -> Judgement {
    var gaps = [(rate: 0.08, gap: Optional(0.1))]
    for (k, order) in orders.enumerated() {
      gaps.append((gaps[k].rate / 2, (gaps[k].gap ?? 0) * pow(0.5, order)))
    }
    return OrderRule.judge(
      hypotheses: [], evidence: OrderEvidence(claimed: claimed, gaps: gaps, referenceError: 0, movement: 10))
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
    #expect(judge(error: 1, hypotheses: [unmet]) { _ in nil } == .vacuous)
    expect(
      judgement(incompleteness: "stuck; try") { $0 }, .inconclusive, "the reference flow is incomplete: stuck; try")
    #expect(judgement(hypotheses: [unmet], incompleteness: "stuck") { $0 }.verdict == .vacuous)
  }

  @Test("four rates are enough and three are not; they must reach the smallest")
  func rateCount() {
    expect(judgement(rates: [0.08, 0.04, 0.02, 0.01]) { $0 }, .holds)
    expect(judgement(rates: [0.08, 0.04, 0.02]) { $0 }, .inconclusive, "only 3 of 3 learning rates have a gap")
    expect(judgement { $0 < 0.01 ? nil : $0 }, .inconclusive, "only 4 of 5")
    expect(judgement { $0 > 0.07 ? 0 : $0 }, .inconclusive, "exactly zero")
  }

  @Test("orders within a tenth of the claim hold, above it they are faster, below they are violated")
  func tolerance() {
    expect(judgement { pow($0, 1.099) }, .holds, "the last two orders of the gap are 1.099 and 1.099, claimed 1")
    expect(judgement { pow($0, 1.101) }, .inconclusive, "shrinks faster than order 1")
    expect(judgement { pow($0, 0.901) }, .holds)
    expect(judgement { pow($0, 0.899) }, .violated, "do not tend to 1")
    // Both of the last two count.
    expect(judge(orders: [2, 2.099, 2.099]), .holds)
    expect(judge(orders: [2, 2.101, 2]), .inconclusive, "not yet within 0.1 of 2")
    expect(judge(orders: [2, 1.901, 2.2]), .inconclusive, "shrinks faster than order 2")
    expect(judge(orders: [2, 1.899, 2.2]), .inconclusive, "not yet within 0.1 of 2")
  }

  @Test("the reference may be off by a hundredth of the smallest gap")
  func reference() {
    expect(judgement(error: 0.00999 * 0.005) { $0 }, .holds)
    expect(judgement(error: 0.01001 * 0.005) { $0 }, .inconclusive, "above 1% of the smallest gap")
  }

  @Test("a gap above a quarter of the motion is saturated and refutes nothing")
  func saturation() {
    let smallest = 0.005.squareRoot()
    expect(judgement(movement: smallest / 0.2499) { $0.squareRoot() }, .violated)
    expect(
      judgement(movement: smallest / 0.2501) { $0.squareRoot() }, .inconclusive, "of the size of the motion itself")
  }

  @Test("rising orders refute a claim only where they have settled to a tenth of what they lack")
  func settled() {
    // They lack 1.273 and 1.2725.
    expect(judge(orders: [0.5, 0.6, 0.727]), .violated)
    expect(judge(orders: [0.5, 0.6, 0.7275]), .inconclusive, "not yet")
    // A gap η^(1 − 1/(k + 2)) tends to order 1, slowly.
    expect(judge(orders: [0.5, 0.667, 0.75, 0.8], claimed: 1), .inconclusive)
  }

  @Test("settled orders refute a claim where both limits they tend to are below it, and agree to 0.2")
  func limits() {
    // At halved rates the limits are 2o₂ − o₁ and 2o₃ − o₂ = 0.75.
    expect(judge(orders: [0.351, 0.65, 0.7]), .violated)
    expect(judge(orders: [0.349, 0.65, 0.7]), .inconclusive, "not yet")
    // Both must fall short by more than a tenth.
    expect(judge(orders: [1.86, 1.875, 1.886]), .violated)
    expect(judge(orders: [1.875, 1.885, 1.8951]), .inconclusive)
    expect(judge(orders: [1.84, 1.878, 1.888]), .inconclusive)
  }

  @Test("orders that fall away from the claim, or are both negative, need no second limit")
  func falling() {
    expect(judge(orders: [0, 1.2, 1.1]), .violated)
    expect(judge(orders: [0, 1.2, 1.2]), .violated)
    expect(judge(orders: [-2, -0.5, -0.1]), .violated)
    expect(judge(orders: [-2, -0.5, 0.1]), .inconclusive)
    expect(judge(orders: [-2, 0.1, 0.3]), .inconclusive)
  }

  @Test("gaps at roundoff have no order, whatever they look like")
  func roundoff() {
    expect(judgement(roundoff: 0.0801) { $0 }, .inconclusive, "the gap is at roundoff at every rate (0.08)")
    expect(judgement(roundoff: 0.0799) { $0 }, .holds)
    expect(judgement(roundoff: 1) { $0 > 0.05 ? nil : $0 }, .holds)
    #expect(judgement(hypotheses: [unmet], roundoff: 1) { $0 }.verdict == .vacuous)
  }

  @Test("what limits the order whatever the claim turns a violation into no verdict, and nothing else")
  func obstacle() {
    expect(judgement(obstacle: "a kink was crossed") { $0.squareRoot() }, .inconclusive, "; a kink was crossed")
    expect(judgement(obstacle: "a kink was crossed") { $0 }, .holds)
  }

  @Test("the quantity is named")
  func names() {
    let evidence = OrderEvidence(
      quantity: "drift", claimed: 1, gaps: rates.map { ($0, $0) }, referenceError: 0, movement: 10)
    expect(OrderRule.judge(hypotheses: [], evidence: evidence), .holds, "orders of the drift are 1 and 1, claimed 1")
  }

  @Test("local orders of exact powers are exact, and three digits are printed")
  func orders() {
    let orders = OrderRule.localOrders([0.3, 0.1, 0.02].map { (rate: $0, gap: Optional($0 * $0)) })
    #expect(orders[0] == nil && abs((orders[1] ?? 0) - 2) < 1e-14 && abs((orders[2] ?? 0) - 2) < 1e-14)
    for gap in [nil, 0, -1, .nan, .infinity] as [Double?] {
      #expect(OrderRule.localOrders([(0.2, gap), (0.1, 1)]) == [nil, nil])
      #expect(OrderRule.localOrders([(0.2, 1), (0.1, gap)]) == [nil, nil])
    }
    #expect(OrderRule.digits(0.9849) == "0.985" && OrderRule.digits(-0.27) == "-0.27" && OrderRule.digits(2) == "2")
    #expect(OrderRule.digits(.nan) == "nan" && OrderRule.digits(1e7) == "1e+07" && OrderRule.digits(1.05) == "1.05")
  }
}
