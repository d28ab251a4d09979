import GSLBridge

/// The product W = W_L ⋯ W_1 with its first and second derivatives, by BLAS and without allocation.
///
/// The factors are taken in from the end where that costs less, or as much and takes less memory, in L steps. From the right, step s takes in F = W_s on the left of the
/// partial product, P_s = F P_{s−1}; the gradient with respect to F is D_s P_{s−1}ᵀ, where D_L = G and
/// D_{s−1} = Fᵀ D_s. From the left everything is transposed: step s takes in F = W_{L+1−s}, P_s = P_{s−1} F,
/// D_{s−1} = D_s Fᵀ and the gradient is P_{s−1}ᵀ D_s.
///
/// A chain with a transposed end forms Wᵀ, and takes Gᵀ, with rows a given stride apart: for whoever needs columns of W.
final class ChainProduct {
  let depth: Int
  let parameterCount: Int
  private let fromRight: Bool
  /// e_0, …, e_L: partial product s is e_s × e_0 from the right, e_0 × e_s from the left.
  private let extents: [Int]
  /// Where the factor of step s begins in θ, at index s − 1.
  private let offsets: [Int]
  /// Numbers from one row of Wᵀ to the next; nil if W itself is formed.
  private let transposedStride: Int?

  // Entry s − 1 holds P_s; the first stays empty, for P_1 is a factor.
  private let partials: [Buffer<Double>]
  private let cotangents: [Buffer<Double>]
  // Only second-order methods and pushforwards need these: made at the first such call.
  private lazy var tangents: [Buffer<Double>] = partials.map { Buffer(count: $0.count) }
  private lazy var cotangentTangents: [Buffer<Double>] = cotangents.map { Buffer(count: $0.count) }

  /// - Parameters:
  ///   - dimensions: d_0, …, d_L, where W_l is d_l × d_{l−1} and L is at least 1.
  ///   - transposedStride: at least d_L, to form Wᵀ (d_0 × d_L) instead of W; numbers in between stay 0.
  /// - Throws: ``Refusal`` if the partial products would exceed ``MemoryLimit``.
  init(dimensions: [Int], transposedStride: Int? = nil) throws(Refusal) {
    let depth = dimensions.count - 1
    var starts = [0]
    for l in 1...depth { starts.append(starts[l - 1] + dimensions[l] * dimensions[l - 1]) }
    let memory = try ChainMemory(dimensions: dimensions, transposedStride: transposedStride)
    self.depth = depth
    self.transposedStride = transposedStride
    parameterCount = starts[depth]
    fromRight = memory.fromRight
    extents = memory.extents
    offsets = fromRight ? Array(starts.dropLast()) : starts.dropLast().reversed()
    partials = memory.partials.map { Buffer(count: $0) }
    cotangents = memory.cotangents.map { Buffer(count: $0) }
  }

  /// W, d_L × d_0 row-major, or Wᵀ; valid until the next call.
  func form(_ parameters: UnsafePointer<Double>) -> UnsafePointer<Double> {
    if depth == 1, transposedStride != nil { return transpose(parameters, into: partials[0]) }
    var product = parameters + offsets[0]
    for s in stride(from: 2, through: depth, by: 1) {
      takeIn(parameters, s, product, into: partials[s - 1].pointer)
      product = UnsafePointer(partials[s - 1].pointer)
    }
    return product
  }

  /// The derivative of W, or Wᵀ, along `direction`; needs ``form(_:)`` of the same parameters before.
  func formTangent(_ parameters: UnsafePointer<Double>, direction: UnsafePointer<Double>) -> UnsafePointer<Double> {
    if depth == 1, transposedStride != nil { return transpose(direction, into: tangents[0]) }
    var tangent = direction + offsets[0]
    for s in stride(from: 2, through: depth, by: 1) {
      takeIn(parameters, s, tangent, into: tangents[s - 1].pointer)
      takeIn(direction, s, partial(parameters, s - 1), into: tangents[s - 1].pointer, adding: true)
      tangent = UnsafePointer(tangents[s - 1].pointer)
    }
    return tangent
  }

  /// The gradient of ⟨G, W⟩, where G, or Gᵀ, is the cotangent; needs ``form(_:)`` of the same parameters before.
  func pullBack(
    _ parameters: UnsafePointer<Double>, cotangent: UnsafePointer<Double>, into gradient: UnsafeMutablePointer<Double>
  ) {
    var cotangent = cotangent
    for s in stride(from: depth, to: 1, by: -1) {
      pair(cotangent, partial(parameters, s - 1), s, into: gradient)
      // D_1 is itself the gradient of the first factor.
      let next = s == 2 ? gradient + offsets[0] : cotangents[s % 2].pointer
      takeOut(parameters, s, cotangent, into: next)
      cotangent = UnsafePointer(next)
    }
    if depth == 1 { finish(cotangent, into: gradient) }
  }

  /// The derivative of ``pullBack(_:cotangent:into:)`` along (direction, Ġ); needs ``form(_:)`` and
  /// ``formTangent(_:direction:)`` of the same parameters and direction before.
  func pullBackTangent(
    _ parameters: UnsafePointer<Double>, direction: UnsafePointer<Double>, cotangent: UnsafePointer<Double>,
    cotangentTangent: UnsafePointer<Double>, into tangent: UnsafeMutablePointer<Double>
  ) {
    var (cotangent, cotangentTangent) = (cotangent, cotangentTangent)
    for s in stride(from: depth, to: 1, by: -1) {
      let before = s == 2 ? direction + offsets[0] : UnsafePointer(tangents[s - 2].pointer)
      pair(cotangentTangent, partial(parameters, s - 1), s, into: tangent)
      pair(cotangent, before, s, into: tangent, adding: true)
      let next = s == 2 ? tangent + offsets[0] : cotangentTangents[s % 2].pointer
      takeOut(parameters, s, cotangentTangent, into: next)
      takeOut(direction, s, cotangent, into: next, adding: true)
      cotangentTangent = UnsafePointer(next)
      if s > 2 {
        takeOut(parameters, s, cotangent, into: cotangents[s % 2].pointer)
        cotangent = UnsafePointer(cotangents[s % 2].pointer)
      }
    }
    if depth == 1 { finish(cotangentTangent, into: tangent) }
  }

  private func partial(_ parameters: UnsafePointer<Double>, _ s: Int) -> UnsafePointer<Double> {
    s == 1 ? parameters + offsets[0] : UnsafePointer(partials[s - 1].pointer)
  }

  /// W_1ᵀ of a chain of one factor.
  private func transpose(_ factor: UnsafePointer<Double>, into result: Buffer<Double>) -> UnsafePointer<Double> {
    let (rows, columns, stride) = (fromRight ? extents[1] : extents[0], fromRight ? extents[0] : extents[1], endStride)
    for i in 0..<rows {
      for j in 0..<columns { result.pointer[j * stride + i] = factor[i * columns + j] }
    }
    return UnsafePointer(result.pointer)
  }

  /// The gradient of a chain of one factor is the cotangent.
  private func finish(_ cotangent: UnsafePointer<Double>, into gradient: UnsafeMutablePointer<Double>) {
    guard let stride = transposedStride else { return gradient.update(from: cotangent, count: parameterCount) }
    let (rows, columns) = (fromRight ? extents[1] : extents[0], fromRight ? extents[0] : extents[1])
    for i in 0..<rows {
      for j in 0..<columns { gradient[i * columns + j] = cotangent[j * stride + i] }
    }
  }

  private var endStride: Int { transposedStride ?? 0 }

  /// Whether what step s forms, and takes apart, is transposed.
  private func isTransposed(_ s: Int) -> Bool { transposedStride != nil && s == depth }

  /// F X from the right, X F from the left, where F is the factor of step s in `factors` and X has extent e_{s−1}.
  private func takeIn(
    _ factors: UnsafePointer<Double>, _ s: Int, _ x: UnsafePointer<Double>, into result: UnsafeMutablePointer<Double>,
    adding: Bool = false
  ) {
    let (e, inner, outer) = (extents[0], extents[s - 1], extents[s])
    let factor = factors + offsets[s - 1]
    let beta: Double = adding ? 1 : 0
    switch (fromRight, isTransposed(s)) {
    case (true, false):
      BLAS.multiply(m: outer, n: e, k: inner, a: factor, lda: inner, b: x, ldb: e, beta: beta, c: result, ldc: e)
    case (false, false):
      BLAS.multiply(
        m: e, n: outer, k: inner, a: x, lda: inner, b: factor, ldb: outer, beta: beta, c: result, ldc: outer)
    case (true, true):
      BLAS.multiply(
        m: e, n: outer, k: inner, a: x, lda: e, transposeA: true, b: factor, ldb: inner, transposeB: true, beta: beta,
        c: result, ldc: endStride)
    case (false, true):
      BLAS.multiply(
        m: outer, n: e, k: inner, a: factor, lda: outer, transposeA: true, b: x, ldb: inner, transposeB: true,
        beta: beta, c: result, ldc: endStride)
    }
  }

  /// Fᵀ D from the right, D Fᵀ from the left.
  private func takeOut(
    _ factors: UnsafePointer<Double>, _ s: Int, _ d: UnsafePointer<Double>, into result: UnsafeMutablePointer<Double>,
    adding: Bool = false
  ) {
    let (e, inner, outer) = (extents[0], extents[s - 1], extents[s])
    let factor = factors + offsets[s - 1]
    let isTransposed = isTransposed(s)
    if fromRight {
      BLAS.multiply(
        m: inner, n: e, k: outer, a: factor, lda: inner, transposeA: true, b: d, ldb: isTransposed ? endStride : e,
        transposeB: isTransposed, beta: adding ? 1 : 0, c: result, ldc: e)
    } else {
      BLAS.multiply(
        m: e, n: inner, k: outer, a: d, lda: isTransposed ? endStride : outer, transposeA: isTransposed, b: factor,
        ldb: outer, transposeB: true, beta: adding ? 1 : 0, c: result, ldc: inner)
    }
  }

  /// D Pᵀ from the right, Pᵀ D from the left: the gradient of the factor of step s, stored in its place.
  private func pair(
    _ d: UnsafePointer<Double>, _ p: UnsafePointer<Double>, _ s: Int, into gradient: UnsafeMutablePointer<Double>,
    adding: Bool = false
  ) {
    let (e, inner, outer) = (extents[0], extents[s - 1], extents[s])
    let place = gradient + offsets[s - 1]
    let isTransposed = isTransposed(s)
    if fromRight {
      BLAS.multiply(
        m: outer, n: inner, k: e, a: d, lda: isTransposed ? endStride : e, transposeA: isTransposed, b: p, ldb: e,
        transposeB: true, beta: adding ? 1 : 0, c: place, ldc: inner)
    } else {
      BLAS.multiply(
        m: inner, n: outer, k: e, a: p, lda: inner, transposeA: true, b: d, ldb: isTransposed ? endStride : outer,
        transposeB: isTransposed, beta: adding ? 1 : 0, c: place, ldc: outer)
    }
  }
}
