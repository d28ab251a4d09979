import CMath
import GSLBridge

extension MatrixFactorization {
  /// The balanced factorization of an end-to-end matrix A = USVᵀ: W_L = US^{1/L}, W_l = S^{1/L}, W_1 = S^{1/L}Vᵀ, padded
  /// with zeros to the widths.
  ///
  /// - Throws: ``Refusal`` if a hidden width is below the smaller dimension of A, or the SVD fails.
  public func balancedParameters(endToEnd matrix: Matrix) throws(Refusal) -> [Double] {
    let rank = min(matrix.rows, matrix.columns)
    if let width = hiddenWidths.first(where: { $0 < rank }) {
      throw Refusal(
        "a balanced start needs hidden widths of at least \(rank), and one is \(width)",
        remedy: "use problem.width \(rank) or more, or init.name gaussian")
    }
    let depth = hiddenWidths.count + 1
    if depth == 1 { return matrix.elements }
    let decomposition: SVD
    do {
      decomposition = try SVD(matrix)
    } catch {
      throw Refusal("the start's singular value decomposition failed: \(error)", remedy: "use another init.seed")
    }
    let roots = decomposition.singularValues.map { pow($0, 1 / Double(depth)) }
    var parameters = [Double](repeating: 0, count: layout.count)
    for (l, block) in layout.blocks.enumerated() {
      for k in 0..<rank {
        if l == 0 {
          for j in 0..<block.columns {
            parameters[block.offset + k * block.columns + j] = roots[k] * decomposition.v[j, k]
          }
        } else if l == depth - 1 {
          for i in 0..<block.rows {
            parameters[block.offset + i * block.columns + k] = roots[k] * decomposition.u[i, k]
          }
        } else {
          parameters[block.offset + k * block.columns + k] = roots[k]
        }
      }
    }
    return parameters
  }

  /// The balanced factorization of an end-to-end matrix with N(0, α²) entries, drawn from the stream `start/end` until its
  /// determinant has the sign asked for.
  ///
  /// - Throws: ``Refusal`` as for ``balancedParameters(endToEnd:)``, or if no draw has that sign.
  func balancedParameters(
    scale: Double, seed: UInt64, determinant: DeterminantChoice
  ) throws(Refusal) -> [Double] {
    let (rows, columns) = (shape[0], shape[1])
    var stream = RandomStream(seed: seed, name: "start/end")
    func draw() -> Matrix {
      Matrix(rows: rows, columns: columns, elements: (0..<(rows * columns)).map { _ in scale * stream.gaussian() })
    }
    var drawn = draw()
    // Half of all draws fit, unless the entries vanish.
    var draws = 1
    while !determinant.fits(drawn) {
      guard draws < 1000 else {
        throw Refusal(
          "none of 1000 draws at scale \(scale) had a \(determinant.rawValue) determinant",
          remedy: "use a larger init.scale")
      }
      drawn = draw()
      draws += 1
    }
    return try balancedParameters(endToEnd: drawn)
  }

  /// max_l ‖W_{l+1}ᵀW_{l+1} − W_l W_lᵀ‖_F, relative to the largest ‖W_l W_lᵀ‖_F; 0 at depth 1.
  public func relativeImbalance(_ parameters: [Double]) -> Double {
    let layers = layers(parameters)
    var worst = 0.0
    var size = layers.map { ($0 * $0.transposed).frobeniusNorm }.max() ?? 0
    size = size > 0 ? size : 1
    for (inner, outer) in zip(layers, layers.dropFirst()) {
      worst = max(worst, (outer.transposed * outer - inner * inner.transposed).frobeniusNorm)
    }
    return worst / size
  }
}
