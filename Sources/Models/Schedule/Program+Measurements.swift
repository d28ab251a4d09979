extension Program {
  /// The measurements ⟨A_k, W⟩ of a node W, as a node of m numbers.
  ///
  /// - Throws: ``Refusal`` if the shapes differ.
  public mutating func measure(_ object: ID, _ measurements: Measurements) throws(Refusal) -> ID {
    try check(object)
    let shape = self[object].shape
    guard shape == measurements.shape else {
      throw Refusal(
        "measurements of shape \(measurements.shape) do not fit a model of shape \(shape)", remedy: "use one shape")
    }
    let count = measurements.count
    let axes = Array(1...max(shape.count, 1)).prefix(shape.count).map { $0 }
    var uses = [Use(object, axes)]
    switch measurements.operators {
    case .entries(let indices):
      if Self.isEverything(indices, shape) {
        // A matrix product is cheaper than a row at a time.
        return object
      }
      uses.append(Use(try selection(rows: [count], of: shape, indices: indices), [0] + axes))
    case .dense(let tensors): uses.append(Use(try data(tensors, [count] + shape), [0] + axes))
    case .rankOne(let factors):
      for (axis, factor) in factors.enumerated() {
        uses.append(Use(try data(factor, [count, shape[axis]]), [0, axes[axis]]))
      }
    case .inputs(let inputs):
      let (samples, last) = (measurements.sampleCount, shape.count - 1)
      uses.append(Use(try data(inputs, [samples, shape[last]]), [0, axes[last]]))
      return try sum([Product(1, uses, out: [0] + axes.dropLast())], shape: [samples] + shape.dropLast())
    }
    return try sum([Product(1, uses, out: [0])], shape: [count])
  }

  /// Whether these are all entries, row-major.
  private static func isEverything(_ indices: [Int32], _ shape: [Int]) -> Bool {
    guard let size = MemoryLimit.elementCount(shape), indices.count == shape.count * size else { return false }
    var stride = [Int](repeating: 1, count: shape.count)
    for axis in shape.indices.dropLast().reversed() { stride[axis] = stride[axis + 1] * shape[axis + 1] }
    for (position, index) in indices.enumerated() {
      let (row, axis) = position.quotientAndRemainder(dividingBy: shape.count)
      if Int(index) != row / stride[axis] % shape[axis] { return false }
    }
    return true
  }
}
