import Models
import Symbolic
import Testing

/// Brackets by series against brackets by hand, modulo a prime.
struct ModularSeriesTests {
  /// φ = (u v², v): ∇φ₁ = (v², 2uv), ∇φ₂ = (0, 1), and [∇φ₁, ∇φ₂] has the direction (v, u).
  @Test func bracketsOfTwoFields() throws {
    var program = Program()
    let u = try program.block("u", [])
    let v = try program.block("v", [])
    let product = try program.einsum(",,->", [u, v, v])
    let first = try program.data([1, 0], [2])
    let second = try program.data([0, 1], [2])
    let output = try program.sum(
      [program.product(",i->i", [product, first]), program.product(",i->i", [v, second])], shape: [2])
    let model = try LawModel(program, output: output)
    let field = PrimeField.mersenne
    let sampler = try FieldSampler(model, field: field)
    let point: [UInt64] = [3, 5]
    for seed in 1..<6 as Range<UInt64> {
      var generator = SplitMix(seed: seed)
      let gradient = try #require(sampler.gradient(at: point, &generator))
      // g₁ (v², 2uv) + g₂ (0, 1): g₁ = gradient₁ / 25.
      #expect(gradient[0] != 0)
      var series = SplitMix(seed: seed)
      let jets = try #require(sampler.jets(at: point, order: 3, &series))
      #expect(jets.count == 4)
      // X₀ = a ∇φ₁ + b ∇φ₂, V₀ = c ∇φ₁ + d ∇φ₂, V₁ likewise: (NV)' = V₁ + [X₀, V₀], and [∇φ₂, ∇φ₁] = (2v, 2u).
      var drawn = SplitMix(seed: seed)
      let x = (0..<8).map { _ in drawn.below(field.prime) }
      let w = (0..<8).map { _ in drawn.below(field.prime) }
      // Coefficient k of entry e is number 2k + e.
      let (a, b, c, d, c1, d1) = (x[0], x[1], w[0], w[1], w[2], w[3])
      #expect(jets[0] == [field.multiply(c, 25), field.add(field.multiply(c, 30), d)])
      let bracket = field.subtract(field.multiply(b, c), field.multiply(a, d))
      let expected = [
        field.add(field.multiply(c1, 25), field.multiply(bracket, 10)),
        field.add(field.add(field.multiply(c1, 30), d1), field.multiply(bracket, 6)),
      ]
      #expect(jets[1] == expected)
    }
  }

  /// A Hessian–vector product is the first coefficient of the gradient along a line.
  @Test(arguments: [[5, 3, 2], [3, 4, 2, 4], [2, 2, 2]]) func seriesOfNetworks(widths: [Int]) throws {
    let sampler = try FieldSampler(.linearNetwork(widths), field: .mersenne)
    #expect(sampler.checkHessian(seed: 4))
  }
}
