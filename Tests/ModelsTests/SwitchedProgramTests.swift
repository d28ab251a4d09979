import Models
import Testing

/// Programs with held kinks beside the same programs as they are.
@Suite("Held kinks")
struct SwitchedProgramTests {
  /// relu, |·| and both of the negative argument, one inside the other, over three samples.
  private static func evaluator() throws -> (held: SwitchedEvaluator, free: ProgramEvaluator) {
    var program = Program()
    let x = try program.data([1, 0.5, -0.3, 0.8, -0.7, 0.2], [2, 3])
    let (w, v, u) = (try program.block("W", [3, 2]), try program.block("V", [2, 3]), try program.block("U", [1, 2]))
    let first = try program.einsum("hi,in->hn", [w, x])
    let negative = try program.einsum("hi,in->hn", [w, x], times: -1)
    let hidden = try program.combine(1, program.map(.relu, first), Rational(1, 3), program.map(.relu, negative))
    let second = try program.map(.absolute, program.einsum("oh,hn->on", [v, hidden]))
    let output = try program.einsum("ao,on->an", [u, second])
    let held = try #require(try SwitchedEvaluator(program, predictions: output))
    return (held, try ProgramEvaluator(program, predictions: output))
  }

  @Test func heldIsTheSameOnItsSides() throws {
    let (held, free) = try Self.evaluator()
    // An argument and its negative are one switch: 9 entries of the first layer, 6 of the second.
    #expect(held.count == 15)
    let n = held.parameterCount
    for seed in 1...5 {
      var random = SplitMix(seed: UInt64(seed))
      let theta = (0..<n).map { _ in random.next() }
      let direction = (0..<n).map { _ in random.next() }
      #expect(held.hold(at: theta, rates: Array(repeating: 1, count: n)))
      let weights = [0.3, -0.8, 0.5]
      func gradient(_ evaluator: any Evaluator) -> [Double] {
        var result = [Double](repeating: 0, count: n)
        evaluator.predictAndPullback(theta, weigh: { for k in 0..<3 { $1[k] = weights[k] * $0[k] } }, into: &result)
        return result
      }
      func tangent(_ evaluator: any Evaluator) -> [Double] {
        var result = [Double](repeating: 0, count: n)
        evaluator.pullbackTangent(theta, weights: weights, direction: direction, weightsTangent: weights, into: &result)
        return result
      }
      for (a, b) in zip(gradient(held), gradient(free)) { #expect(abs(a - b) < 1e-14) }
      for (a, b) in zip(tangent(held), tangent(free)) { #expect(abs(a - b) < 1e-14) }
      // Arguments have the signs of their sides, and move as differences say.
      var (values, moved, rates) = (
        [Double](repeating: 0, count: 15), [Double](repeating: 0, count: 15), [Double](repeating: 0, count: 15)
      )
      held.values(theta, into: &values)
      for k in 0..<15 { #expect(values[k] * held.side(k) > 0) }
      held.derivatives(theta, direction: direction, into: &rates)
      held.values(zip(theta, direction).map { $0 + 1e-6 * $1 }, into: &moved)
      for k in 0..<15 { #expect(abs((moved[k] - values[k]) / 1e-6 - rates[k]) < 1e-5) }
      held.release()
    }
  }

  @Test func smoothProgramsHaveNone() throws {
    var program = Program()
    let x = try program.block("x", [2])
    let output = try program.map(.tanh, x)
    #expect(try SwitchedEvaluator(program, predictions: output) == nil)
  }

  /// Numbers between −1 and 1.
  private struct SplitMix {
    var state: UInt64
    init(seed: UInt64) { state = seed &* 0x9e37_79b9_7f4a_7c15 }
    mutating func next() -> Double {
      state &+= 0x9e37_79b9_7f4a_7c15
      var z = state
      z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
      z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
      return 2 * Double((z ^ (z >> 31)) >> 11) * 0x1p-53 - 1
    }
  }
}
