import GSLBridge

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The loss of a matrix factorization as a function of its end-to-end matrix W: ∇L(W), and the rates that theorems on
/// deep linear models give for W and its singular values.
///
/// Not thread-safe: it owns an objective.
public final class EndToEnd {
  public let model: MatrixFactorization
  private let objective: Objective

  /// - Throws: ``ExperimentError`` if the model is no matrix factorization or the measurements do not fit.
  public init(experiment: Experiment) throws(ExperimentError) {
    guard let model = experiment.problem.model as? MatrixFactorization else {
      throw ExperimentError(
        "singular values belong to matrix factorizations, not to \(experiment.problem.model.summary)",
        remedy: "use --model matrix")
    }
    self.model = model
    objective = try Objective(
      model: MatrixFactorization(shape: model.shape, hiddenWidths: []), measurements: experiment.problem.measurements,
      loss: experiment.loss, normalization: experiment.normalization)
  }

  /// W(θ).
  public func matrix(_ parameters: UnsafePointer<Double>) -> Matrix {
    Matrix(rows: model.shape[0], columns: model.shape[1], elements: model.endToEnd(parameters))
  }

  /// G = ∇L(W).
  public func gradient(_ matrix: Matrix) -> Matrix {
    var gradient = Matrix.zero(matrix.rows, matrix.columns)
    matrix.elements.withUnsafeBufferPointer { matrix in
      gradient.elements.withUnsafeMutableBufferPointer { gradient in
        if let matrix = matrix.baseAddress, let gradient = gradient.baseAddress {
          objective.gradient(matrix, into: gradient)
        }
      }
    }
    return gradient
  }

  /// ‖ŷ − y‖₂ over the measurements, whatever the loss.
  public func residualNorm(_ matrix: Matrix) -> Double {
    var residuals = [Double](repeating: 0, count: objective.measurementCount)
    residuals.withUnsafeMutableBufferPointer { residuals in
      matrix.elements.withUnsafeBufferPointer { matrix in
        if let residuals = residuals.baseAddress, let matrix = matrix.baseAddress {
          objective.residuals(matrix, into: residuals)
        }
      }
    }
    return residuals.withUnsafeBufferPointer { buffer in
      buffer.baseAddress.map { BLAS.norm2(count: buffer.count, $0) } ?? 0
    }
  }

  /// Ẇ = −Σ_{j=1}^{L} [WWᵀ]^{(L−j)/L} G [WᵀW]^{(j−1)/L} of the balanced flow of depth L (Arora, Cohen, Hazan 2018, Theorem
  /// 1). Powers come from the thin SVD of W; a power 0 is the identity, not the projection on W's range.
  ///
  /// - Parameter exponentDepth: the L in the denominators of the exponents: the depth, unless the law is to be wrong.
  public static func balancedRate(_ svd: SVD, gradient: Matrix, depth: Int, exponentDepth: Int? = nil) -> Matrix {
    let denominator = Double(exponentDepth ?? depth)
    var rate = Matrix.zero(gradient.rows, gradient.columns)
    for j in 1...depth {
      var term = gradient
      if j < depth { term = power(svd.u, svd.singularValues, 2 * Double(depth - j) / denominator) * term }
      if j > 1 { term = term * power(svd.v, svd.singularValues, 2 * Double(j - 1) / denominator) }
      rate = rate - term
    }
    return rate
  }

  /// Q diag(σᵖ) Qᵀ.
  private static func power(_ frame: Matrix, _ values: [Double], _ p: Double) -> Matrix {
    var scaled = frame
    for i in 0..<frame.rows { for r in values.indices { scaled[i, r] *= pow(values[r], p) } }
    return scaled * frame.transposed
  }

  /// ⟨G, u_r v_rᵀ⟩ for every r.
  public static func projections(_ svd: SVD, gradient: Matrix) -> [Double] {
    let image = gradient * svd.v
    return svd.singularValues.indices.map { r in
      (0..<gradient.rows).reduce(0) { $0 + svd.u[$1, r] * image[$1, r] }
    }
  }

  /// σ̇_r = −L σ_r^{e}⟨G, u_r v_rᵀ⟩ with e = 2 − 2/L (Arora, Cohen, Hu, Luo 2019, Theorem 3).
  public static func balancedSingularRates(
    _ svd: SVD, gradient: Matrix, depth: Int, exponentDepth: Int? = nil
  ) -> [Double] {
    let exponent = 2 - 2 / Double(exponentDepth ?? depth)
    return zip(svd.singularValues, projections(svd, gradient: gradient)).map { -Double(depth) * pow($0, exponent) * $1 }
  }

  /// σ̇_r = −Σ_l u_rᵀ A_l A_lᵀ G B_lᵀ B_l v_r with A_l = W_L ⋯ W_{l+1} and B_l = W_{l−1} ⋯ W_1, for any start.
  ///
  /// - Parameter skipping: a layer (0-based) whose term is left out, to make the law wrong.
  public func exactSingularRates(
    _ parameters: UnsafePointer<Double>, svd: SVD, gradient: Matrix, skipping: Int? = nil
  ) -> [Double] {
    let layers = model.layout.blocks.map {
      Matrix(
        rows: $0.rows, columns: $0.columns,
        elements: Array(UnsafeBufferPointer(start: parameters + $0.offset, count: $0.count)))
    }
    // left[l] = A_lᵀ U, right[l] = B_l V.
    var left = [svd.u]
    for layer in layers.dropFirst().reversed() { left.append(layer.transposed * left[left.count - 1]) }
    left.reverse()
    var right = [svd.v]
    for layer in layers.dropLast() { right.append(layer * right[right.count - 1]) }
    var rates = [Double](repeating: 0, count: svd.singularValues.count)
    for l in layers.indices where l != skipping {
      // The change of W due to layer l alone, seen from both sides: ⟨A_lᵀ u, A_lᵀ G B_lᵀ B_l v⟩.
      var outer = gradient
      for layer in layers[(l + 1)...].reversed() { outer = layer.transposed * outer }
      for layer in layers[..<l] { outer = outer * layer.transposed }
      let image = outer * right[l]
      for r in rates.indices {
        for i in 0..<image.rows { rates[r] -= left[l][i, r] * image[i, r] }
      }
    }
    return rates
  }
}
