import CMath
import FlowODE
import Models
import Testing

/// Training against an exactly solvable problem and an optimizer of another kind.
@Suite("training label tensors")
struct LabelTrainingTests {
  /// All 2⁴ images; class 1 where the first pixel is set. The tensor 2·[x₁ = 1] has rank one.
  private static var separable: LabelledImages {
    let pixels = (0..<16).flatMap { image in (0..<4).map { UInt8(image >> (3 - $0) & 1) } }
    return LabelledImages(
      order: 4, levels: 2, pixels: pixels, labels: (0..<16).map { UInt8($0 >> 3) })
  }

  private func training(epochs: Int, seed: UInt64 = 1, batch: Int = 5000) -> LabelTraining {
    var training = LabelTraining()
    (training.epochs, training.learningRate, training.seed, training.batch) = (epochs, 5e-3, seed, batch)
    return training
  }

  @Test func findsATensorOfRankOne() throws {
    let outcome = try training(epochs: 4000).run(Self.separable, test: Self.separable, positive: 1)
    #expect(outcome.isFinite)
    #expect(outcome.trainError < 1e-6)
    #expect(outcome.testError < 1e-6)
  }

  /// With no image to tell from another the best answer is the mean: the error is the variance of the labels, 3/16 · 13/16 (divided by 4
  /// like targets of 1 and 0).
  @Test func fitsTheMeanWhereImagesSayNothing() throws {
    let images = LabelledImages(
      order: 3, levels: 2, pixels: Array(repeating: 1, count: 48), labels: (0..<16).map { $0 < 3 ? 7 : 0 })
    let outcome = try training(epochs: 4000).run(images, test: images, positive: 7)
    #expect(abs(outcome.trainError - 3.0 / 16 * 13 / 16) < 1e-6)
    #expect(abs(outcome.testError - 3.0 / 16 * 13 / 16) < 1e-6)
  }

  /// Of one pixel f is linear: w_v goes to the mean target of the images that show v like e^{−2 (n_v/m) t}. Error unit: relative.
  @Test(arguments: [0.3, 2, 40]) func gradientFlowIsItsClosedForm(time: Double) throws {
    let (pixels, labels): ([UInt8], [UInt8]) = ([0, 1, 2, 1, 0, 2, 2, 2, 1, 2], [4, 0, 4, 4, 0, 0, 4, 0, 0, 0])
    let images = LabelledImages(order: 1, levels: 3, pixels: pixels, labels: labels)
    var training = LabelTraining()
    (training.horizon, training.scale, training.seed) = (time, 0.4, 3)
    let start = training.start(count: 3)
    let targets = labels.map { $0 == 4 ? 2.0 : 0 }
    let ends = (0..<3).map { v in
      let own = pixels.indices.filter { Int(pixels[$0]) == v }
      let mean = own.reduce(0) { $0 + targets[$1] } / Double(own.count)
      return mean + (start[v] - mean) * exp(-2 * Double(own.count) / 10 * time)
    }
    let squares = pixels.indices.reduce(0.0) { sum, i in
      let residual = ends[Int(pixels[i])] - targets[i]
      return sum + residual * residual
    }
    let outcome = try training.run(images, test: images, positive: 4)
    #expect(abs(outcome.trainError - squares / 40) < 1e-6 * squares / 40)
    #expect(outcome.isFinite && abs(outcome.testError - outcome.trainError) < 1e-12)
  }

  @Test func isTheSameForTheSameSeedAndAnotherForAnother() throws {
    let images = Self.separable.withRandomImages(seed: 3, name: "images")
    let runs = try [1, 1, 2].map {
      try training(epochs: 50, seed: $0, batch: 5).run(images, test: images, positive: 1)
    }
    #expect(runs[0] == runs[1])
    #expect(runs[0] != runs[2])
  }

  @Test func stopsWhenTheErrorIsSmallOrWhenAsked() throws {
    var training = training(epochs: 100)
    training.stopLoss = 1e9
    #expect(try training.run(Self.separable, test: Self.separable, positive: 1).epochs == 11)
    #expect(throws: Interrupted.self) {
      try training.run(Self.separable, test: Self.separable, positive: 1, isCancelled: { true })
    }
  }

  @Test func saysWhenNumbersDoNotStayFinite() throws {
    var training = training(epochs: 100)
    training.learningRate = 1e200
    let outcome = try training.run(Self.separable, test: Self.separable, positive: 1)
    #expect(!outcome.isFinite)
  }
}
