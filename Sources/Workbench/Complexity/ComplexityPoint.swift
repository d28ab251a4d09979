import FlowODE

/// One training: which predictor of which images.
struct ComplexityPoint: Hashable {
  let kind: ImageKind
  let rank: Int
  let label: UInt8
  let seed: UInt64
}

/// What a point came to; errors are nil where numbers did not stay finite.
struct ComplexityErrors: Equatable {
  let train: Double?
  let test: Double?
  /// Passes through the images.
  let epochs: Int

  init(train: Double?, test: Double?, epochs: Int) {
    (self.train, self.test, self.epochs) = (train, test, epochs)
  }

  init(_ outcome: LabelTraining.Outcome) {
    self.init(
      train: outcome.isFinite ? outcome.trainError : nil, test: outcome.isFinite ? outcome.testError : nil,
      epochs: outcome.epochs)
  }
}
