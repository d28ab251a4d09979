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
    for layer in model.layers(parameters) {
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

/// Which sign the determinant of a drawn end-to-end matrix is to have.
public enum DeterminantChoice: String, CaseIterable, Sendable {
  /// det W > 0.
  case positive
  /// det W < 0.
  case negative
  /// Whichever is drawn.
  case any

  func fits(_ matrix: Matrix) -> Bool {
    switch self {
    case .positive: matrix.determinantSign > 0
    case .negative: matrix.determinantSign < 0
    case .any: true
    }
  }
}
