import FlowODE
import GSLBridge
import Models

/// The singular modes of a target matrix all of whose entries are observed.
public struct TargetModes: Sendable {
  /// Modes below this part of the largest are none.
  static let leastPart = 1e-8
  /// So many, the largest, are followed.
  static let most = 8

  /// s_1 ≥ s_2 ≥ … > 0.
  let targets: [Double]
  let u: Matrix
  let v: Matrix
  /// Σ u_i v_iᵀ over all modes, those of target 0 included.
  let frame: Matrix

  /// nil unless every entry of a matrix is observed, each once, and not all are 0.
  ///
  /// - Throws: ``Refusal`` if the matrix cannot be decomposed.
  init?(_ measurements: Measurements) throws(Refusal) {
    guard measurements.order == 2 else { return nil }
    let (rows, columns) = (measurements.shape[0], measurements.shape[1])
    guard case .entries(let indices) = measurements.operators, measurements.count == rows * columns else { return nil }
    var target = [Double](repeating: .nan, count: rows * columns)
    for k in 0..<measurements.count {
      target[Int(indices[2 * k]) * columns + Int(indices[2 * k + 1])] = measurements.values[k]
    }
    guard target.allSatisfy({ !$0.isNaN }) else { return nil }
    do {
      let svd = try SVD(Matrix(rows: rows, columns: columns, elements: target))
      let values = svd.singularValues
      guard let first = values.first, first > 0 else { return nil }
      targets = Array(values.prefix { $0 > Self.leastPart * first }.prefix(Self.most))
      (u, v) = (svd.u, svd.v)
      frame = svd.u * svd.v.transposed
    } catch {
      throw Refusal("the target cannot be decomposed: \(error)", remedy: "rescale the data")
    }
  }

  /// u_iᵀ W v_i of a matrix given row by row.
  func value(_ i: Int, _ matrix: [Double]) -> Double {
    var sum = 0.0
    for row in 0..<u.rows {
      var inner = 0.0
      for column in 0..<v.rows { inner += matrix[row * v.rows + column] * v[column, i] }
      sum += u[row, i] * inner
    }
    return sum
  }
}
