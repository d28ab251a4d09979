extension Program {
  /// A function of every entry.
  ///
  /// - Throws: ``Refusal`` if the node is unknown.
  public mutating func map(_ function: Function, _ input: ID) throws(Refusal) -> ID {
    try check(input)
    if function.keepsZero, isZero(input) { return input }
    return add(.map(function, input), shape: self[input].shape)
  }

  /// exp(xᵢ) / Σⱼ exp(xⱼ) along the last axis.
  ///
  /// - Throws: ``Refusal`` if the node is unknown or has no axis.
  public mutating func softmax(_ input: ID) throws(Refusal) -> ID {
    try checkAxis(input, "softmax")
    return add(.softmax(input), shape: self[input].shape)
  }

  /// The Jacobian of softmax where its value is `at`, applied to `of` along the last axis.
  ///
  /// - Throws: ``Refusal`` if a node is unknown, has no axis, or the shapes differ.
  public mutating func softmaxDerivative(at value: ID, of vector: ID) throws(Refusal) -> ID {
    try checkAxis(value, "the derivative of softmax")
    try check(vector)
    guard self[value].shape == self[vector].shape else {
      throw Refusal(
        "softmax of shape \(self[value].shape) has no derivative along shape \(self[vector].shape)",
        remedy: "use arrays of one shape")
    }
    if isZero(vector) { return vector }
    return add(.softmaxDerivative(at: value, of: vector), shape: self[value].shape)
  }

  /// ln Σᵢ exp(xᵢ) over the last axis.
  ///
  /// - Throws: ``Refusal`` if the node is unknown or has no axis.
  public mutating func logSumExp(_ input: ID) throws(Refusal) -> ID {
    try checkAxis(input, "log-sum-exp")
    return add(.logSumExp(input), shape: Array(self[input].shape.dropLast()))
  }

  private func checkAxis(_ input: ID, _ what: String) throws(Refusal) {
    try check(input)
    guard !self[input].shape.isEmpty else {
      throw Refusal("\(what) of a single number", remedy: "use an array with an axis to sum over")
    }
  }

  /// a·x + b·y, entry by entry.
  ///
  /// - Throws: ``Refusal`` if a node is unknown or the shapes differ.
  public mutating func combine(_ a: Rational, _ x: ID, _ b: Rational, _ y: ID) throws(Refusal) -> ID {
    try check(x)
    let shape = self[x].shape
    let labels = Array(shape.indices)
    return try sum(
      [Product(a, [Use(x, labels)], out: labels), Product(b, [Use(y, labels)], out: labels)], shape: shape)
  }

  /// f′ as a node, from the input and the output of f.
  ///
  /// - Throws: ``Refusal`` if a coefficient outgrows 64 bits.
  mutating func slope(of function: Function, input: ID, output: ID) throws(Refusal) -> ID {
    let shape = self[input].shape
    let labels = Array(shape.indices)
    var products: [Product] = []
    for term in try function.slope().terms {
      var uses = Array(repeating: Use(input, labels), count: term.inputPower)
      uses += Array(repeating: Use(output, labels), count: term.outputPower)
      if let function = term.function {
        uses.append(Use(try map(function, term.argument == .input ? input : output), labels))
      }
      products.append(Product(term.coefficient, uses, out: labels))
    }
    return try sum(products, shape: shape)
  }
}
