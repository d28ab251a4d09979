import FlowODE
import Testing
import Theorems
import Verdicts

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

@Suite("Bounds and powers of a text")
struct TextBoundTests {
  /// f = ½ (a b − s)², s of size 1.
  private let pair: Experiment
  private let target: Double
  /// f = ½ (w − s)², so that |w − s| = |w₀ − s| e^(−t).
  private let single: Experiment
  private let goal: Double

  init() throws {
    pair = try ScalarExperiment.make(layers: [0.7, 0.2], until: 4, saveCount: 41)
    target = pair.problem.measurements.values[0]
    single = try ScalarExperiment.make(layers: [0.2], until: 3, saveCount: 41)
    goal = single.problem.measurements.values[0]
  }

  private var gap: TextSource {
    let goal = goal
    return .formula("|w-s|", { θ, _ in abs(θ[0] - goal) }, rate: { θ, v in θ[0] > goal ? v[0] : -v[0] })
  }

  @Test("a loss does not grow; what grows is found out")
  func nonincreasing() throws {
    let target = target
    let loss = TextSource.formula(
      "loss", { θ, _ in 0.5 * (θ[0] * θ[1] - target) * (θ[0] * θ[1] - target) },
      rate: { θ, v in (θ[0] * θ[1] - target) * (θ[0] * v[1] + θ[1] * v[0]) })
    let size = TextSource.formula(
      "norm", { θ, _ in θ[0] * θ[0] + θ[1] * θ[1] }, rate: { θ, v in 2 * (θ[0] * v[0] + θ[1] * v[1]) })
    expectTrue(try examine(pair, TextClaim.scalar("nonincreasing loss").nonincreasing(loss)), controls: 1)
    #expect(try examine(pair, TextClaim.scalar("nonincreasing norm").nonincreasing(size)).verdict == .violated)
  }

  @Test("a loss that has reached its end does not grow either")
  func rest() throws {
    let long = try ScalarExperiment.make(layers: [0.7, 0.2], until: 200, saveCount: 41)
    let target = long.problem.measurements.values[0]
    let loss = TextSource.formula(
      "loss", { θ, _ in 0.5 * (θ[0] * θ[1] - target) * (θ[0] * θ[1] - target) },
      rate: { θ, v in (θ[0] * θ[1] - target) * (θ[0] * v[1] + θ[1] * v[0]) })
    expectTrue(try examine(long, TextClaim.scalar("nonincreasing loss").nonincreasing(loss)), controls: 1)
  }

  @Test(
    "an invariant holds until the bound is moved, is violated where it is crossed, and vacuous where it is false at first"
  )
  func invariant() throws {
    func claim(_ bound: Double) -> StatedClaim {
      TextClaim.scalar("invariant |w-s| > \(bound)", blocks: [0])
        .invariant(TextComparison(gap, atLeast: .number(bound), isStrict: true, text: "|w-s| > \(bound)"))
    }
    expectTrue(try examine(single, claim(0)), controls: 1)
    #expect(try examine(single, claim(0.3)).verdict == .violated)
    #expect(try examine(single, claim(2)).verdict == .vacuous)
  }

  @Test("a bound over an interval asks for a run that covers it, and sees nothing outside")
  func always() throws {
    // From the start gap g₀ the gap is g₀ e^(−t).
    let first = abs(single.start[0] - goal)
    func claim(_ bound: Double, to end: Double) -> StatedClaim {
      TextClaim.scalar("always", blocks: [0])
        .always(
          TextComparison(gap, atLeast: .number(bound), isStrict: false, text: "|w-s| >= \(bound)"), from: 0, to: end)
    }
    expectTrue(try examine(single, claim(0.9 * first * exp(-2), to: 2)), controls: 1)
    #expect(try examine(single, claim(1.1 * first * exp(-2), to: 2)).verdict == .violated)
    let short = try examine(single, claim(0.001, to: 5))
    #expect(short.verdict == .inconclusive && short.reason.contains("before 5"), "\(short.reason)")
  }

  @Test("a first passage is at its time and at no other")
  func reaches() throws {
    let first = abs(single.start[0] - goal)
    func claim(_ level: Double, at time: Double, isEquation: Bool) -> StatedClaim {
      TextClaim.scalar("reaches", blocks: [0])
        .reaches(
          TextComparison(.number(level), atLeast: gap, isStrict: false, text: "|w-s| <= \(level)"),
          isEquation: isEquation, at: time, within: 1e-3)
    }
    let level = first * exp(-1.5)
    for isEquation in [true, false] {
      expectTrue(try examine(single, claim(level, at: 1.5004, isEquation: isEquation)), controls: 1)
      #expect(try examine(single, claim(level, at: 1.502, isEquation: isEquation)).verdict == .violated)
      #expect(try examine(single, claim(level, at: 1.498, isEquation: isEquation)).verdict == .violated)
    }
    let never = try examine(single, claim(first * exp(-4), at: 4, isEquation: true))
    #expect(never.verdict == .inconclusive, "\(never.reason)")
    #expect(try examine(single, claim(first * exp(-4), at: 2, isEquation: true)).verdict == .violated)
  }

  @Test("a power is told from its neighbours")
  func grows() throws {
    // d|w − s|/dt = −|w − s|, so its magnitude is the first power of itself, and the square's the square.
    let goal = goal
    let speed = TextSource.formula("|w'|", { _, v in abs(v[0]) })
    let square = TextSource.formula("|w'||w-s|", { θ, v in abs(v[0]) * abs(θ[0] - goal) })
    func claim(_ value: TextSource, _ exponent: Double) -> StatedClaim {
      TextClaim.scalar("grows", blocks: [0]).grows(value, like: gap, exponent: exponent)
    }
    expectTrue(try examine(single, claim(speed, 1)), controls: 2)
    expectTrue(try examine(single, claim(square, 2)), controls: 2)
    #expect(try examine(single, claim(speed, 4.0 / 3)).verdict == .violated)
    // No power at all.
    let sum = TextSource.formula("1+|w-s|", { θ, _ in 1 + abs(θ[0] - goal) })
    #expect(try examine(single, claim(sum, 1)).verdict == .violated)
  }
}
