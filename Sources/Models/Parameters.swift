/// One named block of the parameter vector, stored row-major from `offset` on: as a matrix, its first axis down and the others
/// across.
public struct ParameterBlock: Sendable, Equatable {
  /// The block's name, such as `W1`.
  public let name: String
  /// Extents.
  public let shape: [Int]
  /// Number of rows.
  public let rows: Int
  /// Number of columns.
  public let columns: Int
  /// Position of the block's first entry in the flat parameter vector θ.
  public let offset: Int

  /// Number of entries.
  public var count: Int { rows * columns }
  /// Positions of the block's entries in θ.
  public var range: Range<Int> { offset..<(offset + count) }
}

/// The named blocks of the flat parameter vector θ, in storage order and without gaps.
public struct ParameterLayout: Sendable, Equatable {
  /// The blocks, one behind the other.
  public let blocks: [ParameterBlock]
  /// Length of θ.
  public let count: Int

  /// Lays matrices out one behind the other.
  public init(_ shapes: [(name: String, rows: Int, columns: Int)]) {
    self.init(shapes.map { (name: $0.name, shape: [$0.rows, $0.columns]) })
  }

  /// Lays arrays out one behind the other.
  public init(_ arrays: [(name: String, shape: [Int])]) {
    var offset = 0
    var blocks: [ParameterBlock] = []
    for array in arrays {
      let block = ParameterBlock(
        name: array.name, shape: array.shape, rows: array.shape.first ?? 1,
        columns: array.shape.dropFirst().reduce(1, *), offset: offset)
      blocks.append(block)
      offset += block.count
    }
    self.blocks = blocks
    self.count = offset
  }
}
