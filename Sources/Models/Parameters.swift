/// One named block of the parameter vector: a row-major `rows` × `columns` matrix stored from `offset` on.
public struct ParameterBlock: Sendable, Equatable {
  /// The block's name, such as `W1`.
  public let name: String
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

  /// Lays the blocks out one behind the other.
  public init(_ shapes: [(name: String, rows: Int, columns: Int)]) {
    var offset = 0
    var blocks: [ParameterBlock] = []
    for shape in shapes {
      let block = ParameterBlock(name: shape.name, rows: shape.rows, columns: shape.columns, offset: offset)
      blocks.append(block)
      offset += block.count
    }
    self.blocks = blocks
    self.count = offset
  }
}
