import GSLBridge

/// A tensor read as a matrix: some of its modes down, the others across. Its rank is the multilinear rank's entry where one mode goes down,
/// and the hierarchical rank's where the modes are those of a tree's node.
public struct Matricization: Sendable, Equatable {
  /// The modes that go down, counted from 0.
  public let rows: [Int]
  /// What the model leaves its rank to be at most; nil where it leaves it free.
  public let bound: Int?

  /// A matricization by these modes.
  public init(rows: [Int], bound: Int? = nil) {
    self.rows = rows
    self.bound = bound
  }

  /// One for every mode, with bounds by mode where there are any; of a matrix one is enough, and of a vector there is none.
  static func modes(of shape: [Int], bounds: [Int]? = nil) -> [Matricization] {
    let modes = shape.count == 1 ? 0 : shape.count == 2 && bounds == nil ? 1 : shape.count
    return (0..<modes).map { Matricization(rows: [$0], bound: bounds?[$0]) }
  }

  /// The modes that go down, counted from 1: `{1,2}`.
  public var name: String { "{\(rows.map { "\($0 + 1)" }.joined(separator: ","))}" }

  /// Rows and columns of the matrix.
  public func size(of shape: [Int]) -> (rows: Int, columns: Int) {
    let down = rows.reduce(1) { $0 * shape[$1] }
    return (down, shape.reduce(1, *) / down)
  }

  /// The matrix of a row-major tensor, modes in ascending order on both sides.
  public func matrix(_ tensor: [Double], shape: [Int]) -> Matrix {
    let sides = [Ordering.ascending(rows), shape.indices.filter { !rows.contains($0) }]
    let (m, n) = size(of: shape)
    // How far a mode moves an entry's place in the matrix.
    var strides = [Int](repeating: 0, count: shape.count)
    for (side, unit) in zip(sides, [n, 1]) {
      var stride = unit
      for mode in side.reversed() {
        strides[mode] = stride
        stride *= shape[mode]
      }
    }
    var elements = [Double](repeating: 0, count: tensor.count)
    var index = [Int](repeating: 0, count: shape.count)
    var place = 0
    for value in tensor {
      elements[place] = value
      for mode in shape.indices.reversed() {
        index[mode] += 1
        place += strides[mode]
        if index[mode] < shape[mode] { break }
        place -= strides[mode] * shape[mode]
        index[mode] = 0
      }
    }
    return Matrix(rows: m, columns: n, elements: elements)
  }

  /// The singular values of that matrix, descending.
  ///
  /// - Throws: ``GSLError`` if the tensor is not finite.
  public func singularValues(_ tensor: [Double], shape: [Int]) throws(GSLError) -> [Double] {
    let matrix = matrix(tensor, shape: shape)
    return try SVD.singularValues(of: matrix.rows >= matrix.columns ? matrix : matrix.transposed)
  }
}
