import GSLBridge

/// Some entries of the parameter vector as a vector: runs of `runLength` numbers `stride` apart, one run from every position of
/// `starts`. A slice of a block of parameters is one run where the block is a matrix.
public struct VectorView: Sendable, Equatable {
  /// The vector's name, such as `A1[:,0]`.
  public let name: String
  /// Position in θ of entry 0.
  public let offset: Int
  /// Positions in θ of the first entries of the runs after the first: empty for a slice of a matrix, of which there may be
  /// millions.
  private let furtherStarts: [Int]
  /// Numbers in a run.
  public let runLength: Int
  /// From one number of a run to the next.
  public let stride: Int

  /// The runs from `starts` on.
  public init(name: String, starts: [Int], runLength: Int, stride: Int) {
    self.name = name
    offset = starts.first ?? 0
    furtherStarts = Array(starts.dropFirst())
    self.runLength = runLength
    self.stride = stride
  }

  /// A single run: entry i at `offset + i·stride`.
  public init(name: String, offset: Int, count: Int, stride: Int) {
    self.init(name: name, starts: [offset], runLength: count, stride: stride)
  }

  /// Positions in θ of the runs' first entries.
  public var starts: [Int] { [offset] + furtherStarts }
  /// Number of entries.
  public var count: Int { (1 + furtherStarts.count) * runLength }
  /// Whether it is a single run.
  public var isRun: Bool { furtherStarts.isEmpty }

  /// Positions in θ of the entries.
  public var positions: [Int] { starts.flatMap { start in (0..<runLength).map { start + $0 * stride } } }

  /// ⟨a, b⟩ of these entries of one vector and those of another view, with as many runs as long, in another.
  public func dot(_ a: UnsafePointer<Double>, _ other: VectorView, _ b: UnsafePointer<Double>) -> Double {
    var total = dot(a + offset, b + other.offset, other.stride)
    for (first, second) in zip(furtherStarts, other.furtherStarts) { total += dot(a + first, b + second, other.stride) }
    return total
  }

  @inline(__always)
  private func dot(_ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ otherStride: Int) -> Double {
    var total = 0.0
    for i in 0..<runLength { total += a[i * stride] * b[i * otherStride] }
    return total
  }

  /// ‖w‖².
  public func squaredNorm(_ parameters: UnsafePointer<Double>) -> Double { dot(parameters, self, parameters) }

  /// ‖w‖.
  public func norm(_ parameters: UnsafePointer<Double>) -> Double {
    if isRun { return BLAS.norm2(count: runLength, parameters + offset, incx: stride) }
    return squaredNorm(parameters).squareRoot()
  }

  /// Σ of the entries.
  public func sum(_ parameters: UnsafePointer<Double>) -> Double {
    var total = 0.0
    for start in starts {
      for i in 0..<runLength { total += parameters[start + i * stride] }
    }
    return total
  }

  /// Multiplies the entries.
  public func scale(_ parameters: inout [Double], by factor: Double) {
    for start in starts {
      for i in 0..<runLength { parameters[start + i * stride] *= factor }
    }
  }

  /// Adds factor · source at these entries and places.
  public func add(_ source: UnsafePointer<Double>, times factor: Double, to target: UnsafeMutablePointer<Double>) {
    for start in starts {
      for i in 0..<runLength { target[start + i * stride] += factor * source[start + i * stride] }
    }
  }
}

/// A strided matrix inside the parameter vector: entry (i, j) sits at `offset + i·rowStride + j·columnStride`.
public struct MatrixView: Sendable, Equatable {
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
  public init(offset: Int, rows: Int, columns: Int, rowStride: Int, columnStride: Int) {
    self.offset = offset
    self.rows = rows
    self.columns = columns
    self.rowStride = rowStride
    self.columnStride = columnStride
  }
}
