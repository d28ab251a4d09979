import GSLBridge

/// The sign of det W of a product W = W_L ⋯ W_1 of square layers, taken as the product of the layers' signs, and whether
/// double precision still knows it.
///
/// An SVD or determinant of the product loses σ_min(W) below u‖W‖, long before the layers lose theirs, since balanced layers
/// have the L-th root of W's ratio σ_min/σ_max.
public struct DeterminantSign: Sendable, Equatable {
  /// +1, −1, or 0 where some layer's determinant is computed as 0.
  public let sign: Int
  /// The smallest σ_min(W_l) / σ_max(W_l) among the layers.
  public let smallestRatio: Double

  /// Ratios below this carry no information: 10³ unit roundoffs 2⁻⁵³.
  public static let informationLevel = 1e3 * 0x1p-53

  /// Whether every layer's smallest singular value stands above its roundoff.
  public var isInformative: Bool { sign != 0 && smallestRatio >= Self.informationLevel }

  /// The sign of det W(θ); nil unless every layer is square.
  public init?(_ model: MatrixFactorization, _ parameters: UnsafePointer<Double>) {
    guard model.hasSquareLayers else { return nil }
    var sign = 1
    var smallest = Double.infinity
    for block in model.layout.blocks {
      let layer = Matrix(
        rows: block.rows, columns: block.columns,
        elements: Array(UnsafeBufferPointer(start: parameters + block.offset, count: block.count)))
      sign *= layer.determinantSign
      guard let values = try? SVD.singularValues(of: layer), let first = values.first, let last = values.last, first > 0
      else {
        smallest = 0
        continue
      }
      smallest = min(smallest, last / first)
    }
    self.sign = sign
    smallestRatio = smallest
  }
}

extension MatrixFactorization {
  /// Whether W and every layer are square, so that det W is the product of the layers' determinants.
  public var hasSquareLayers: Bool { shape[0] == shape[1] && hiddenWidths.allSatisfy { $0 == shape[0] } }
}

extension Matrix {
  /// The sign of the determinant of a square matrix by Gaussian elimination with partial pivoting; 0 where a pivot is 0.
  public var determinantSign: Int {
    precondition(rows == columns, "only square matrices have a determinant")
    var work = elements
    let n = rows
    var sign = 1
    for k in 0..<n {
      var pivot = k
      for i in k..<n where abs(work[i * n + k]) > abs(work[pivot * n + k]) { pivot = i }
      let value = work[pivot * n + k]
      guard value != 0, !value.isNaN else { return 0 }
      if pivot != k {
        sign = -sign
        for j in 0..<n { work.swapAt(k * n + j, pivot * n + j) }
      }
      if value < 0 { sign = -sign }
      for i in (k + 1)..<max(n, k + 1) {
        let factor = work[i * n + k] / value
        for j in k..<n { work[i * n + j] -= factor * work[k * n + j] }
      }
    }
    return sign
  }
}
