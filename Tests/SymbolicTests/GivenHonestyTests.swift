import FlowLanguage
import Models
import Symbolic
import Testing
import Verdicts

/// Claims that look proved at first sight and are not.
@Suite("given sizes: honesty")
struct GivenHonestyTests {
  /// Each with what must come out: a verdict, or nil where the claim is left to others.
  static let traps: [(String, [String])] = [
    // A velocity is a mean over data points: what is quadratic in it does not follow from one point. With y = 1 and y = −1 at
    // a = 0 the mean velocity is 0 and the mean loss 1/2.
    (
      """
      input y
      param a
      loss 1/2*(a - y)^2
      let d = der(a)
      claim identity d^2 = 2*loss
      claim identity der(a)^2 = 2*loss
      claim conserved der(a)^2 - 2*loss
      claim decays der(a)^2 - 2*loss rate 1
      claim invariant der(a)^2 - 2*loss = 0
      claim nonincreasing der(a)^2 - 2*loss
      claim conserved norm2(grad(a)) - 2*loss
      """, ["-", "-", "-", "-", "-", "-", "-"]
    ),
    // The terms that a claim names are part of it: L' = −(u v − y)² (u² + v²).
    (
      """
      param u, v
      data y
      loss 1/2*(u*v - y)^2
      claim nonincreasing loss by u
      claim nonincreasing loss by grad(u), grad(v)
      claim nonincreasing loss by grad(u)
      claim nonincreasing norm2(u*v - y) by grad(u), grad(v)
      claim invariant u + v > 0 cofactor v
      claim invariant u + v > 0 cofactor y - u*v
      claim invariant u < v cofactor u
      """, ["no witness", "squares", "no witness", "no witness", "no witness", "cofactor", "no witness"]
    ),
    // The value of a boundary point is that of left − right, whichever side is the larger one: (x − 1)' = x at x = 1.
    (
      "param x\nflow x' = x\nclaim invariant x < 1\nclaim invariant x <= 1\n", ["no boundaryPoint", "no boundaryPoint"]
    ),
    // A polynomial with every root near 0 is still not 0.
    (
      "param x\nflow x' = 0*x\nclaim identity x*(x^2-1)*(x^2-4)*(x^2-9)*(x^2-16)*(x^2-25)*(x^2-36)*(x^2-49)*(x^2-64)*(x^2-81)*(x^2-100)*(x^2-121)*(x^2-144) = 0\n",
      ["no witness"]
    ),
  ]

  @Test("nothing is proved that the claim does not say", arguments: traps)
  func isHonest(text: String, expected: [String]) throws {
    let kinds = try GivenSizesTests.kinds(text)
    #expect(kinds == expected)
  }

  @Test("at an upper bound the value is the rate of left − right")
  func upperBound() throws {
    let file = try GivenSizesTests.file("param x\nflow x' = x\nclaim invariant x < 1\n")
    let proof = try GivenSizesProver(file).prove(file.claims[0], called: "c")
    #expect(proof?.evidence?.witness?.value == "1")
    #expect(proof?.evidence?.witness?.values == ["x": "1"])
  }

  @Test("numbers that would not fit are refused at once")
  func longNumbers() throws {
    let tower = (0..<8).reduce("2") { text, _ in "(\(text))^64" }
    let file = try GivenSizesTests.file("param x\nflow x' = 1\nclaim conserved x*\(tower)\n")
    let clock = ContinuousClock()
    let time = clock.measure {
      #expect(throws: Refusal.self) { try GivenSizesProver(file).prove(file.claims[0], called: "c") }
    }
    #expect(time < .seconds(5))
  }
}
