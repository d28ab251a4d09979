import Checkers
import Models
import Testing

@Suite("All copies of the inner loops compute the same")
struct KernelTests {
  /// Values, gradient, pushforward and second derivative of one model on one path.
  private func results(
    _ model: CPFactorization, _ measurements: Measurements, _ path: KernelPath, absolute: Bool
  ) throws -> [[Double]] {
    let checked = Checked(evaluator: try model.evaluator(for: measurements, path: path))
    var random = TestRandom(11)
    var vectors = [checked.n, checked.n, checked.m, checked.m].map { random.numbers($0) }
    if absolute { vectors = vectors.map { $0.map(abs) } }
    let (parameters, direction, weights, weightsTangent) = (vectors[0], vectors[1], vectors[2], vectors[3])
    return [
      checked.predict(parameters), checked.pullback(parameters, weights), checked.pushforward(parameters, direction),
      checked.pullbackTangent(parameters, weights, direction, weightsTangent),
    ]
  }

  @Test("generic, AVX2 and AVX-512 agree", arguments: [1, 5, 8, 13, 16, 20, 32, 39, 48, 56, 64, 70, 200])
  func paths(components: Int) throws {
    var random = TestRandom(9)
    for shape in [[3, 4], [13, 2, 5], [4, 3, 5, 4], [2, 3, 2, 2, 3]] {
      let measurements = try measure(.entries, shape: shape, random: &random)
      let model = try CPFactorization(shape: shape, components: components)
      let generic = try results(model, measurements, .generic, absolute: false)
      // The same sums with every term positive: one unit is 2⁻⁵² of this.
      let sizes = try results(model, measurements, .generic, absolute: true)
      for path in KernelPath.allCases where path.isSupported {
        let other = try results(model, measurements, path, absolute: false)
        for (quantity, size) in zip(generic.indices, sizes) {
          for (k, unit) in size.enumerated() {
            // A sum of T terms in eight lanes loses at most about T/8 + N units; these sums are at most a few hundred.
            let tolerance = (Double(components) / 8 + 40) * 0x1p-52 * unit
            #expect(abs(other[quantity][k] - generic[quantity][k]) <= tolerance)
          }
        }
      }
      // With fused multiply–add on both, there is no difference at all.
      if KernelPath.avx512.isSupported {
        #expect(
          try results(model, measurements, .avx2, absolute: false)
            == results(model, measurements, .avx512, absolute: false))
      }
    }
  }

  @Test("a path that cannot run is not the best one")
  func best() {
    #expect(KernelPath.best.isSupported)
    #expect(KernelPath.generic.isSupported)
  }
}
