/// A dense real matrix, stored row by row.
public struct Matrix: Sendable, Equatable {
  /// Number of rows.
  public let rows: Int
  /// Number of columns.
  public let columns: Int
  /// The entries, row-major: entry (i, j) is `elements[i * columns + j]`.
  public var elements: [Double] {
    @inlinable get { storage }
    // Modified in place: an observer in its stead would copy the array at every change from another module.
    @inlinable _modify {
      yield &storage
      precondition(storage.count == rows * columns, "a matrix keeps its number of entries")
    }
  }

  @usableFromInline var storage: [Double]

  /// The matrix with the given entries, row-major.
  ///
  /// - Precondition: `elements.count == rows * columns`, both non-negative.
  public init(rows: Int, columns: Int, elements: [Double]) {
    precondition(rows >= 0 && columns >= 0, "a matrix has non-negative dimensions, not \(rows) × \(columns)")
    precondition(
      elements.count == rows * columns, "a \(rows) × \(columns) matrix cannot hold \(elements.count) entries")
    self.rows = rows
    self.columns = columns
    storage = elements
  }

  /// The matrix with entry (i, j) = `entry(i, j)`.
  public init(rows: Int, columns: Int, entry: (Int, Int) -> Double) {
    var elements: [Double] = []
    elements.reserveCapacity(rows * columns)
    for i in 0..<rows { for j in 0..<columns { elements.append(entry(i, j)) } }
    self.init(rows: rows, columns: columns, elements: elements)
  }

  /// The matrix of zeros.
  public static func zero(_ rows: Int, _ columns: Int) -> Matrix {
    Matrix(rows: rows, columns: columns, elements: [Double](repeating: 0, count: rows * columns))
  }

  /// The identity of the given size.
  public static func identity(_ size: Int) -> Matrix { diagonal([Double](repeating: 1, count: size)) }

  /// The square matrix with the given diagonal and zeros elsewhere.
  public static func diagonal(_ entries: [Double]) -> Matrix {
    var result = zero(entries.count, entries.count)
    for (i, entry) in entries.enumerated() { result[i, i] = entry }
    return result
  }

  /// Entry (i, j), both counted from 0.
  public subscript(i: Int, j: Int) -> Double {
    @inlinable get {
      precondition(i >= 0 && i < rows && j >= 0 && j < columns, "entry (\(i), \(j)) of a \(rows) × \(columns) matrix")
      return storage[i * columns + j]
    }
    @inlinable _modify {
      precondition(i >= 0 && i < rows && j >= 0 && j < columns, "entry (\(i), \(j)) of a \(rows) × \(columns) matrix")
      yield &storage[i * columns + j]
    }
  }

  /// The transpose.
  public var transposed: Matrix {
    var result = Matrix.zero(columns, rows)
    for i in 0..<rows { for j in 0..<columns { result.elements[j * rows + i] = elements[i * columns + j] } }
    return result
  }

  /// ‖A‖_F = √Σ aᵢⱼ², without intermediate overflow or underflow.
  public var frobeniusNorm: Double {
    elements.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return 0 }
      return BLAS.norm2(count: buffer.count, base)
    }
  }

  /// maxᵢⱼ |aᵢⱼ|; 0 for an empty matrix, NaN if an entry is NaN.
  public var maxAbs: Double {
    var largest = 0.0
    for element in elements where !(abs(element) <= largest) {
      largest = abs(element)
      if largest.isNaN { return largest }
    }
    return largest
  }

  /// Σᵢ aᵢᵢ over the main diagonal.
  public var trace: Double {
    var sum = 0.0
    for i in 0..<min(rows, columns) { sum += elements[i * columns + i] }
    return sum
  }

  /// Whether every entry is finite.
  public var isFinite: Bool { elements.allSatisfy(\.isFinite) }

  /// The matrix product A B.
  ///
  /// - Precondition: `a.columns == b.rows`.
  public static func * (a: Matrix, b: Matrix) -> Matrix {
    precondition(a.columns == b.rows, "cannot multiply \(a.rows) × \(a.columns) by \(b.rows) × \(b.columns)")
    var result = Matrix.zero(a.rows, b.columns)
    a.elements.withUnsafeBufferPointer { left in
      b.elements.withUnsafeBufferPointer { right in
        result.elements.withUnsafeMutableBufferPointer { product in
          guard let left = left.baseAddress, let right = right.baseAddress, let product = product.baseAddress else {
            return
          }
          BLAS.multiply(
            m: a.rows, n: b.columns, k: a.columns, a: left, lda: a.columns, b: right, ldb: b.columns, c: product,
            ldc: b.columns)
        }
      }
    }
    return result
  }

  /// The matrix product Aᵀ B, the transpose not being formed.
  ///
  /// - Precondition: `rows == other.rows`.
  public func transposedTimes(_ other: Matrix) -> Matrix {
    precondition(rows == other.rows, "cannot multiply the transpose of \(rows) × \(columns) by \(other.rows) rows")
    return product(columns, other.columns, rows, transposesSelf: true, other)
  }

  /// The matrix product A Bᵀ, the transpose not being formed.
  ///
  /// - Precondition: `columns == other.columns`.
  public func times(transposed other: Matrix) -> Matrix {
    precondition(columns == other.columns, "cannot multiply \(rows) × \(columns) by \(other.columns) rows")
    return product(rows, other.rows, columns, transposesOther: true, other)
  }

  private func product(
    _ m: Int, _ n: Int, _ k: Int, transposesSelf: Bool = false, transposesOther: Bool = false, _ other: Matrix
  ) -> Matrix {
    var result = Matrix.zero(m, n)
    storage.withUnsafeBufferPointer { left in
      other.storage.withUnsafeBufferPointer { right in
        result.storage.withUnsafeMutableBufferPointer { product in
          guard let left = left.baseAddress, let right = right.baseAddress, let product = product.baseAddress else {
            return
          }
          BLAS.multiply(
            m: m, n: n, k: k, a: left, lda: columns, transposeA: transposesSelf, b: right, ldb: other.columns,
            transposeB: transposesOther, c: product, ldc: n)
        }
      }
    }
    return result
  }

  /// The scaled matrix s A.
  public static func * (scale: Double, a: Matrix) -> Matrix {
    Matrix(rows: a.rows, columns: a.columns, elements: a.elements.map { scale * $0 })
  }

  /// The entrywise sum.
  ///
  /// - Precondition: equal shapes.
  public static func + (a: Matrix, b: Matrix) -> Matrix { a.combined(with: b) { $0 + $1 } }

  /// The entrywise difference.
  ///
  /// - Precondition: equal shapes.
  public static func - (a: Matrix, b: Matrix) -> Matrix { a.combined(with: b) { $0 - $1 } }

  private func combined(with other: Matrix, _ operation: (Double, Double) -> Double) -> Matrix {
    precondition(
      rows == other.rows && columns == other.columns,
      "shapes \(rows) × \(columns) and \(other.rows) × \(other.columns) differ")
    return Matrix(rows: rows, columns: columns, elements: zip(elements, other.elements).map(operation))
  }
}
