import Checkers
import Models
import Testing

/// ∇²f at one θ for many directions: the products there are, whatever the objective does in between.
@Suite struct PreparedHessianTests {
  @Test func productsAreThoseOfOneDirection() throws {
    var random = TestRandom(151)
    let models: [Model] = [
      try Model(MatrixFactorization(shape: [4, 3], hiddenWidths: [5])),
      try Model(CPFactorization(shape: [3, 4, 2], components: 5)),
      try ProgramModel.matrix([3, 5, 4]).model, try ProgramModel.outermost(.sigmoid, [3, 4]).model,
      try ProgramModel.twoLayers(3, 5, 2, batch: 4, .tanh, &random).model,
    ]
    for model in models {
      for kind in Sensing.allCases {
        let measurements = try measure(kind, shape: model.endShape, random: &random)
        for loss in [SquaredLoss(), try HuberLoss(delta: 0.7)] as [any Loss] {
          let probe = try Probe(model, measurements, loss: loss, normalization: .mean)
          var theta = random.numbers(probe.n)
          let at = theta
          let hessian = probe.objective.preparedHessian(at: theta)
          // θ was copied.
          theta = random.numbers(probe.n)
          let other = probe.objective.preparedHessian(at: theta)
          let dense = probe.hessian(at)
          for _ in 0..<3 {
            let direction = random.numbers(probe.n)
            var product = [Double](repeating: .nan, count: probe.n)
            hessian.multiply(direction, into: &product)
            let expected = probe.hessianVectorProduct(at, direction)
            #expect(product == expected, "\(model.summary), \(kind)")
            let rows = (0..<probe.n).map { i in dot(Array(dense[i * probe.n..<(i + 1) * probe.n]), direction) }
            #expect(agree(rows, product, within: 1e-13 * Double(probe.n) * max(1, largest(dense))))
            other.multiply(direction, into: &product)
            #expect(product == probe.hessianVectorProduct(theta, direction))
            _ = probe.gradient(direction)
            _ = probe.hessian(direction)
          }
        }
      }
    }
  }

  @Test func spectrumIsThatOfTheDenseHessian() throws {
    var random = TestRandom(152)
    let model = try ProgramModel.twoLayers(3, 4, 2, batch: 4, .tanh, &random).model
    let measurements = try measure(.allEntries, shape: model.endShape, random: &random)
    let probe = try Probe(model, measurements, normalization: .halfSum)
    let theta = random.numbers(probe.n)
    let spectrum = try probe.objective.extremeEigenvalues(theta, tolerance: 1e-10)
    let hessian = probe.hessian(theta)
    // Rayleigh quotients lie within, and both ends are eigenvalues: det(H − λ) changes sign in a pivot count.
    for _ in 0..<20 {
      let v = random.numbers(probe.n)
      let image = (0..<probe.n).map { i in dot(Array(hessian[i * probe.n..<(i + 1) * probe.n]), v) }
      let quotient = dot(v, image) / dot(v, v)
      #expect(quotient >= spectrum.smallest - 1e-9 && quotient <= spectrum.largest + 1e-9)
    }
    func negativePivots(_ shift: Double) -> Int {
      var a = hessian
      let n = probe.n
      for i in 0..<n { a[i * n + i] -= shift }
      var count = 0
      for k in 0..<n {
        if a[k * n + k] < 0 { count += 1 }
        for i in (k + 1)..<max(n, k + 1) {
          let factor = a[i * n + k] / a[k * n + k]
          for j in k..<n { a[i * n + j] -= factor * a[k * n + j] }
        }
      }
      return count
    }
    let margin = 1e-6 * max(abs(spectrum.smallest), abs(spectrum.largest))
    #expect(negativePivots(spectrum.smallest - margin) == 0 && negativePivots(spectrum.smallest + margin) >= 1)
    #expect(
      negativePivots(spectrum.largest + margin) == probe.n && negativePivots(spectrum.largest - margin) < probe.n)
  }
}
