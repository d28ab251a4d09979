import GSLBridge

/// Random symmetric measurements that commute, of a positive semidefinite target.
enum CommutingSensing {
  /// T Tᵀ scaled to the Frobenius norm of T.
  ///
  /// - Throws: ``Refusal`` unless the target is a square matrix.
  static func square(_ target: [Double], shape: [Int]) throws(Refusal) -> [Double] {
    guard shape.count == 2, shape[0] == shape[1] else {
      throw Refusal(
        "symmetric measurements need a square matrix, and the shape is \(Shapes.list(shape))",
        remedy: "give problem.shape d,d, or another problem.measure-with")
    }
    let matrix = Matrix(rows: shape[0], columns: shape[0], elements: target)
    let gram = matrix * matrix.transposed
    let size = gram.frobeniusNorm
    return size > 0 ? ((matrix.frobeniusNorm / size) * gram).elements : target
  }

  /// Measures a symmetric d × d target with Q diag(a_k) Qᵀ.
  ///
  /// - Throws: ``Refusal`` if the matrices would exceed the memory limit.
  static func measure(
    _ target: [Double], dimension d: Int, samples: Int, seed: UInt64
  ) throws(Refusal) -> Measurements {
    try MemoryLimit.check([samples, d, d], what: "the sensing matrices", remedy: "use fewer problem.samples")
    var stream = RandomStream(seed: seed, name: "sensing/frame")
    let draw = Matrix(rows: d, columns: d, elements: (0..<d * d).map { _ in stream.gaussian() })
    let frame: Matrix
    do {
      frame = try SVD(draw).u
    } catch {
      throw Refusal("the common eigenvectors could not be drawn: \(error)", remedy: "use another problem.data-seed")
    }
    var eigenvalues = RandomStream(seed: seed, name: "sensing/eigenvalues")
    let scale = 1 / Double(d).squareRoot()
    var coefficients: [Double] = []
    var values: [Double] = []
    for _ in 0..<samples {
      var scaled = frame
      for j in 0..<d {
        let value = scale * eigenvalues.gaussian()
        for i in 0..<d { scaled[i, j] *= value }
      }
      let product = scaled * frame.transposed
      let symmetric = Matrix(rows: d, columns: d) { 0.5 * (product[$0, $1] + product[$1, $0]) }
      coefficients += symmetric.elements
      values.append(zip(symmetric.elements, target).reduce(0) { $0 + $1.0 * $1.1 })
    }
    return try Measurements(shape: [d, d], operators: .dense(coefficients), values: values)
  }
}
