import FlowODE
import Foundation
import GSLBridge
import Models
import Testing

/// Adam's error on handwritten digits against that of an optimizer of another kind: L-BFGS (Nocedal 1980), written here.
@Suite("optimum of label tensors")
struct LabelOptimumTests {
  /// 1200 of the digits that the package ships.
  private static func digits() throws -> LabelledImages {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../data/digits.csv")
    let rows = try String(contentsOf: path, encoding: .utf8).split(separator: "\n").dropFirst()
      .map { $0.split(separator: ",").compactMap { UInt8($0) } }
    #expect(rows.allSatisfy { $0.count == 65 })
    return LabelledImages(
      grays: rows.flatMap { $0.prefix(64) }, white: 16, order: 64, levels: 2, labels: rows.map { $0[64] }
    ).chosen(Array(0..<1200))
  }

  /// Mean squared error over 4 and its gradient, from the definition in plain arithmetic: 64 factors stay within range.
  private static func error(
    _ images: LabelledImages, _ positive: UInt8, _ theta: [Double], _ gradient: inout [Double]
  ) -> Double {
    for k in gradient.indices { gradient[k] = 0 }
    var (sum, before) = (0.0, [Double](repeating: 1, count: images.order + 1))
    for i in 0..<images.count {
      let levels = images.pixels[i * images.order..<(i + 1) * images.order]
      for (n, level) in levels.enumerated() { before[n + 1] = before[n] * theta[2 * n + Int(level)] }
      let residual = before[images.order] - (images.labels[i] == positive ? 2 : 0)
      sum += residual * residual
      var after = residual / (2 * Double(images.count))
      for n in stride(from: images.order - 1, through: 0, by: -1) {
        let place = 2 * n + Int(levels[levels.startIndex + n])
        gradient[place] += after * before[n]
        after *= theta[place]
      }
    }
    return sum / Double(4 * images.count)
  }

  private static func optimum(_ images: LabelledImages, _ positive: UInt8, iterations: Int) -> Double {
    var theta = [Double](repeating: 1, count: 128)
    var gradient = theta
    var value = error(images, positive, theta, &gradient)
    var pairs: [(s: [Double], y: [Double], rho: Double)] = []
    func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    for _ in 0..<iterations {
      var direction = gradient
      var alphas: [Double] = []
      for pair in pairs.reversed() {
        alphas.append(pair.rho * dot(pair.s, direction))
        for k in direction.indices { direction[k] -= alphas[alphas.count - 1] * pair.y[k] }
      }
      // The first step moves the product by little: 64 factors change together.
      let scale = pairs.last.map { dot($0.s, $0.y) / dot($0.y, $0.y) } ?? 1e-2 / dot(gradient, gradient).squareRoot()
      for k in direction.indices { direction[k] *= scale }
      for (pair, alpha) in zip(pairs, alphas.reversed()) {
        let beta = pair.rho * dot(pair.y, direction)
        for k in direction.indices { direction[k] += (alpha - beta) * pair.s[k] }
      }
      let slope = dot(gradient, direction)
      var (step, trial, trialGradient, trialValue) = (1.0, theta, gradient, Double.infinity)
      while step > 1e-12 {
        for k in trial.indices { trial[k] = theta[k] - step * direction[k] }
        trialValue = error(images, positive, trial, &trialGradient)
        if trialValue <= value - 1e-4 * step * slope { break }
        step *= 0.5
      }
      guard trialValue < value else { break }
      let s = zip(trial, theta).map { $0 - $1 }
      let y = zip(trialGradient, gradient).map { $0 - $1 }
      if dot(s, y) > 0 { pairs.append((s, y, 1 / dot(s, y))) }
      if pairs.count > 10 { pairs.removeFirst() }
      (theta, gradient, value) = (trial, trialGradient, trialValue)
    }
    return value
  }

  /// Within 15 % of each other on the images, for every class, with as many iterations as `complexity` takes.
  @Test(arguments: 0..<10) func everyClassComesToTheErrorOfAnotherOptimizer(positive: Int) throws {
    let digits = try Self.digits()
    var training = LabelTraining()
    (training.epochs, training.learningRate) = (10_000, 2e-3)
    let found = try training.run(digits, test: digits, positive: UInt8(positive)).trainError
    let best = Self.optimum(digits, UInt8(positive), iterations: 1500)
    #expect(abs(found / best - 1) <= 0.15)
  }

  /// Within 15 % of each other on the images, on random images and on random labels.
  @Test(arguments: [UInt8(0), 3, 8]) func adamComesToTheErrorOfAnotherOptimizer(positive: UInt8) throws {
    let digits = try Self.digits()
    let sets = [
      digits, digits.withRandomImages(seed: 1, name: "images"), digits.withPermutedLabels(seed: 1, name: "labels"),
    ]
    var training = LabelTraining()
    (training.epochs, training.learningRate) = (3000, 2e-3)
    for images in sets {
      let found = try training.run(images, test: images, positive: positive).trainError
      let best = Self.optimum(images, positive, iterations: 300)
      #expect(abs(found / best - 1) <= 0.15)
    }
  }
}
