import GSLBridge
import Models

/// A completion X and a dual Λ that are claimed to prove each other optimal for min ‖X‖_* subject to x_ij = y_ij on the observed
/// entries: whoever doubts the solver checks this instead.
public struct NuclearNormCertificate: Sendable, Equatable {
  /// X.
  public let matrix: Matrix
  /// Λ.
  public let dual: Matrix
  /// The gap, relative to the value, up to which a certificate proves optimality.
  public static let level = 1e-6

  /// A pair that is claimed to prove each other optimal.
  public init(matrix: Matrix, dual: Matrix) {
    self.matrix = matrix
    self.dual = dual
  }

  /// What is wrong with it; nil if it proves that no completion has a nuclear norm below ‖X‖_* (1 − ``level``).
  ///
  /// It proves that if X takes the observed values, Λ is 0 elsewhere, ‖Λ‖_op ≤ 1 and ⟨y, Λ⟩ ≥ ‖X‖_* (1 − level).
  ///
  /// - Throws: ``Refusal`` if the measurements are no entries of a matrix of this shape, or a decomposition fails.
  public func flaw(_ measurements: Measurements) throws(Refusal) -> String? {
    guard measurements.shape == [matrix.rows, matrix.columns], case .entries(let indices) = measurements.operators
    else {
      throw Refusal(
        "a certificate of least nuclear norm is about observed entries of a matrix of its shape",
        remedy: "use problem.measure-with entries")
    }
    var outside = dual
    var bound = 0.0
    for k in 0..<measurements.count {
      let (i, j) = (Int(indices[2 * k]), Int(indices[2 * k + 1]))
      if matrix[i, j] != measurements.values[k] {
        return "entry (\(i), \(j)) is \(matrix[i, j]), and \(measurements.values[k]) was observed"
      }
      bound += measurements.values[k] * dual[i, j]
      outside[i, j] = 0
    }
    if outside.maxAbs > 0 { return "the dual is \(outside.maxAbs) at an entry that was not observed" }
    let (value, size): (Double, Double)
    do {
      value = try SVD.singularValues(of: matrix).reduce(0, +)
      size = try SVD.singularValues(of: dual).first ?? 0
    } catch {
      throw Refusal("a certificate could not be checked: \(error)", remedy: "rescale the data")
    }
    if size > 1 + 1e-12 { return "the dual's spectral norm is \(size), above 1" }
    if value - bound > Self.level * value {
      return "the gap is \((value - bound) / value) of the nuclear norm \(value)"
    }
    return nil
  }
}
