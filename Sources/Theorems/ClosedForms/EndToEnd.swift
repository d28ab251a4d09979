import CMath
import FlowODE
import GSLBridge
import Models

/// The loss of a matrix factorization as a function of its end-to-end matrix W: ∇L(W), and the rates that theorems on
/// deep linear models give for W and its singular values.
///
/// Not thread-safe: it owns an objective.
public final class EndToEnd {
  /// The factorization whose end-to-end matrix is W.
  public let model: MatrixFactorization
  private let objective: Objective

  /// - Throws: ``Refusal`` if the model is no matrix factorization or the measurements do not fit.
  public init(experiment: Experiment) throws(Refusal) {
    guard let model = experiment.problem.model.chain else {
      throw Refusal(
        "singular values belong to matrix factorizations, not to \(experiment.problem.model.summary)",
        remedy: "use problem.model matrix")
    }
    self.model = model
    objective = try Objective(
      model: Model(MatrixFactorization(shape: model.shape, hiddenWidths: [])),
      measurements: experiment.problem.measurements,
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
  /// With Ĝ = UᵀGV the part within W's row and column spaces is −U (M ∘ Ĝ) Vᵀ, M_rs = Σ_j σ_r^{2(L−j)/L} σ_s^{2(j−1)/L}; a
  /// space that W does not fill adds the term in which its own power is 0.
  ///
  /// - Parameters:
  ///   - core: Ĝ, if it is known.
  ///   - exponentDepth: the L in the denominators of the exponents: the depth, unless the law is to be wrong.
  public static func balancedRate(
    _ svd: SVD, gradient: Matrix, core: Matrix? = nil, depth: Int, exponentDepth: Int? = nil
  ) -> Matrix {
    guard depth >= 2 else { return -1 * gradient }
    let denominator = Double(exponentDepth ?? depth)
    let (values, count) = (svd.singularValues, svd.singularValues.count)
    let core = core ?? svd.u.transposedTimes(gradient) * svd.v
    var mixed = Matrix.zero(count, count)
    for j in 1...depth {
      let left = values.map { pow($0, 2 * Double(depth - j) / denominator) }
      let right = values.map { pow($0, 2 * Double(j - 1) / denominator) }
      mixed.elements.withUnsafeMutableBufferPointer { mixed in
        for r in 0..<count { for s in 0..<count { mixed[r * count + s] -= left[r] * right[s] } }
      }
    }
    for i in mixed.elements.indices { mixed.elements[i] *= core.elements[i] }
    let power = values.map { pow($0, 2 * Double(depth - 1) / denominator) }
    var inner = mixed.times(transposed: svd.v)
    if count < gradient.columns {
      // −S^p UᵀG (I − VVᵀ)
      let outside = svd.u.transposedTimes(gradient) - core.times(transposed: svd.v)
      for r in 0..<count { for j in 0..<gradient.columns { inner[r, j] -= power[r] * outside[r, j] } }
    }
    var rate = svd.u * inner
    if count < gradient.rows {
      // −(I − UUᵀ) G V S^p Vᵀ
      var outside = gradient * svd.v - svd.u * core
      for i in 0..<gradient.rows { for r in 0..<count { outside[i, r] *= power[r] } }
      rate = rate - outside.times(transposed: svd.v)
    }
    return rate
  }

  /// ⟨G, u_r v_rᵀ⟩ of the `count` largest singular values, or of all.
  public static func projections(_ svd: SVD, gradient: Matrix, count: Int? = nil) -> [Double] {
    let count = count ?? svd.singularValues.count
    let v = svd.v.leadingColumns(count)
    return columnProducts(svd.u.leadingColumns(count), gradient * v)
  }

  /// ⟨a_r, b_r⟩ of the columns of two matrices of one shape.
  private static func columnProducts(_ a: Matrix, _ b: Matrix) -> [Double] {
    var sums = [Double](repeating: 0, count: a.columns)
    for i in 0..<a.rows {
      for r in 0..<a.columns { sums[r] += a.elements[i * a.columns + r] * b.elements[i * a.columns + r] }
    }
    return sums
  }

  /// σ̇_r = −L σ_r^{e}⟨G, u_r v_rᵀ⟩ with e = 2 − 2/L (Arora, Cohen, Hu, Luo 2019, Theorem 3) of the `count` largest singular
  /// values, or of all.
  public static func balancedSingularRates(
    _ svd: SVD, gradient: Matrix, depth: Int, exponentDepth: Int? = nil, count: Int? = nil
  ) -> [Double] {
    let exponent = 2 - 2 / Double(exponentDepth ?? depth)
    return zip(svd.singularValues, projections(svd, gradient: gradient, count: count))
      .map { -Double(depth) * pow($0, exponent) * $1 }
  }

  /// σ̇_r = −Σ_l u_rᵀ A_l A_lᵀ G B_lᵀ B_l v_r with A_l = W_L ⋯ W_{l+1} and B_l = W_{l−1} ⋯ W_1, for any start, of the `count`
  /// largest singular values, or of all.
  ///
  /// - Parameter skipping: a layer (0-based) whose term is left out, to make the law wrong.
  public func exactSingularRates(
    _ parameters: UnsafePointer<Double>, svd: SVD, gradient: Matrix, skipping: Int? = nil, count: Int? = nil
  ) -> [Double] {
    let count = count ?? svd.singularValues.count
    var rates = [Double](repeating: 0, count: count)
    for (l, term) in layerTerms(parameters, svd: svd, gradient: gradient, count: count).enumerated() where l != skipping
    {
      for r in rates.indices { rates[r] -= term[r] }
    }
    return rates
  }

  /// u_rᵀ A_l A_lᵀ G B_lᵀ B_l v_r, layer by layer, of the `count` largest singular values.
  func layerTerms(
    _ parameters: UnsafePointer<Double>, svd: SVD, gradient: Matrix, count: Int
  ) -> [[Double]] {
    let (layers, left, right) = sides(parameters, svd, count)
    return layers.indices.map { l in
      var outer = left[l]
      for layer in layers[(l + 1)...] { outer = layer * outer }
      var inner = right[l]
      for layer in layers[..<l].reversed() { inner = layer.transposedTimes(inner) }
      return Self.columnProducts(outer, gradient * inner)
    }
  }

  /// Σ_l ‖A_lᵀ u_r‖² ‖B_l v_r‖² of the `count` largest singular values: what −⟨G, u_r v_rᵀ⟩ is multiplied by in σ̇_r where u_r
  /// and v_r are singular vectors of A_l and B_l as well; L σ_r^{2−2/L} for balanced layers.
  public func growthFactors(_ parameters: UnsafePointer<Double>, svd: SVD, count: Int) -> [Double] {
    let (layers, left, right) = sides(parameters, svd, count)
    var factors = [Double](repeating: 0, count: count)
    for l in layers.indices {
      let (a, b) = (Self.columnProducts(left[l], left[l]), Self.columnProducts(right[l], right[l]))
      for r in factors.indices { factors[r] += a[r] * b[r] }
    }
    return factors
  }

  /// The layers, A_lᵀ U and B_l V of the leading singular vectors.
  private func sides(
    _ parameters: UnsafePointer<Double>, _ svd: SVD, _ count: Int
  ) -> (layers: [Matrix], left: [Matrix], right: [Matrix]) {
    let layers = model.layers(parameters)
    var left = [svd.u.leadingColumns(count)]
    for layer in layers.dropFirst().reversed() { left.append(layer.transposedTimes(left[left.count - 1])) }
    left.reverse()
    var right = [svd.v.leadingColumns(count)]
    for layer in layers.dropLast() { right.append(layer * right[right.count - 1]) }
    return (layers, left, right)
  }
}

extension Matrix {
  /// The first `count` columns.
  func leadingColumns(_ count: Int) -> Matrix {
    if count == columns { return self }
    var result = Matrix.zero(rows, count)
    for i in 0..<rows { for j in 0..<count { result.elements[i * count + j] = elements[i * columns + j] } }
    return result
  }
}
