import FlowODE
import Testing
import Theorems
import Verdicts

@Suite("Equalities of a text")
struct TextEqualityTests {
  /// f = ½ (a b − s)², s of size 1.
  private let pair: Experiment
  private let target: Double
  /// f = ½ (w − s)², so that w − s = (w₀ − s) e^(−t).
  private let single: Experiment
  private let goal: Double

  init() throws {
    pair = try ScalarExperiment.make(layers: [0.7, 0.2], until: 4)
    target = pair.problem.measurements.values[0]
    single = try ScalarExperiment.make(layers: [0.2], until: 3)
    goal = single.problem.measurements.values[0]
  }

  private var squares: [TextSource] {
    [
      .formula("b^2", { θ, _ in θ[1] * θ[1] }, rate: { θ, v in 2 * θ[1] * v[1] }),
      .formula("-a^2", { θ, _ in -θ[0] * θ[0] }, rate: { θ, v in -2 * θ[0] * v[0] }),
    ]
  }

  @Test("what is conserved holds and both rates are seen")
  func conserved() throws {
    expectTrue(try examine(pair, TextClaim.scalar("conserved b^2 - a^2").conserved(squares)), controls: 2)
    let plus = [squares[0], .formula("a^2", { θ, _ in θ[0] * θ[0] }, rate: { θ, v in 2 * θ[0] * v[0] })]
    #expect(try examine(pair, TextClaim.scalar("conserved b^2 + a^2").conserved(plus)).verdict == .violated)
  }

  @Test("a conserved number of one term is judged by what the blocks make of it")
  func oneTerm() throws {
    let difference = TextSource.formula(
      "d", { θ, _ in θ[1] * θ[1] - θ[0] * θ[0] }, rate: { θ, v in 2 * (θ[1] * v[1] - θ[0] * v[0]) })
    expectTrue(try examine(pair, TextClaim.scalar("conserved d").conserved([difference])), controls: 2)
    #expect(try examine(pair, TextClaim.scalar("conserved a").conserved([.a])).verdict == .violated)
  }

  @Test("where one block moves, its rate is listed and not counted, and a wrong factor is seen")
  func oneBlock() throws {
    // w less itself: two terms that move and a sum that does not.
    let minus = TextSource.formula("-w", { θ, _ in -θ[0] }, rate: { _, v in -v[0] })
    let report = try examine(single, TextClaim.scalar("conserved w - w", blocks: [0]).conserved([.a, minus]))
    expectTrue(report, controls: 1)
    #expect(report.controls[0].notCounted?.contains("only sets the clock") == true)
  }

  @Test("terms that are 0 are judged beside what the blocks move their sum by")
  func silent() throws {
    // b² − a² less its start, in two terms of 0 each: what drifts is the solver's error, which no term's size excuses.
    let start = 0.2 * 0.2 - 0.7 * 0.7
    let difference = TextSource.formula(
      "b^2 - a^2 - c", { θ, _ in θ[1] * θ[1] - θ[0] * θ[0] - start }, rate: { θ, v in 2 * (θ[1] * v[1] - θ[0] * v[0]) })
    let claim = TextClaim.scalar("conserved b^2 - a^2 - c + 0")
    expectTrue(try examine(pair, claim.conserved([difference, .number(0)])), controls: 2)
  }

  @Test("a decay is judged by its integral, at any rate but the right one it is false")
  func decays() throws {
    let goal = goal
    let gap = TextSource.formula("w - s", { θ, _ in θ[0] - goal }, rate: { _, v in v[0] })
    let claim = TextClaim.scalar("decays w - s rate 1", blocks: [0])
    expectTrue(try examine(single, claim.decays([gap], rate: .number(1))), controls: 2)
    #expect(try examine(single, claim.decays([gap], rate: .number(1.002))).verdict == .violated)
  }

  @Test("a cofactor keeps a sign, if it is there at the start")
  func cofactor() throws {
    let goal = goal
    let sign = goal > 0 ? 1.0 : -1.0
    let gap = TextSource.formula("g", { θ, _ in sign * (goal - θ[0]) }, rate: { _, v in -sign * v[0] })
    func comparison(_ bound: Double) -> TextComparison {
      TextComparison(gap, atLeast: .number(bound), isStrict: true, text: "g > \(bound)")
    }
    let claim = TextClaim.scalar("invariant g > 0 cofactor -1", blocks: [0])
    expectTrue(
      try examine(single, claim.keepsSign(comparison(0), terms: [gap], cofactor: .number(-1))), controls: 2)
    let late = try examine(single, claim.keepsSign(comparison(2), terms: [gap], cofactor: .number(-1)))
    #expect(late.verdict == .vacuous && late.controls.isEmpty, "\(late.reason)")
  }

  @Test("an identity with a derivative along the flow sees both rates and its factor")
  func identity() throws {
    let target = target
    let left = TextSource.formula("der(a*b)", { θ, v in θ[0] * v[1] + θ[1] * v[0] })
    func right(_ factor: Double) -> TextSource {
      .formula("-(a^2+b^2)*(a*b-s)", { θ, _ in -factor * (θ[0] * θ[0] + θ[1] * θ[1]) * (θ[0] * θ[1] - target) })
    }
    let claim = TextClaim.scalar("identity der(a*b) = -(a^2+b^2)*(a*b-s)")
    expectTrue(try examine(pair, claim.identity([left], [right(1)])), controls: 3)
    #expect(try examine(pair, claim.identity([left], [right(1.001)])).verdict == .violated)
  }

  @Test("what is given must be so at the start, and what breaks it leaves nothing to say")
  func given() throws {
    let even = try ScalarExperiment.make(layers: [0.5, 0.5], until: 4)
    let sign = even.problem.measurements.values[0] > 0 ? 1.0 : -1.0
    let other = TextSource.formula("s b", { θ, _ in sign * θ[1] })
    let product = TextSource.formula("a b", { θ, _ in θ[0] * θ[1] })
    let square = TextSource.formula("s a^2", { θ, _ in sign * θ[0] * θ[0] })
    let claim = TextClaim.scalar("identity a b = s a^2 given a = s b", given: [TextEquation(.a, other)])
    expectTrue(try examine(even, claim.identity([product], [square])), controls: 3)
    #expect(try examine(pair, claim.identity([product], [square])).verdict == .vacuous)
  }

  @Test("a fall by squares is judged by its integral")
  func squaresOfDescent() throws {
    let target = target
    let loss = TextSource.formula("loss", { θ, _ in 0.5 * (θ[0] * θ[1] - target) * (θ[0] * θ[1] - target) })
    let roots: [TextSource] = [
      .formula("a r", { θ, _ in θ[0] * (θ[0] * θ[1] - target) }),
      .formula("b r", { θ, _ in θ[1] * (θ[0] * θ[1] - target) }),
    ]
    let claim = TextClaim.scalar("nonincreasing loss by a r, b r")
    expectTrue(try examine(pair, claim.nonincreasing(loss, by: roots)), controls: 3)
    #expect(try examine(pair, claim.nonincreasing(loss, by: [roots[0]])).verdict == .violated)
  }
}
