import GSLBridge

/// What a circuit is given: one vector a mode for every data point, of which an observed entry's are unit vectors.
enum CircuitInput {
  /// The places of the ones, point after point, one a mode.
  case units(Buffer<Int32>, order: Int)
  /// One point × extent array a mode.
  case vectors([Buffer<Double>])

  /// The places of the ones of a mode at eight points from one on; points beyond the last are the last.
  func unit(_ mode: Int, from first: Int, count: Int) -> SIMD8<Int>? {
    guard case .units(let indices, let order) = self else { return nil }
    var places = SIMD8<Int>()
    for lane in 0..<8 { places[lane] = Int(indices.pointer[min(first + lane, count - 1) * order + mode]) }
    return places
  }

  /// Entry i of the vectors of a mode at eight points from one on; points beyond the last are the last.
  func entry(_ i: Int, _ mode: Int, extent: Int, from first: Int, count: Int) -> SIMD8<Double> {
    guard case .vectors(let vectors) = self else { return SIMD8(repeating: 0) }
    var entries = SIMD8<Double>()
    for lane in 0..<8 { entries[lane] = vectors[mode].pointer[min(first + lane, count - 1) * extent + i] }
    return entries
  }
}
