import CMath
import GSLBridge
import Models

/// Symmetric measurement matrices that commute, A_k = Q diag(a_k) Qᵀ with one orthogonal Q: what Gunasekar et al. (2017) prove
/// their conjecture for.
///
/// With them depth-2 flow from W_1 = W_2 = αI keeps W_1 = W_2ᵀ, so W = UUᵀ, and stays diagonal in Q:
/// W(t) = α² exp(−2 Σ_k q_k A_k), q_k the integral of the loss's derivative with respect to the k-th prediction. Where it fits the
/// data it is the fit of largest entropy relative to its start, log W − log α²I ∈ span{A_k}, which tends to the fit of least
/// trace as α → 0.
public struct CommutingMeasurements: Sendable {
  /// A_k A_l − A_l A_k and A_k − A_kᵀ count as 0 up to this part of ‖A_k‖‖A_l‖ and ‖A_k‖.
  public static let tolerance = 1e-12

  /// Q, whose columns are the common eigenvectors.
  public let frame: Matrix
  /// a: row k holds the eigenvalues of A_k.
  public let eigenvalues: Matrix
  /// What was measured: ⟨A_k, W⟩ of the target.
  public let values: [Double]
  /// About the error of ``frame`` that rounding makes, an angle.
  public let frameError: Double

  /// nil unless the measurements are dense ones of a square matrix, symmetric, and commute.
  public init?(_ measurements: Measurements) {
    guard measurements.order == 2, measurements.shape[0] == measurements.shape[1],
      case .dense(let coefficients) = measurements.operators
    else { return nil }
    let (d, m) = (measurements.shape[0], measurements.count)
    let matrices = (0..<m).map {
      Matrix(rows: d, columns: d, elements: Array(coefficients[$0 * d * d..<($0 + 1) * d * d]))
    }
    let norms = matrices.map(\.frobeniusNorm)
    for (a, size) in zip(matrices, norms) where (a - a.transposed).frobeniusNorm > Self.tolerance * size { return nil }
    for i in 0..<m {
      for j in 0..<i
      where (matrices[i] * matrices[j] - matrices[j] * matrices[i]).frobeniusNorm
        > Self.tolerance * norms[i] * norms[j]
      { return nil }
    }
    // Eigenvectors of a generic combination are common to all, whatever eigenvalues coincide in one of them; they are known
    // the better the further apart its eigenvalues are.
    var stream = RandomStream(seed: 1, name: "commuting/combination")
    var best: (gap: Double, frame: Matrix)?
    for _ in 0..<32 {
      var combination = Matrix.zero(d, d)
      for (a, size) in zip(matrices, norms) where size > 0 {
        combination = combination + (stream.gaussian() / size) * a
      }
      guard let eigen = try? SymmetricEigen(combination) else { return nil }
      let reach = eigen.values.reduce(0) { max($0, abs($1)) }
      let gap = zip(eigen.values.dropFirst(), eigen.values).map { ($0 - $1) / max(reach, .leastNormalMagnitude) }.min()
      if gap ?? 1 > best?.gap ?? -1 { best = (gap ?? 1, eigen.vectors) }
    }
    guard let (gap, frame) = best else { return nil }
    frameError = Double.ulpOfOne / max(gap, Double.ulpOfOne)
    self.frame = frame
    var eigenvalues = Matrix.zero(m, d)
    for (k, a) in matrices.enumerated() {
      let rotated = frame.transposed * a * frame
      for j in 0..<d {
        eigenvalues[k, j] = rotated[j, j]
        for i in 0..<d where i != j && abs(rotated[i, j]) > 1e3 * Self.tolerance * norms[k] { return nil }
      }
    }
    self.eigenvalues = eigenvalues
    values = measurements.values
  }

  /// Q diag(x) Qᵀ.
  public func matrix(_ diagonal: [Double]) -> Matrix {
    var scaled = frame
    for i in 0..<frame.rows { for j in 0..<frame.columns { scaled[i, j] *= diagonal[j] } }
    return scaled * frame.transposed
  }

  /// (Σ_k q_k a_k)_j, the eigenvalues of Σ q_k A_k.
  public func combine(_ weights: [Double]) -> [Double] {
    (0..<frame.columns).map { j in weights.indices.reduce(0) { $0 + weights[$1] * eigenvalues[$1, j] } }
  }

  /// Σ_k |q_k| ‖A_k‖: the size of the terms of ``combine(_:)``.
  public func termSize(_ weights: [Double]) -> Double {
    weights.indices.reduce(0) { sum, k in
      sum + abs(weights[k]) * (0..<frame.columns).reduce(0) { max($0, abs(eigenvalues[k, $1])) }
    }
  }

  /// The eigenvalues of the fit of largest entropy relative to α²I: x = α² exp(aᵀν) with a x = y, by Newton's method on the
  /// convex dual Σ x_j − ⟨y, ν⟩, damped.
  ///
  /// - Throws: ``Refusal`` if no positive x fits the data.
  public func entropyLimit(scale alpha: Double) throws(Refusal) -> [Double] {
    let (m, d) = (values.count, frame.columns)
    let base = 2 * log(alpha)
    let size = values.reduce(0) { max($0, abs($1)) }
    var dual = [Double](repeating: 0, count: m)
    func point(_ dual: [Double]) -> [Double] { combine(dual).map { exp(base + $0) } }
    func potential(_ dual: [Double]) -> Double {
      point(dual).reduce(0, +) - zip(values, dual).reduce(0) { $0 + $1.0 * $1.1 }
    }
    for _ in 0..<500 {
      let x = point(dual)
      let misfit = (0..<m).map { k in (0..<d).reduce(-values[k]) { $0 + eigenvalues[k, $1] * x[$1] } }
      if misfit.reduce(0, { max($0, abs($1)) }) <= 1e-13 * max(size, .leastNormalMagnitude) { return x }
      // a diag(x) aᵀ may be singular where measurements depend on each other: its pseudo-inverse then.
      let hessian = Matrix(rows: m, columns: m) { i, j in
        (0..<d).reduce(0) { $0 + eigenvalues[i, $1] * x[$1] * eigenvalues[j, $1] }
      }
      guard let eigen = try? SymmetricEigen(hessian), let largest = eigen.values.last, largest > 0 else { break }
      var step = [Double](repeating: 0, count: m)
      for (r, value) in eigen.values.enumerated() where value > 1e-13 * largest {
        let part = (0..<m).reduce(0) { $0 + eigen.vectors[$1, r] * misfit[$1] } / value
        for i in 0..<m { step[i] -= part * eigen.vectors[i, r] }
      }
      // x changes by at most a factor e² per step, and the potential must not rise.
      let reach = combine(step).reduce(0) { max($0, abs($1)) }
      var length = min(1, 2 / max(reach, .leastNormalMagnitude))
      let now = potential(dual)
      while length > 1e-12 {
        let next = zip(dual, step).map { $0 + length * $1 }
        let value = potential(next)
        if value.isFinite, value <= now + 1e-14 * abs(now) {
          dual = next
          break
        }
        length /= 2
      }
      if length <= 1e-12 { break }
    }
    let x = point(dual)
    let misfit = (0..<m).reduce(0.0) { worst, k in
      max(worst, abs((0..<d).reduce(-values[k]) { $0 + eigenvalues[k, $1] * x[$1] }))
    }
    guard misfit <= 1e-9 * size else {
      throw Refusal(
        "no positive semidefinite matrix was found that fits the measurements: misfit \(misfit)",
        remedy: "measure a positive semidefinite target")
    }
    return x
  }
}
