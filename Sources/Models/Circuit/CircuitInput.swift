import GSLBridge

/// What a circuit is given: one vector a mode for every data point, of which an observed entry's are unit vectors.
enum CircuitInput {
  /// The places of the ones, point after point, one a mode.
  case units(Buffer<Int32>, order: Int)
  /// One point × extent array a mode.
  case vectors([Buffer<Double>])

  /// The products of a mode's vectors at some points from one on with an extent × channels matrix, a row a point.
  func read(
    _ mode: Int, extent: Int, from first: Int, points: Int, matrix: UnsafePointer<Double>, channels: Int,
    into products: UnsafeMutablePointer<Double>
  ) {
    switch self {
    case .units(let indices, let order):
      for p in 0..<points {
        let place = Int(indices.pointer[(first + p) * order + mode])
        (products + p * channels).update(from: matrix + place * channels, count: channels)
      }
    case .vectors(let vectors):
      BLAS.multiply(
        m: points, n: channels, k: extent, a: vectors[mode].pointer + first * extent, lda: extent, b: matrix,
        ldb: channels, c: products, ldc: channels)
    }
  }

  /// Adds the transpose of ``read(_:extent:from:points:matrix:channels:into:)``: the gradient by the matrix of ⟨cotangents, products⟩.
  func pullBack(
    _ mode: Int, extent: Int, from first: Int, points: Int, cotangents: UnsafePointer<Double>, channels: Int,
    into gradient: UnsafeMutablePointer<Double>
  ) {
    switch self {
    case .units(let indices, let order):
      for p in 0..<points {
        let row = gradient + Int(indices.pointer[(first + p) * order + mode]) * channels
        let cotangent = cotangents + p * channels
        for r in 0..<channels { row[r] += cotangent[r] }
      }
    case .vectors(let vectors):
      BLAS.multiply(
        m: extent, n: channels, k: points, a: vectors[mode].pointer + first * extent, lda: extent, transposeA: true,
        b: cotangents, ldb: channels, beta: 1, c: gradient, ldc: channels)
    }
  }
}
