import CMath
import Models

extension LossExample {
  /// Every loss of the library with its definition, written down without looking at its code.
  package static let all: [LossExample] = {
    func residuals(_ loss: any Loss, _ of: @escaping @Sendable (Double) -> Double) -> LossExample {
      LossExample(loss, targets: [[0], [0.4], [-1.3]]) { z, y in of(z[0] - y[0]) }
    }
    func labels(_ loss: any Loss, _ of: @escaping @Sendable (Double) -> Double) -> LossExample {
      LossExample(loss, targets: [[1], [-1]]) { z, y in of(z[0] * y[0]) }
    }
    return [
      residuals(SquaredLoss()) { $0 * $0 },
      residuals(AbsoluteLoss()) { max($0, -$0) },
      residuals(try! HuberLoss(delta: 0.7)) { r in
        // The infimal convolution of r²/2 and δ|r|: the least of t²/2 + δ|r − t|, taken at t = ±δ or t = r.
        [r, 0.7, -0.7].map { 0.5 * $0 * $0 + 0.7 * abs(r - $0) }.min() ?? .nan
      },
      // log(1 + e^{−m}) = log(2 cosh(m/2)) − m/2.
      labels(LogisticLoss()) { log(exp(0.5 * $0) + exp(-0.5 * $0)) - 0.5 * $0 },
      labels(ExponentialLoss()) { 1 / exp($0) },
      // −Σ y log p.
      LossExample(
        CrossEntropy(), outputs: 3,
        targets: [[1, 0, 0], [0, 0, 1], [0.2, 0.5, 0.3], [1 / 3.0, 1 / 3.0, 1 - 2 / 3.0]]
      ) { z, y in
        let total = z.reduce(0) { $0 + exp($1) }
        return zip(z, y).reduce(0) { $0 - $1.1 * log(exp($1.0) / total) }
      },
    ]
  }()
}
