import Models

/// How far predictions are from entries that were kept for a test: relative to their size, and as the root of the mean square.
final class TestError {
  static let names = ["test_error", "test_rmse"]

  private let evaluator: any Evaluator
  private let values: [Double]
  private var predictions: [Double]

  /// Nil where no entries were kept, or the model cannot predict them.
  init?(_ problem: Problem) {
    guard let test = problem.test, let evaluator = try? problem.model.evaluator(for: test) else { return nil }
    self.evaluator = evaluator
    values = test.values
    predictions = [Double](repeating: 0, count: test.values.count)
  }

  /// The numbers, in the order of the names.
  func values(_ parameters: UnsafePointer<Double>) -> [Double] {
    predictions.withUnsafeMutableBufferPointer { buffer in
      if let base = buffer.baseAddress { evaluator.predict(parameters, into: base) }
    }
    var (error, size) = (0.0, 0.0)
    for (prediction, value) in zip(predictions, values) {
      error += (prediction - value) * (prediction - value)
      size += value * value
    }
    return [size > 0 ? (error / size).squareRoot() : .nan, (error / Double(max(1, values.count))).squareRoot()]
  }
}
