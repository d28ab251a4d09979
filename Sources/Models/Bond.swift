/// A strided matrix inside the parameter vector: entry (i, j) sits at `offset + i·rowStride + j·columnStride`.
public struct MatrixView: Sendable, Equatable {
  /// The matrix's name, such as `W1`.
  public let name: String
  /// Position of entry (0, 0) in θ.
  public let offset: Int
  /// Number of rows.
  public let rows: Int
  /// Number of columns.
  public let columns: Int
  /// Numbers from one row to the next.
  public let rowStride: Int
  /// Numbers from one column to the next.
  public let columnStride: Int

  /// The entries at `offset + i·rowStride + j·columnStride`.
  public init(name: String, offset: Int, rows: Int, columns: Int, rowStride: Int, columnStride: Int) {
    self.name = name
    self.offset = offset
    self.rows = rows
    self.columns = columns
    self.rowStride = rowStride
    self.columnStride = columnStride
  }

  /// A whole parameter block.
  public init(_ block: ParameterBlock) {
    self.init(
      name: block.name, offset: block.offset, rows: block.rows, columns: block.columns,
      rowStride: block.columns, columnStride: 1)
  }
}

/// A strided vector inside the parameter vector: entry i sits at `offset + i·stride`.
public struct VectorView: Sendable, Equatable {
  /// The vector's name, such as `A1[:,0]`.
  public let name: String
  /// Position of entry 0 in θ.
  public let offset: Int
  /// Number of entries.
  public let count: Int
  /// Numbers from one entry to the next.
  public let stride: Int

  /// The entries at `offset + i·stride`.
  public init(name: String, offset: Int, count: Int, stride: Int) {
    self.name = name
    self.offset = offset
    self.count = count
    self.stride = stride
  }
}

extension VectorView {
  /// ‖w‖².
  func squaredNorm(in parameters: [Double]) -> Double {
    var total = 0.0
    for i in 0..<count {
      let entry = parameters[offset + i * stride]
      total += entry * entry
    }
    return total
  }
}

/// A rescaling symmetry of a model's parametrization, which leaves the end-to-end object unchanged.
///
/// By Noether's argument each bond carries a law that gradient flow of *every* differentiable loss conserves.
public enum Bond: Sendable, Equatable {
  /// `outer · inner` is all that enters the model, so (outer M, M⁻¹ inner) is equivalent for every invertible M, and
  /// outerᵀ outer − inner innerᵀ is conserved (Arora, Cohen, Hazan 2018, Theorem 1; Du, Hu, Lee 2018, Theorem 2.2).
  case bilinear(outer: MatrixView, inner: MatrixView)
  /// The vectors enter the model only through a term multilinear in them, so (c w, w′/c) is equivalent for every c ≠ 0,
  /// and ‖w‖² − ‖w′‖² is conserved (Razin, Maman, Cohen 2021, Lemma 1).
  case multilinear([VectorView])
}
