import GSLBridge

/// What linear measurements y = X w see of an object w, whose entries stand one behind the other: the singular values of X, the right
/// singular vectors, and the fit of least norm.
public struct LinearDesign: Sendable {
  /// Number of entries of w.
  public let count: Int
  /// Singular values of X, one per direction, descending; 0 from the rank on.
  public let singularValues: [Double]
  /// Orthonormal directions, the columns, of which those from the rank on are not seen.
  public let directions: Matrix
  /// Number of directions that are seen.
  public let rank: Int
  /// The parts of X⁺y along the directions; 0 from the rank on.
  public let leastFit: [Double]

  /// Objects with more entries than this are not decomposed.
  public static let largestCount = 600
  /// Measurements times entries up to which X is formed.
  private static let largestMatrix = 4_000_000
  /// Singular values up to this part of the largest are none.
  private static let rankTolerance = 1e-11

  /// The design of measurements; nil where the object is large or X cannot be decomposed.
  public init?(_ measurements: Measurements) {
    let count = measurements.shape.reduce(1, *)
    let m = measurements.count
    guard count <= Self.largestCount, m <= Self.largestMatrix / count else { return nil }
    var rows = [Double](repeating: 0, count: max(m, count) * count)
    for k in 0..<m { Self.write(k, of: measurements, count: count, into: &rows) }
    guard let svd = try? SVD(Matrix(rows: max(m, count), columns: count, elements: rows)) else { return nil }
    let largest = svd.singularValues.first ?? 0
    let rank = svd.singularValues.prefix { $0 > Self.rankTolerance * largest }.count
    self.count = count
    self.rank = rank
    directions = svd.v
    singularValues = svd.singularValues.enumerated().map { $0 < rank ? $1 : 0 }
    leastFit = (0..<count).map { r in
      guard r < rank else { return 0 }
      var part = 0.0
      for k in 0..<m {
        var prediction = 0.0
        for i in 0..<count { prediction += rows[k * count + i] * svd.v[i, r] }
        part += prediction * measurements.values[k]
      }
      return part / (svd.singularValues[r] * svd.singularValues[r])
    }
  }

  /// Row k of X.
  private static func write(_ k: Int, of measurements: Measurements, count: Int, into rows: inout [Double]) {
    let shape = measurements.shape
    switch measurements.operators {
    case .entries(let indices):
      var place = 0
      for (n, d) in shape.enumerated() { place = place * d + Int(indices[k * shape.count + n]) }
      rows[k * count + place] = 1
    case .dense(let tensors):
      for i in 0..<count { rows[k * count + i] = tensors[k * count + i] }
    case .rankOne(let factors):
      for i in 0..<count {
        let index = MultiIndex.at(i, shape: shape)
        var product = 1.0
        for (n, factor) in factors.enumerated() { product *= factor[k * shape[n] + index[n]] }
        rows[k * count + i] = product
      }
    case .inputs(let inputs):
      let width = shape[shape.count - 1]
      let (sample, output) = (k / measurements.outputs, k % measurements.outputs)
      for j in 0..<width { rows[k * count + output * width + j] = inputs[sample * width + j] }
    }
  }

  /// The parts of a vector along the directions.
  public func parts(_ vector: UnsafePointer<Double>) -> [Double] {
    (0..<count).map { r in
      var part = 0.0
      for i in 0..<count { part += directions[i, r] * vector[i] }
      return part
    }
  }

  /// The part of a vector that is seen: its projection onto the range of Xᵀ.
  public func seen(_ vector: [Double]) -> [Double] {
    let parts = parts(vector)
    return (0..<count).map { i in (0..<rank).reduce(0) { $0 + directions[i, $1] * parts[$1] } }
  }

  /// Whether some entries of w are tied to each other by what is not seen: otherwise each entry is either seen by itself or not at all.
  public var couples: Bool {
    guard rank < count else { return false }
    for i in 0..<count {
      for j in 0..<i {
        var entry = 0.0
        for r in 0..<rank { entry += directions[i, r] * directions[j, r] }
        if abs(entry) > 1e-6 { return true }
      }
    }
    return false
  }
}
