import GSLBridge

/// The terms of a model's conservation laws at one state: squared norms, Gram matrices, sums of entries.
///
/// Owns its buffers; use one per thread.
public final class BondTerms {
  /// One group of terms, those of a bond, stored from `offset` on.
  public struct Group: Sendable {
    /// The terms as formulas, such as `W2ᵀW2`.
    public let names: [String]
    /// Position of the first term in ``BondTerms/values``.
    public let offset: Int
    /// Numbers per term: 1 for a squared norm, k² for a Gram matrix.
    public let size: Int
    /// The constant sums.
    public let laws: [Bond.Sum]

    /// Number of terms.
    public var count: Int { names.count }
  }

  /// The bonds whose terms these are.
  public let bonds: [Bond]
  /// One group a bond.
  public let groups: [Group]
  /// All terms at the last updated state, one after the other; valid as long as this object is.
  public var base: UnsafePointer<Double> { UnsafePointer(memory.pointer) }
  /// How many numbers the terms have together.
  public var count: Int { memory.count }
  /// A copy of all terms at the last updated state.
  public var values: [Double] { Array(UnsafeBufferPointer(start: memory.pointer, count: memory.count)) }

  private let memory: Buffer<Double>
  /// Whether every term is one number.
  private let areNumbers: Bool
  /// Bonds whose terms are the squared norms of vectors side by side: they are computed row by row.
  private let families: [Family]
  /// Which bonds are in no family.
  private let singles: [Int]

  /// So many bonds of as many squared norms each, from a place in ``values`` on.
  private struct Family {
    let offset: Int
    /// One for each term of a bond.
    let bundles: [VectorBundle]
    let sums: Buffer<Double>
  }

  /// Terms that are all 0 until the first update.
  public init(bonds: [Bond]) {
    self.bonds = bonds
    var offset = 0
    groups = bonds.map { bond in
      let group = Group(
        names: bond.terms.map(\.name), offset: offset, size: bond.terms.first?.quantity.size ?? 0, laws: bond.laws)
      offset += group.count * group.size
      return group
    }
    memory = Buffer(count: offset)
    areNumbers = groups.allSatisfy { $0.size == 1 }
    var families: [Family] = []
    var singles: [Int] = []
    var first = 0
    while first < bonds.count {
      var bundles = Self.vectors(bonds[first]).compactMap { VectorBundle($0) }
      var end = first + 1
      if bundles.count == bonds[first].terms.count, !bundles.isEmpty {
        while end < bonds.count {
          let vectors = Self.vectors(bonds[end])
          guard vectors.count == bundles.count, zip(bundles, vectors).allSatisfy({ $0.continues(with: $1) }) else {
            break
          }
          for n in bundles.indices { bundles[n].append() }
          end += 1
        }
      }
      if end > first + 1 {
        families.append(
          Family(offset: groups[first].offset, bundles: bundles, sums: Buffer(count: end - first)))
      } else {
        singles.append(first)
      }
      first = end
    }
    self.families = families
    self.singles = singles
  }

  /// The vectors whose squared norms are a bond's terms; empty if some term is anything else.
  private static func vectors(_ bond: Bond) -> [VectorView] {
    let vectors = bond.terms.compactMap { term -> VectorView? in
      if case .squaredNorm(let vector) = term.quantity { vector } else { nil }
    }
    return vectors.count == bond.terms.count ? vectors : []
  }

  /// Recomputes every term at θ.
  public func update(_ parameters: UnsafePointer<Double>) {
    let values = memory.pointer
    for family in families {
      let (width, sums) = (family.bundles.count, family.sums.pointer)
      for (n, bundle) in family.bundles.enumerated() {
        bundle.dot(parameters, parameters, into: sums)
        let target = values + family.offset + n
        for r in 0..<bundle.count { target[r * width] = sums[r] }
      }
    }
    for index in singles {
      let group = groups[index]
      for (k, term) in bonds[index].terms.enumerated() {
        let target = values + group.offset + k * group.size
        switch term.quantity {
        case .squaredNorm(let vector): target.pointee = vector.squaredNorm(parameters)
        case .totals(let vectors): for (i, vector) in vectors.enumerated() { target[i] = vector.sum(parameters) }
        case .gram(let parts):
          for (part, matrix) in parts.enumerated() {
            Self.gram(matrix, parameters + matrix.offset, beta: part == 0 ? 0 : 1, into: target)
          }
        }
      }
    }
  }

  /// M Mᵀ of a strided matrix M, added to `beta` times what is there.
  private static func gram(
    _ view: MatrixView, _ matrix: UnsafePointer<Double>, beta: Double, into result: UnsafeMutablePointer<Double>
  ) {
    let (rows, columns) = (view.rows, view.columns)
    // The stride of a dimension of 1 says nothing about the storage, and BLAS refuses one that is too small.
    let rowLead = rows == 1 ? max(view.rowStride, columns) : view.rowStride
    let columnLead = columns == 1 ? max(view.columnStride, rows) : view.columnStride
    if view.columnStride == 1 || columns == 1, rowLead >= columns {
      BLAS.multiply(
        m: rows, n: rows, k: columns, a: matrix, lda: rowLead, b: matrix, ldb: rowLead, transposeB: true,
        beta: beta, c: result, ldc: rows)
    } else if view.rowStride == 1 || rows == 1, columnLead >= rows {
      BLAS.multiply(
        m: rows, n: rows, k: columns, a: matrix, lda: columnLead, transposeA: true, b: matrix, ldb: columnLead,
        beta: beta, c: result, ldc: rows)
    } else {
      for i in 0..<rows {
        for j in 0..<rows {
          var total = 0.0
          for c in 0..<columns {
            total +=
              matrix[i * view.rowStride + c * view.columnStride] * matrix[j * view.rowStride + c * view.columnStride]
          }
          result[i * rows + j] = total + (beta == 0 ? 0 : beta * result[i * rows + j])
        }
      }
    }
  }

  /// ‖Σ c · term‖_F of a law at the last updated state.
  private func magnitude(_ law: Bond.Sum, _ group: Group) -> Double {
    let values = memory.pointer + group.offset
    var squared = 0.0
    for i in 0..<group.size {
      var sum = 0.0
      for summand in law.summands { sum += summand.coefficient * values[summand.term * group.size + i] }
      if group.size == 1 { return abs(sum) }
      squared += sum * sum
    }
    return squared.squareRoot()
  }

  /// The unbalancedness magnitude at the last updated state: the largest norm of a law that ties sizes to each other,
  /// max |‖w‖² − ‖w′‖²| or max ‖outerᵀouter − inner·innerᵀ‖_F (Razin, Maman, Cohen 2021, Definition 2).
  public var unbalancedness: Double {
    var worst = 0.0
    for (bond, group) in zip(bonds, groups) where bond.isQuadratic {
      for law in group.laws where law.isTwoSided { worst = max(worst, magnitude(law, group)) }
    }
    return worst
  }

  private static func norm(_ values: UnsafePointer<Double>, _ count: Int) -> Double {
    count == 1 ? abs(values[0]) : Squares.sum(count: count, values).squareRoot()
  }

  /// The largest norm of a single term at the last updated state.
  public var largestTerm: Double {
    let values = memory.pointer
    var largest = 0.0
    if areNumbers {
      for k in 0..<memory.count { largest = max(largest, abs(values[k])) }
      return largest
    }
    for group in groups {
      for a in 0..<group.count {
        largest = max(largest, Self.norm(values + group.offset + a * group.size, group.size))
      }
    }
    return largest
  }
}
