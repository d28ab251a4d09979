import FlowLanguage
import Foundation
import Models
import Symbolic
import Testing
import Verdicts

/// Exact points at which claims fail, evaluated again in double precision by the programs of the language.
@Suite("atoms: witnesses")
struct AtomsWitnessTests {
  /// A text without its claim, and quantities that are not conserved.
  static let cases: [(String, [String])] = [
    (
      "param a[3], W[3,2]\ninput x[2], y\nmodel f = dot(a, relu(W*x))\nloss 1/2*(f - y)^2\n",
      ["sum(j: W[1,j]*W[2,j]) - a[1]*a[2]", "norm2(W)", "W", "abs(a[1])"]
    ),
    (
      "param a[3], W[3,2]\ninput x[2], y\nmodel f = dot(a, leaky(W*x, 0.1))\nloss abs(f - y)\n",
      ["W[1,1]^2 - a[1]^2", "max(W[1,1], a[2])"]
    ),
    ("param a[2], W[2,2]\ninput x[2]\nmodel f = [dot(a, abs(W*x)); a[1]]\n", ["norm2(W) - norm2(a)", "a"]),
    (
      "param a[2], W[2,2]\ninput x[2]\nmodel f = dot(a, sigmoid(W*x))\nflow momentum(0.5)\n", ["v_a[1]", "dot(v_a, a)"]
    ),
    ("param a[2], W[2,2]\ninput x[2]\nmodel f = dot(a, gelu(W*x) + exp(W*x))\nflow mirror\n", ["a[1] - W[1,1]", "W"]),
    (
      "param W[2,2], g[2]\ninput x[2], y[2]\nmodel f = g.*rmsnorm(W*x)\nloss 1/2*norm2(f - y)\nflow gradient decay 0.5\n",
      ["norm2(W)", "norm2(g) - norm2(W)", "norm(g)"]
    ),
    (
      "param Q[2,2], K[2,2], V[2,2]\ninput x[2], y[2]\nlet s = softmax([dot(Q*x, K*x), dot(Q*x, K*y)])\nmodel f = s[1]*V*x + s[2]*V*y\n",
      ["sum(i: Q[1,i]^2) - sum(i: K[2,i]^2)", "Q*Q' - V*V'", "exp(Q[1,1]) + K[1,1]"]
    ),
    (
      "param x, y, u, v\nlet r = sqrt(x^2 + y^2)\nflow x' = u, y' = v, u' = -x/r^3, v' = -y/r^3\n",
      ["r", "(u^2 + v^2)/2 + 1/r", "v*(x*v - y*u) + x/r", "log(1 + u)"]
    ),
    ("param x\nflow x' = sqrt(x^2 + 0.001)\n", ["x", "sqrt(x^2 + 0.001)", "1/(x + 3)^2"]),
  ]

  @Test("the values of witnesses", arguments: cases)
  func agree(head: String, quantities: [String]) throws {
    for quantity in quantities {
      let file = try GivenSizesTests.file(head + "claim conserved \(quantity)\n")
      let proof = try #require(try GivenSizesProver(file).prove(file.claims[0], called: "c"))
      #expect(proof.verdict == .violated, "\(quantity): \(proof.reason)")
      guard let witness = proof.evidence?.witness else { continue }
      func number(_ text: String) -> Double {
        let parts = text.split(separator: "/").compactMap { Double($0) }
        return parts.count == 2 ? parts[0] / parts[1] : parts[0]
      }
      // One data point, as data.
      let still = try GivenSizesTests.file(
        head.replacing("input ", with: "data ") + "observe slope = der(\(quantity))\n")
      let variables = try EntryVariables(still)
      func values(_ first: Int?, _ count: Int) -> [Double] {
        guard let first else { return [] }
        return variables.names[first..<first + count].map { witness.values[$0].map(number) ?? 0 }
      }
      var data: [String: [Double]] = [:]
      for array in still.neededArrays {
        let position = try #require(still.declarations.firstIndex { $0.name == array.name })
        data[array.name] = values(variables.declared[position], array.shape.reduce(1, *))
      }
      let evaluator = try FlowProgram(still, data: data).evaluator(of: still.observations[0].value)
      var state: [Double] = []
      for starts in [variables.declared, variables.velocities] {
        for (position, declaration) in still.declarations.enumerated() where declaration.role == .parameter {
          state += values(starts[position], declaration.shape.sizes.compactMap(\.number).reduce(1, *))
        }
      }
      try #require(state.count == evaluator.stateCount)
      if evaluator.cotangentCount > 0 {
        let cotangent = values(variables.cotangents, evaluator.cotangentCount)
        evaluator.setCotangent(cotangent, rate: nil)
      }
      let rates = AtomsNumbersTests.write(evaluator, state)
      let place = zip(evaluator.shape, witness.entry).reduce(0) { $0 * $1.0 + $1.1 - 1 }
      let expected = number(witness.value)
      #expect(expected != 0)
      #expect(abs(rates[place] - expected) <= 1e-12 * (1 + abs(expected)), "\(quantity): \(rates), \(witness)")
    }
  }
}
