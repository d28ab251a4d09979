/// What is known of the end-to-end object W*: linear measurements y_k = ⟨A_k, W*⟩.
///
/// Consecutive values may be the outputs of one measurement, such as the entries of W*x for one input x.
public struct Measurements: Sendable, Equatable {
  /// The measurement operators A_1, …, A_m.
  public enum Operators: Sendable, Equatable {
    /// Completion: A_k is one at one entry and zero elsewhere. The multi-indices are 0-based, flattened: measurement k
    /// observes (indices[k·N], …, indices[k·N + N − 1]).
    case entries(indices: [Int32])
    /// Sensing with dense tensors: row k of the row-major m × Πd array holds A_k, row-major over the shape.
    case dense([Double])
    /// Sensing with A_k = x_k¹ ⊗ … ⊗ x_kᴺ: one row-major m × d_n array per mode, row k holding x_kⁿ.
    case rankOne([[Double]])
    /// W at input vectors: row i of the row-major n × d_N array holds x_i, and Σ_j W*[…, j] x_i[j] is one measurement with
    /// d_1 ⋯ d_{N−1} outputs, row-major.
    case inputs([Double])
  }

  /// Dimensions d_1, …, d_N of the end-to-end object.
  public let shape: [Int]
  /// A_1, …, A_m.
  public let operators: Operators
  /// The measured values y_1, …, y_m, those of one measurement one after the other.
  public let values: [Double]
  /// How many values one measurement has.
  public let outputs: Int

  /// Number of values m.
  public var count: Int { values.count }
  /// Whether they are what is computed at input vectors.
  public var isAtInputs: Bool { if case .inputs = operators { true } else { false } }
  /// Number of measurements, each of which counts once in a mean.
  public var sampleCount: Int { values.count / outputs }
  /// Order N of the end-to-end object.
  public var order: Int { shape.count }

  /// Checks every length and index.
  ///
  /// - Parameter outputs: values per measurement; nil for 1, or the object's rows at inputs.
  /// - Throws: ``Refusal`` if a length does not fit the shape, an index is out of range or a value is not finite.
  public init(shape: [Int], operators: Operators, values: [Double], outputs: Int? = nil) throws(Refusal) {
    let size = try MemoryLimit.check(shape, what: "an end-to-end object", remedy: "use a smaller shape")
    guard !shape.isEmpty, shape.allSatisfy({ $0 >= 1 }) else {
      throw Refusal(
        "shape \(shape) has a dimension below 1", remedy: "give every dimension as a positive integer")
    }
    guard !values.isEmpty else {
      throw Refusal("there are no measurements", remedy: "observe at least one entry")
    }
    if let k = values.firstIndex(where: { !$0.isFinite }) {
      throw Refusal(
        "measurement \(k) has the value \(values[k])", remedy: "every measured value must be finite")
    }
    var outputs = outputs ?? 1
    if case .inputs = operators { outputs = size / shape[shape.count - 1] }
    guard outputs >= 1, values.count % outputs == 0 else {
      throw Refusal(
        "\(values.count) values are no measurements of \(outputs) outputs",
        remedy: "give \(outputs) values per measurement")
    }
    switch operators {
    case .entries(let indices):
      guard indices.count == values.count * shape.count else {
        throw Refusal(
          "\(indices.count) indices do not describe \(values.count) entries of an order-\(shape.count) object",
          remedy: "give \(shape.count) indices per value")
      }
      for k in 0..<values.count {
        for n in 0..<shape.count where indices[k * shape.count + n] < 0 || Int(indices[k * shape.count + n]) >= shape[n]
        {
          throw Refusal(
            "measurement \(k) has index \(indices[k * shape.count + n]) in mode \(n), which has dimension \(shape[n])",
            remedy: "indices are 0-based and below the dimension")
        }
      }
    case .dense(let tensors):
      let expected = try MemoryLimit.check(
        [values.count, size], what: "the sensing tensors", remedy: "use fewer samples or rank-one sensing")
      guard tensors.count == expected else {
        throw Refusal(
          "the sensing tensors have \(tensors.count) entries, not \(expected)", remedy: "give one tensor per value")
      }
      try Self.requireFinite(tensors)
    case .rankOne(let factors):
      guard factors.count == shape.count,
        zip(factors, shape).allSatisfy({ $0.count == values.count * $1 })
      else {
        throw Refusal(
          "the rank-one sensing factors do not fit shape \(shape)", remedy: "give one m × d array per mode")
      }
      for factor in factors { try Self.requireFinite(factor) }
    case .inputs(let inputs):
      let width = shape[shape.count - 1]
      guard inputs.count == values.count / outputs * width else {
        throw Refusal(
          "\(inputs.count) numbers are not the inputs of \(values.count / outputs) measurements of an object of shape "
            + Shapes.list(shape), remedy: "give \(width) numbers per measurement")
      }
      try Self.requireFinite(inputs)
    }
    self.outputs = outputs
    self.shape = shape
    self.operators = operators
    self.values = values
  }

  /// Refuses a model of another shape.
  func check(fit shape: [Int]) throws(Refusal) {
    guard self.shape == shape else {
      throw Refusal(
        "the measurements are of a \(Shapes.times(self.shape)) object, but the model is \(Shapes.times(shape))",
        remedy: "use problem.shape \(Shapes.list(self.shape))")
    }
  }

  private static func requireFinite(_ numbers: [Double]) throws(Refusal) {
    if let k = numbers.firstIndex(where: { !$0.isFinite }) {
      throw Refusal("sensing coefficient \(k) is \(numbers[k])", remedy: "every coefficient must be finite")
    }
  }
}
