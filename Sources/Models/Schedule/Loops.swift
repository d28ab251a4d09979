/// One loop of z ⊕ c·Σ x·y: how often, and how far each array moves; 0 where it does not depend on the loop's label.
package struct Loop: Equatable, Sendable {
  /// How often.
  package var extent: Int
  /// Stride in the result.
  package var z: Int
  /// Stride in the first factor.
  package var x: Int
  /// Stride in the second factor.
  package var y: Int

  /// A loop with these strides.
  package init(extent: Int, z: Int, x: Int, y: Int) { (self.extent, self.z, self.x, self.y) = (extent, z, x, y) }

  /// The same with the factors exchanged.
  var swapped: Loop { Loop(extent: extent, z: z, x: y, y: x) }

  /// No loop.
  static let once = Loop(extent: 1, z: 0, x: 0, y: 0)

  /// By strides, the longest first: the few loops of a product.
  static func farthestFirst(_ loops: [Loop]) -> [Loop] {
    var result = loops
    for position in result.indices.dropFirst() {
      var k = position
      while k > 0, result[k].isFarther(than: result[k - 1]) {
        result.swapAt(k, k - 1)
        k -= 1
      }
    }
    return result
  }

  private func isFarther(than other: Loop) -> Bool { (z, x, y) > (other.z, other.x, other.y) }

  /// Without loops that run once, and with those merged that continue each other in all three arrays.
  package static func merged(_ loops: [Loop]) -> [Loop] {
    var result = loops.filter { $0.extent > 1 }
    var a = 0
    while a < result.count {
      let outer = result[a]
      let next = result.indices.first { b in
        let inner = result[b]
        return b != a && outer.z == inner.z * inner.extent && outer.x == inner.x * inner.extent
          && outer.y == inner.y * inner.extent
      }
      if let next {
        result[next].extent *= outer.extent
        result.remove(at: a)
        a = 0
      } else {
        a += 1
      }
    }
    return result
  }
}

/// z ⊕ c·Σ x·y as one matrix product within loops.
package struct MatrixProduct: Sendable {
  /// z is m × n, the sums run over k.
  var m, n, k: Int
  /// Numbers between the rows as stored.
  var lda, ldb, ldc: Int
  var transposesA, transposesB: Bool
  /// A is the second factor, B the first.
  var isSwapped: Bool
  var outer: [Loop]
}

/// z ⊕ c·Σ x·y as one matrix times a vector within loops.
package struct MatrixVectorProduct: Sendable {
  /// The matrix as stored.
  var rows, columns, lda: Int
  var transposes: Bool
  /// Strides of the vector and of the result.
  var incx, incy: Int
  /// The matrix is the second factor.
  var isSwapped: Bool
  var outer: [Loop]
}

/// z ⊕ c·Σ x·y as nested loops, the two inner ones in one kernel.
package struct Nest: Sendable {
  /// What the innermost loop does.
  package enum Kind: Int, CaseIterable, Sendable { case times, scaled, dot, total, strided }

  package var kind: Kind
  var outer: [Loop]
  var middle: Loop
  var inner: Loop
  /// The loops and the kernel call the second factor x.
  var isSwapped: Bool
}

/// How a contraction is carried out.
package enum ContractionForm: Sendable {
  /// By dgemm.
  case matrix(MatrixProduct)
  /// By dgemv.
  case vector(MatrixVectorProduct)
  /// By loops.
  case nest(Nest)

  /// Loops around the kernel.
  var outer: [Loop] {
    switch self {
    case .matrix(let product): product.outer
    case .vector(let product): product.outer
    case .nest(let nest): nest.outer
    }
  }
}
