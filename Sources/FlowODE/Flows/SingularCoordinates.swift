import GSLBridge
import Models

/// The directions in which the Hessian of a deep matrix factorization with u grown singular directions is stiff.
///
/// W changes by W_L ⋯ W_{l+1} δW_l W_{l−1} ⋯ W_1, which is large only for δW_l between the grown right singular vectors of
/// W_{l+1} and the grown left singular vectors of W_{l−1}: u × d_0 numbers for the first factor, d_L × u for the last and
/// u × u for those between.
final class SingularCoordinates: StiffCoordinates {
  /// One factor: its coordinates are C = P W Rᵀ/√ρ, where a nil basis is the identity.
  private struct Factor {
    let offset: Int
    let rows: Int
    let columns: Int
    let outer: Buffer<Double>?
    let inner: Buffer<Double>?
    let first: Int
    let coordinateRows: Int
    let coordinateColumns: Int
    let scaling: Double
    /// The grown left and right singular subspaces of the factor itself.
    let left: Buffer<Double>
    let right: Buffer<Double>
  }

  let count: Int
  let complements: [ErrorSegment]
  private let u: Int
  private let factors: [Factor]
  private let reference: Buffer<Double>
  private let referenceNorm: Double
  private let scratch: Buffer<Double>
  private let second: Buffer<Double>

  /// - Parameters:
  ///   - count: u.
  ///   - scaling: √|ρ| of every factor.
  init(_ subspaces: SingularSubspaces, count u: Int, scaling: [Double], at state: UnsafePointer<Double>) {
    self.u = u
    let (depth, dimensions) = (subspaces.depth, subspaces.dimensions)
    let bases = (0..<depth).map { subspaces.bases($0, count: u) }
    var factors: [Factor] = []
    var first = 0
    for l in 0..<depth {
      let (rows, columns) = (dimensions[l + 1], dimensions[l])
      let outer = l + 1 < depth ? bases[l + 1].right : nil
      let inner = l > 0 ? bases[l - 1].left : nil
      let (coordinateRows, coordinateColumns) = (outer == nil ? rows : u, inner == nil ? columns : u)
      factors.append(
        Factor(
          offset: subspaces.offsets[l], rows: rows, columns: columns, outer: outer, inner: inner, first: first,
          coordinateRows: coordinateRows, coordinateColumns: coordinateColumns, scaling: scaling[l],
          left: bases[l].left, right: bases[l].right))
      first += coordinateRows * coordinateColumns
    }
    count = first
    self.factors = factors
    complements = factors.map { ErrorSegment(offset: $0.offset, rows: $0.rows, columns: $0.columns) }
    let total = factors.reduce(0) { $0 + $1.rows * $1.columns }
    reference = Buffer(count: total)
    reference.pointer.update(from: state, count: total)
    referenceNorm = BLAS.norm2(count: total, state)
    let widest = dimensions.reduce(0, max)
    scratch = Buffer(count: u * widest)
    second = Buffer(count: u * widest)
  }

  func gather(_ vector: UnsafePointer<Double>, into coordinates: UnsafeMutablePointer<Double>) {
    for factor in factors {
      let target = coordinates + factor.first
      var (matrix, rows) = (vector + factor.offset, factor.rows)
      if let outer = factor.outer {
        let place = factor.inner == nil ? target : scratch.pointer
        BLAS.multiply(
          m: u, n: factor.columns, k: factor.rows, a: outer.pointer, lda: factor.rows, b: matrix, ldb: factor.columns,
          c: place, ldc: factor.columns)
        (matrix, rows) = (UnsafePointer(place), u)
      }
      if let inner = factor.inner {
        BLAS.multiply(
          m: rows, n: u, k: factor.columns, a: matrix, lda: factor.columns, b: inner.pointer, ldb: factor.columns,
          transposeB: true, c: target, ldc: u)
      }
      BLAS.scale(count: factor.coordinateRows * factor.coordinateColumns, alpha: 1 / factor.scaling, target)
    }
  }

  func scatter(_ coordinates: UnsafePointer<Double>, adding vector: UnsafeMutablePointer<Double>) {
    for factor in factors { scatter(factor, coordinates + factor.first, scale: factor.scaling, adding: vector) }
  }

  private func scatter(
    _ factor: Factor, _ coordinates: UnsafePointer<Double>, scale: Double, adding vector: UnsafeMutablePointer<Double>
  ) {
    let target = vector + factor.offset
    var matrix = coordinates
    if let inner = factor.inner {
      if factor.outer == nil {
        BLAS.multiply(
          m: factor.rows, n: factor.columns, k: u, alpha: scale, a: matrix, lda: u, b: inner.pointer,
          ldb: factor.columns, beta: 1, c: target, ldc: factor.columns)
        return
      }
      BLAS.multiply(
        m: u, n: factor.columns, k: u, a: matrix, lda: u, b: inner.pointer, ldb: factor.columns, c: scratch.pointer,
        ldc: factor.columns)
      matrix = UnsafePointer(scratch.pointer)
    }
    guard let outer = factor.outer else { return }
    BLAS.multiply(
      m: factor.rows, n: factor.columns, k: u, alpha: scale, a: outer.pointer, lda: factor.rows, transposeA: true,
      b: matrix, ldb: factor.columns, beta: 1, c: target, ldc: factor.columns)
  }

  /// The rates ρ by which the gather of a gradient is to be multiplied to become the adjoint of the scatter.
  func scaleByRates(_ coordinates: UnsafeMutablePointer<Double>) {
    for factor in factors {
      BLAS.scale(
        count: factor.coordinateRows * factor.coordinateColumns, alpha: factor.scaling * factor.scaling,
        coordinates + factor.first)
    }
  }

  /// ‖y − y_ref‖/‖y_ref‖ over all parameters: the subspace turns with every factor.
  func movement(_ state: UnsafePointer<Double>) -> Double {
    var change = 0.0
    let reference = self.reference.pointer
    for i in 0..<self.reference.count {
      let difference = state[i] - reference[i]
      change += difference * difference
    }
    return referenceNorm > 0 ? change.squareRoot() / referenceNorm : 0
  }

  /// ‖(I − UᵀU) E (I − VᵀV)‖ for the factor's own grown singular subspaces U and V: what its small singular directions see.
  ///
  /// The squares are subtracted, which is exact to 1e-8 of ‖E‖.
  func complementNorm(_ part: Int, _ vector: UnsafePointer<Double>) -> Double {
    let factor = factors[part]
    let matrix = vector + factor.offset
    let whole = BLAS.norm2(count: factor.rows * factor.columns, matrix)
    BLAS.multiply(
      m: u, n: factor.columns, k: factor.rows, a: factor.left.pointer, lda: factor.rows, b: matrix, ldb: factor.columns,
      c: scratch.pointer, ldc: factor.columns)
    let left = BLAS.norm2(count: u * factor.columns, scratch.pointer)
    BLAS.multiply(
      m: u, n: u, k: factor.columns, a: scratch.pointer, lda: factor.columns, b: factor.right.pointer,
      ldb: factor.columns, transposeB: true, c: second.pointer, ldc: u)
    let both = BLAS.norm2(count: u * u, second.pointer)
    BLAS.multiply(
      m: u, n: factor.rows, k: factor.columns, a: factor.right.pointer, lda: factor.columns, b: matrix,
      ldb: factor.columns, transposeB: true, c: second.pointer, ldc: factor.rows)
    let right = BLAS.norm2(count: u * factor.rows, second.pointer)
    return max(0, whole * whole - left * left - right * right + both * both).squareRoot()
  }
}
