extension Program {
  /// A new block of parameters, behind the ones before it in θ.
  ///
  /// - Throws: ``Refusal`` if the name is taken or a dimension is not positive.
  public mutating func block(_ name: String, _ shape: [Int]) throws(Refusal) -> ID {
    guard !blocks.contains(where: { $0.name == name }) else {
      throw Refusal("two blocks are called \(name)", remedy: "give every block a name of its own")
    }
    try check(shape, of: "block \(name)")
    return appendBlock(name, shape: shape)
  }

  /// Constant numbers, row-major.
  ///
  /// - Throws: ``Refusal`` if their number does not fit the shape.
  public mutating func data(_ values: [Double], _ shape: [Int]) throws(Refusal) -> ID {
    let count = try check(shape, of: "a data array")
    guard values.count == count else {
      throw Refusal(
        "\(values.count) numbers do not fill a data array of shape \(shape)", remedy: "give \(count) numbers")
    }
    return appendData(values, shape: shape)
  }

  /// A 0/1 array of shape `rows` + `targets` with a one where row k meets `indices[k]`.
  ///
  /// - Throws: ``Refusal`` if the number of indices does not fit or one is out of range.
  public mutating func selection(
    rows: [Int], of targets: [Int], indices: [Int32]
  ) throws(Refusal) -> ID {
    let count = try check(rows, of: "a selection")
    // The array itself is not formed, nor need be what the selection looks up.
    try checkExtents(targets, of: "the target of a selection")
    guard !targets.isEmpty, indices.count == count * targets.count else {
      throw Refusal(
        "\(indices.count) indices do not describe \(count) rows of a selection from shape \(targets)",
        remedy: "give \(targets.count) indices a row")
    }
    for (position, index) in indices.enumerated() {
      let axis = position % targets.count
      guard index >= 0, Int(index) < targets[axis] else {
        throw Refusal(
          "row \(position / targets.count) of a selection has index \(index) on axis \(axis), which has extent "
            + "\(targets[axis])", remedy: "indices are 0-based and below the extent")
      }
    }
    return appendSelection(Selection(rows: rows, targets: targets, indices: indices))
  }

  /// An array whose entries are all this number.
  public mutating func constant(_ value: Rational, _ shape: [Int] = []) throws(Refusal) -> ID {
    try check(shape, of: "a constant")
    return try sum([Product(value, [], out: Array(shape.indices))], shape: shape)
  }

  /// The direction in parameter space, restricted to a block.
  public mutating func direction(_ block: Int) -> ID { add(.direction(block), shape: self[blocks[block].node].shape) }

  /// Numbers given at every run: 0 the weights of the measurements, 1 their tangent.
  public mutating func weights(_ number: Int, _ shape: [Int]) -> ID { add(.weights(number), shape: shape) }

  @discardableResult
  private func check(_ shape: [Int], of what: String) throws(Refusal) -> Int {
    try checkExtents(shape, of: what)
    return try MemoryLimit.check(shape, what: what, remedy: "use smaller extents")
  }

  func checkExtents(_ shape: [Int], of what: String) throws(Refusal) {
    guard shape.allSatisfy({ $0 >= 1 }) else {
      throw Refusal("\(what) has the shape \(shape)", remedy: "every extent must be positive")
    }
  }

  /// The blocks of θ one behind the other.
  public var layout: ParameterLayout {
    ParameterLayout(blocks.map { (name: $0.name, shape: self[$0.node].shape) })
  }
}
