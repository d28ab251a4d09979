import Foundation
import GSLBridge
import Models
import Testing

/// The predictor on logarithms against products and sums as they are defined.
@Suite("label tensors")
struct LabelTensorTests {
  private func images(_ count: Int, order: Int, levels: Int, seed: UInt64 = 1) -> LabelledImages {
    LabelledImages(
      order: order, levels: levels, pixels: Array(repeating: 0, count: count * order),
      labels: Array(repeating: 0, count: count)
    ).withRandomImages(seed: seed, name: "images")
  }

  /// Values, and the gradient of Σ weights · f.
  private func evaluate(
    _ tensor: LabelTensor, _ images: LabelledImages, _ theta: [Double], _ weights: [Double]
  ) -> (values: [Double], gradient: [Double]) {
    var values = [Double](repeating: .nan, count: images.count)
    var gradient = [Double](repeating: .nan, count: theta.count)
    Array(0..<images.count).withUnsafeBufferPointer { tensor.load(images, $0) }
    tensor.predict(theta, into: &values)
    tensor.pullback(theta, weights, into: &gradient)
    return (values, gradient)
  }

  /// Leave-one-out products, multiplied out.
  private func reference(
    _ images: LabelledImages, rank: Int, _ theta: [Double], _ weights: [Double]
  ) -> (values: [Double], gradient: [Double]) {
    let (order, levels) = (images.order, images.levels)
    var values = [Double](repeating: 0, count: images.count)
    var gradient = [Double](repeating: 0, count: theta.count)
    for i in 0..<images.count {
      for r in 0..<rank {
        let places = (0..<order).map { (r * order + $0) * levels + Int(images.pixels[i * order + $0]) }
        values[i] += places.map { theta[$0] }.reduce(1, *)
        for n in 0..<order {
          gradient[places[n]] += weights[i] * places.indices.filter { $0 != n }.map { theta[places[$0]] }.reduce(1, *)
        }
      }
    }
    return (values, gradient)
  }

  @Test(arguments: [2, 3]) func agreesWithTheDenseTensorAtOrder8(levels: Int) throws {
    let images = images(200, order: 8, levels: levels)
    var stream = RandomStream(seed: 5, name: "theta")
    let tensor = try LabelTensor(order: 8, levels: levels, rank: 3, capacity: 200)
    for round in 0..<3 {
      var theta = (0..<tensor.parameterCount).map { _ in stream.gaussian() }
      // One zero in a component, two in another, and entries that must not be divided by.
      if round == 1 { (theta[0], theta[8 * levels], theta[8 * levels + 2 * levels]) = (0, 0, 0) }
      if round == 2 { (theta[1], theta[levels]) = (1e-200, -1e-310) }
      let weights = (0..<200).map { _ in stream.gaussian() }
      let (values, gradient) = evaluate(tensor, images, theta, weights)
      let expected = reference(images, rank: 3, theta, weights)
      for (a, b) in zip(values, expected.values) { #expect(abs(a - b) <= 1e-13 * (1 + abs(b))) }
      let size = expected.gradient.map(abs).max() ?? 0
      for (a, b) in zip(gradient, expected.gradient) { #expect(abs(a - b) <= 1e-12 * size) }
    }
  }

  /// Where half of the factors are a and the other half 1/a the product is 1, though partial products leave the range of doubles.
  @Test(arguments: [0.3, 0.1, 1e-3]) func productsAtOrder784NeitherOverflowNorUnderflow(a: Double) throws {
    let images = images(20, order: 784, levels: 2)
    let tensor = try LabelTensor(order: 784, levels: 2, rank: 1, capacity: 20)
    let theta = (0..<1568).map { $0 < 784 ? a : -1 / a }
    let weights = [Double](repeating: 1, count: 20)
    let (values, gradient) = evaluate(tensor, images, theta, weights)
    // 392 negative factors: the sign is plus.
    #expect((values.map { abs($0 - 1) }.max() ?? 1) < 1e-11)
    for n in 0..<784 {
      for v in 0..<2 {
        let seen = (0..<20).filter { images.pixels[$0 * 784 + n] == UInt8(v) }.count
        let expected = Double(seen) / theta[2 * n + v]
        #expect(abs(gradient[2 * n + v] - expected) <= 1e-10 * (1 + abs(expected)) * 20)
      }
    }
  }

  @Test func zerosAtOrder784AreCountedAndNotDividedBy() throws {
    let images = images(10, order: 784, levels: 2)
    let tensor = try LabelTensor(order: 784, levels: 2, rank: 2, capacity: 10)
    var theta = [Double](repeating: 1, count: 3136)
    // Component 0: everything that shows level 0 at pixel 5 vanishes. Component 1: zeros at two pixels, whatever they show.
    theta[10] = 0
    for place in [1568, 1569, 1570, 1571] { theta[place] = 0 }
    let weights = (0..<10).map { Double($0 + 1) }
    let (values, gradient) = evaluate(tensor, images, theta, weights)
    var atZero = 0.0
    for i in 0..<10 {
      let isZero = images.pixels[i * 784 + 5] == 0
      #expect(values[i] == (isZero ? 0 : 1))
      if isZero { atZero += weights[i] }
    }
    #expect(abs(gradient[10] - atZero) < 1e-12)
    #expect(gradient[1568...].map(abs).max() == 0)
    #expect(gradient.count(where: \.isFinite) == gradient.count)
    // A product that underflows is 0, one that overflows infinite; neither is a NaN.
    let small = evaluate(tensor, images, [Double](repeating: 0.1, count: 3136), weights)
    #expect((small.values + small.gradient).map(abs).max() == 0)
    let large = evaluate(tensor, images, [Double](repeating: 10, count: 3136), weights)
    #expect(large.values.min() == .infinity)
  }

  @Test func whatNobodyShowsHasNoDerivative() throws {
    let all = LabelledImages(
      order: 4, levels: 2, pixels: [1, 0, 1, 0, 1, 1, 0, 0, 1, 0, 0, 0], labels: [0, 1, 0])
    let tensor = try LabelTensor(order: 4, levels: 2, rank: 1, capacity: 3)
    let theta = [1.1, 0.7, 0.9, 1.3, 1.2, 0.8, 0.6, 1.4]
    let gradient = evaluate(tensor, all, theta, [0.1, 0.7, -0.3]).gradient
    #expect(gradient[0] == 0 && gradient[7] == 0)
  }

  @Test func quantizationRoundsHalfToEven() {
    let grays = LabelledImages(grays: [0, 127, 128, 255], white: 255, order: 4, levels: 2, labels: [3])
    #expect(grays.pixels == [0, 0, 1, 1])
    let digits = LabelledImages(grays: [0, 8, 9, 16], white: 16, order: 4, levels: 2, labels: [3])
    #expect(digits.pixels == [0, 0, 1, 1])
    #expect(LabelledImages(grays: [0, 5, 11, 16], white: 16, order: 4, levels: 4, labels: [3]).pixels == [0, 1, 2, 3])
  }
}
