import GSLBridge

/// The terms of a model's conservation laws at one state: squared norms ‖w‖² for a multilinear bond, the Gram matrices
/// outerᵀouter and inner·innerᵀ for a bilinear one.
///
/// Owns its buffers; use one per thread.
public final class BondTerms {
  /// One group of terms whose mutual differences are conserved: `count` terms of `size` numbers each, stored from `offset`.
  public struct Group: Sendable {
    /// The terms as formulas, such as `W2ᵀW2`.
    public let names: [String]
    /// Position of the first term in ``BondTerms/values``.
    public let offset: Int
    /// Numbers per term: 1 for a squared norm, k² for a Gram matrix.
    public let size: Int

    /// Number of terms.
    public var count: Int { names.count }
  }

  /// The bonds whose terms these are.
  public let bonds: [Bond]
  /// One group a bond.
  public let groups: [Group]
  /// All terms at the last updated state.
  public private(set) var values: [Double]

  /// Terms that are all 0 until the first update.
  public init(bonds: [Bond]) {
    self.bonds = bonds
    var offset = 0
    groups = bonds.map { bond in
      let group: Group
      switch bond {
      case .bilinear(let outer, let inner):
        let k = outer.columns
        group = Group(
          names: ["\(outer.name)ᵀ\(outer.name)", "\(inner.name) \(inner.name)ᵀ"], offset: offset, size: k * k)
      case .multilinear(let vectors):
        group = Group(names: vectors.map { "‖\($0.name)‖²" }, offset: offset, size: 1)
      }
      offset += group.count * group.size
      return group
    }
    values = [Double](repeating: 0, count: offset)
  }

  /// Recomputes every term at θ.
  public func update(_ parameters: UnsafePointer<Double>) {
    values.withUnsafeMutableBufferPointer { buffer in
      guard let values = buffer.baseAddress else { return }
      for (bond, group) in zip(bonds, groups) {
        switch bond {
        case .multilinear(let vectors):
          for (k, vector) in vectors.enumerated() {
            var total = 0.0
            let base = parameters + vector.offset
            for i in 0..<vector.count {
              let entry = base[i * vector.stride]
              total += entry * entry
            }
            values[group.offset + k] = total
          }
        case .bilinear(let outer, let inner):
          let k = outer.columns
          Self.gram(
            parameters + outer.offset, rows: outer.columns, columns: outer.rows, rowStride: outer.columnStride,
            columnStride: outer.rowStride, into: values + group.offset)
          Self.gram(
            parameters + inner.offset, rows: inner.rows, columns: inner.columns, rowStride: inner.rowStride,
            columnStride: inner.columnStride, into: values + group.offset + k * k)
        }
      }
    }
  }

  /// M Mᵀ of a strided matrix M.
  private static func gram(
    _ matrix: UnsafePointer<Double>, rows: Int, columns: Int, rowStride: Int, columnStride: Int,
    into result: UnsafeMutablePointer<Double>
  ) {
    // The stride of a dimension of 1 says nothing about the storage, and BLAS refuses one that is too small.
    let rowLead = rows == 1 ? max(rowStride, columns) : rowStride
    let columnLead = columns == 1 ? max(columnStride, rows) : columnStride
    if columnStride == 1 || columns == 1, rowLead >= columns {
      BLAS.multiply(
        m: rows, n: rows, k: columns, a: matrix, lda: rowLead, b: matrix, ldb: rowLead, transposeB: true,
        c: result, ldc: rows)
    } else if rowStride == 1 || rows == 1, columnLead >= rows {
      BLAS.multiply(
        m: rows, n: rows, k: columns, a: matrix, lda: columnLead, transposeA: true, b: matrix, ldb: columnLead,
        c: result, ldc: rows)
    } else {
      for i in 0..<rows {
        for j in 0..<rows {
          var total = 0.0
          for c in 0..<columns {
            total += matrix[i * rowStride + c * columnStride] * matrix[j * rowStride + c * columnStride]
          }
          result[i * rows + j] = total
        }
      }
    }
  }

  /// The unbalancedness magnitude at the last updated state: the largest norm of a difference of two terms of one group,
  /// max |‖w‖² − ‖w′‖²| or max ‖outerᵀouter − inner·innerᵀ‖_F (Razin, Maman, Cohen 2021, Definition 2).
  public var unbalancedness: Double {
    var worst = 0.0
    for group in groups {
      for a in 0..<group.count {
        for b in 0..<a {
          var squared = 0.0
          for i in 0..<group.size {
            let difference = values[group.offset + a * group.size + i] - values[group.offset + b * group.size + i]
            squared += difference * difference
          }
          worst = max(worst, squared.squareRoot())
        }
      }
    }
    return worst
  }

  /// The largest norm of a single term at the last updated state.
  public var largestTerm: Double {
    var largest = 0.0
    for group in groups {
      for a in 0..<group.count {
        var squared = 0.0
        for i in 0..<group.size {
          let value = values[group.offset + a * group.size + i]
          squared += value * value
        }
        largest = max(largest, squared.squareRoot())
      }
    }
    return largest
  }
}
