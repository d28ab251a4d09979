import Models
import Symbolic
import Testing

/// Bounds by balls: functions that no prime knows, and the same bounds as modulo a prime.
struct LawBallTests {
  static let blocks: [LawBlockTests.Block] = [
    .init(
      name: "GELU", parameters: 20, laws: 0,
      text: "input x[3]\nparam W[4,3], V[2,4]\nmodel f = V*gelu(W*x)"),
    .init(
      name: "GELU with biases", parameters: 26, laws: 0,
      text: "input x[3]\nparam W[4,3], V[2,4], b[4], c[2]\nmodel f = c + V*gelu(W*x + b)"),
    .init(
      name: "GeGLU", parameters: 24, laws: 3,
      text: "input x[3]\nparam W[3,3], U[3,3], O[2,3]\nmodel f = O*(gelu(W*x).*(U*x))"),
    .init(
      name: "GeGLU of fifty-five numbers", parameters: 55, laws: 5,
      text: "input x[4]\nparam W[5,4], U[5,4], O[3,5]\nmodel f = O*(gelu(W*x).*(U*x))"),
    .init(
      name: "cube root", parameters: 2, laws: 1, text: "input x\nparam a, w\nmodel f = a*(w*x)^(1/3)"),
  ]

  @Test(arguments: blocks) func counts(block: LawBlockTests.Block) throws {
    let search = try LawSearch(LawBlockTests.model(block.text))
    let count = try search.run()
    #expect(count.parameters == block.parameters)
    #expect(count.upperBound == block.laws, "\(count)")
    if block.name != "cube root" { #expect(count.isComplete) }
    #expect(count.evidence == nil)
    #expect(count.ballRank?.rank == block.parameters - block.laws)
  }

  /// Where brackets are needed the bound by fields alone is weaker, and never below the laws.
  @Test(arguments: LawBlockTests.ofGradient)
  func ballsNeverGiveAFalseBound(block: LawBlockTests.Block) throws {
    let model = try LawBlockTests.model(block.text)
    for seed in 1..<3 as Range<UInt64> {
      let ball = try BallRank(model, seed: seed)
      #expect(block.parameters - ball.rank >= block.laws, "\(ball)")
    }
  }

  @Test func theBallOfFieldsThatDependIsNotCertain() throws {
    let balls = try BallArithmetic(count: 9, room: 0, precision: 64)
    // The third row is the sum of the others, up to 2⁻⁶⁰ in the second.
    for (place, value) in [1, 2, 3, 4, 5, 6, 5, 7, 9].enumerated() { try balls.set(place, to: Double(value)) }
    #expect(try balls.determinant(Array(0..<9), size: 3) == nil)
    try balls.set(8, to: 10)
    #expect(try balls.determinant(Array(0..<9), size: 3).map { abs($0 + 3) < 1e-9 } == true)
    // A third is no binary fraction: its ball has a radius, and 3 · (1/3) − 1 contains 0.
    var one = 0
    try balls.set(0, to: -1)
    try balls.set(1, to: 3)
    try balls.set(2, to: 0)
    var third = 2
    try balls.add(Rational(1, 3), nil, nil, to: &third)
    try balls.add(1, 1, 2, to: &one)
    #expect(try balls.determinant([0], size: 1) == nil)
  }

  @Test func whatHasNoValueIsRefused() throws {
    let never = try LawBlockTests.model("input x\nparam a\nmodel f = a*log(-1 - x^2)")
    #expect(throws: Refusal.self) { try BallRank(never, seed: 1) }
    var momentum = try LawModel.linearNetwork([1, 1, 1])
    momentum.flow = .momentum(nil)
    #expect(throws: Refusal.self) { try BallRank(momentum, seed: 1) }
    let large = try LawModel.linearNetwork([20, 20, 20])
    #expect(throws: Refusal.self) { try BallRank(large, seed: 1) }
  }
}
