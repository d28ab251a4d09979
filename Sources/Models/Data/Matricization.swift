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

  /// One for every mode, with the extents of a core where there is one, which bound each other: its own matricization by a mode has no
  /// larger rank than it has columns. Of a matrix one is enough, and of a vector there is none.
  static func modes(of shape: [Int], core: [Int]? = nil) -> [Matricization] {
    let modes = shape.count == 1 ? 0 : shape.count == 2 && core == nil ? 1 : shape.count
    return (0..<modes).map { mode in
      guard let core else { return Matricization(rows: [mode]) }
      let others = product(core.indices.filter { $0 != mode }.map { core[$0] })
      return Matricization(rows: [mode], bound: min(core[mode], others))
    }
  }

  /// A product of ranks, which bounds another one: what has no room for it is as good as none.
  static func product(_ ranks: [Int]) -> Int {
    ranks.reduce(1) { product, rank in
      let (value, overflow) = product.multipliedReportingOverflow(by: rank)
      return overflow ? .max : value
    }
  }

  /// The modes that go down, counted from 1: `{1,2}`.
  public var name: String { "{\(rows.map { "\($0 + 1)" }.joined(separator: ","))}" }

  /// The largest rank that the matrix can have: as the model leaves it, and no larger than the matrix.
  public func rankLimit(of shape: [Int]) -> Int? {
    guard let bound else { return nil }
    let size = size(of: shape)
    return min(bound, size.rows, size.columns)
  }

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
