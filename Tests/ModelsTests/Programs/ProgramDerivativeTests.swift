import Checkers
import Models
import Testing

/// Predictions, gradients, directional derivatives and second derivatives of programs, against hyper-dual numbers.
@Suite struct ProgramDerivativeTests {
  @Test(arguments: 0..<8) func randomPrograms(_ group: Int) throws {
    var random = TestRandom(UInt64(1000 + group))
    for _ in 0..<40 {
      let made = try RandomProgram(&random)
      let evaluator = try ProgramEvaluator(made.program, predictions: made.output)
      let parameters = random.numbers(evaluator.parameterCount)
      evaluator.poison()
      let error = largestError(
        made.program, predictions: made.output, evaluator: evaluator, parameters: parameters, random: &random)
      #expect(error < 1e-12, "\(made.program.nodes)")
    }
  }

  /// ∇f, ∇²f v and ∇(vᵀ∇²f v) of a number f, as nodes.
  @Test func derivativesOfANumber() throws {
    var random = TestRandom(1100)
    for _ in 0..<60 {
      let made = try RandomProgram(&random)
      var program = made.program
      let axes = Array(program[made.output].shape.indices)
      let f = try program.sum(
        [
          Program.Product(
            try Rational(1, 2), [Program.Use(made.output, axes), Program.Use(made.output, axes)], out: [])
        ],
        shape: [])
      let blocks = program.blocks.map(\.node)
      let gradient = try program.gradient(of: f, by: blocks)
      let product = try program.hessianVectorProduct(of: f)
      let third = try program.curvatureGradient(of: f)
      let n = program.layout.count
      let (theta, v) = (random.numbers(n), random.numbers(n))
      func flat(_ nodes: [Program.ID], _ reference: ProgramReference) -> [HyperDual] {
        nodes.flatMap { reference.entries[$0.index] }
      }
      for i in stride(from: 0, to: n, by: max(1, n / 6)) {
        let moved = (0..<n).map { HyperDual(theta[$0], $0 == i ? 1 : 0, v[$0]) }
        let reference = ProgramReference(program, moved, direction: v)
        let (value, products) = (reference.entries[f.index][0], flat(product, reference))
        let tolerance = 1e-12 * reference.scale
        #expect(abs(flat(gradient, reference)[i].value - value.first) <= tolerance)
        #expect(abs(products[i].value - value.mixed) <= tolerance)
        // ∂ᵢ (vᵀ ∇²f v), from the second derivatives moved along eᵢ.
        let curvature = (0..<n).reduce(0.0) { $0 + v[$1] * products[$1].first }
        #expect(abs(flat(third, reference)[i].value - curvature) <= 10 * tolerance)
      }
    }
  }
}
