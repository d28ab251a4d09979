import GSLBridge

/// T = Σ_r a_r¹ ⊗ … ⊗ a_rᴺ with factors N(0, 1), scaled to a given Frobenius norm: known everywhere.
struct GeneratedTarget: Target {
  let shape: [Int]
  let name: String
  let dense: [Double]?
  /// Scaled factors, row-major d_n × rank.
  private let factors: [[Double]]
  private let rank: Int

  var knownCount: Int { shape.reduce(1, *) }

  /// - Throws: ``Refusal`` if there is no such tensor, or it would exceed ``MemoryLimit``.
  init(shape: [Int], rank: Int, norm: Double, seed: UInt64) throws(Refusal) {
    let total = try Self.check(shape, rank: rank, norm: norm)
    var factors: [[Double]] = []
    for (mode, dimension) in shape.enumerated() {
      var stream = RandomStream(seed: seed, name: "target/mode\(mode)")
      factors.append((0..<(dimension * rank)).map { _ in stream.gaussian() })
    }
    let squaredNorm = Self.squaredNorm(factors, shape: shape, rank: rank)
    let scale = try Self.scale(to: norm, from: squaredNorm.squareRoot())
    for i in factors[0].indices { factors[0][i] *= scale }
    self.shape = shape
    self.factors = factors
    self.rank = rank
    name = "a rank-\(rank) target of Frobenius norm \(norm)"
    if total <= MemoryLimit.denseTarget {
      var index = [Int](repeating: 0, count: shape.count)
      let scaled = factors
      dense = (0..<total).map { position in
        MultiIndex.decode(position, shape: shape, into: &index)
        return Self.entry(index, factors: scaled, rank: rank)
      }
    } else {
      dense = nil
    }
  }

  /// The number of entries.
  private static func check(_ shape: [Int], rank: Int, norm: Double) throws(Refusal) -> Int {
    let total = try entryCount(of: shape)
    guard rank >= 1 else {
      throw Refusal("the target's rank is \(rank)", remedy: "give problem.rank a positive integer")
    }
    let bound = total / (shape.max() ?? 1)
    guard rank <= bound else {
      throw Refusal(
        "no tensor of shape \(shape) has a rank of \(rank)", remedy: "use problem.rank \(bound) or less")
    }
    try MemoryLimit.check(
      [shape.reduce(0, +), rank], what: "the target's factors", remedy: "use a smaller problem.rank")
    try check(norm: norm)
    return total
  }

  /// ‖T‖² = Σ_{rs} Π_n ⟨a_rⁿ, a_sⁿ⟩, which needs no dense tensor.
  private static func squaredNorm(_ factors: [[Double]], shape: [Int], rank: Int) -> Double {
    var squaredNorm = 0.0
    for r in 0..<rank {
      for s in 0..<rank {
        var product = 1.0
        for (mode, dimension) in shape.enumerated() {
          var inner = 0.0
          for i in 0..<dimension { inner += factors[mode][i * rank + r] * factors[mode][i * rank + s] }
          product *= inner
        }
        squaredNorm += product
      }
    }
    return squaredNorm
  }

  private static func entry(_ index: [Int], factors: [[Double]], rank: Int) -> Double {
    var total = 0.0
    for r in 0..<rank {
      var product = 1.0
      for n in factors.indices { product *= factors[n][index[n] * rank + r] }
      total += product
    }
    return total
  }

  func position(ofKnown k: Int) -> Int { k }

  func append(known k: Int, to indices: inout [Int32], _ values: inout [Double]) {
    let index = MultiIndex.at(k, shape: shape)
    for i in index { indices.append(Int32(truncatingIfNeeded: i)) }
    values.append(dense?[k] ?? Self.entry(index, factors: factors, rank: rank))
  }
}
