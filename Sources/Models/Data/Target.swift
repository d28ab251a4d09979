import ArrayFiles
import GSLBridge

/// A generated or loaded target: what is known of it, by number.
struct Target {
  let shape: [Int]
  let name: String
  /// Row-major, NaN where unknown; nil when too large.
  let dense: [Double]?
  /// Flattened multi-indices and values of the known entries when these were given as a list.
  let listed: EntryTable?
  /// Positions of the known entries when `dense` has unknown ones; nil if all are known.
  let positions: [Int]?
  /// Scaled factors of a generated target, row-major d_n × rank.
  let factors: [[Double]]
  let rank: Int

  var knownCount: Int {
    if let listed { return listed.values.count }
    return positions?.count ?? shape.reduce(1, *)
  }

  init(source: TargetSource, shape requested: [Int], seed: UInt64) throws {
    switch source {
    case .generated(let rank, let norm):
      try self.init(generated: requested, rank: rank, norm: norm, seed: seed)
    case .file(let path):
      try self.init(file: path, shape: requested)
    }
  }

  private init(generated shape: [Int], rank: Int, norm: Double, seed: UInt64) throws(ExperimentError) {
    guard !shape.isEmpty else {
      throw ExperimentError("a generated target needs a shape", remedy: "give --shape, for example --shape 10,10")
    }
    guard shape.allSatisfy({ $0 >= 1 }) else {
      throw ExperimentError("shape \(shape) has a dimension below 1", remedy: "give positive integers to --shape")
    }
    let total = try MemoryLimit.check(shape, what: "a target", remedy: "use a smaller --shape")
    guard rank >= 1 else {
      throw ExperimentError("the target's rank is \(rank)", remedy: "give --rank a positive integer")
    }
    let bound = total / (shape.max() ?? 1)
    guard rank <= bound else {
      throw ExperimentError(
        "no tensor of shape \(shape) has a rank of \(rank)", remedy: "use --rank \(bound) or less")
    }
    try MemoryLimit.check([shape.reduce(0, +), rank], what: "the target's factors", remedy: "use a smaller --rank")
    guard norm > 0, norm.isFinite else {
      throw ExperimentError("the target norm is \(norm)", remedy: "give --target-norm a positive number")
    }
    var factors: [[Double]] = []
    for (mode, dimension) in shape.enumerated() {
      var stream = RandomStream(seed: seed, name: "target/mode\(mode)")
      factors.append((0..<(dimension * rank)).map { _ in stream.gaussian() })
    }
    // ‖T‖² = Σ_{rs} Π_n ⟨a_rⁿ, a_sⁿ⟩ needs no dense tensor.
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
    guard squaredNorm > 0, squaredNorm.isFinite else {
      throw ExperimentError("the generated target vanished or overflowed", remedy: "use another --data-seed or shape")
    }
    let scale = norm / squaredNorm.squareRoot()
    for i in factors[0].indices { factors[0][i] *= scale }
    self.shape = shape
    self.factors = factors
    self.rank = rank
    listed = nil
    positions = nil
    name = "a rank-\(rank) target of Frobenius norm \(norm)"
    if total <= Problem.truthLimit {
      var index = [Int](repeating: 0, count: shape.count)
      let scaled = factors
      dense = (0..<total).map { position in
        Target.decode(position, shape: shape, into: &index)
        return Target.entry(index, factors: scaled, rank: rank)
      }
    } else {
      dense = nil
    }
  }

  private init(file path: String, shape requested: [Int]) throws {
    factors = []
    rank = 0
    name = path.split(separator: "/").last.map(String.init) ?? path
    let lowered = path.lowercased()
    if lowered.hasSuffix(".csv") {
      guard !requested.isEmpty else {
        throw ExperimentError("\(path): a CSV of entries does not say its shape", remedy: "give --shape as well")
      }
      let table = try EntryCSV.read(path, shape: requested)
      shape = requested
      listed = table
      positions = nil
      let total = try MemoryLimit.check(requested, what: "the data", remedy: "use a smaller --shape")
      if total <= Problem.truthLimit {
        var values = [Double](repeating: .nan, count: total)
        for k in table.values.indices { values[Target.position(table, k)] = table.values[k] }
        dense = values
      } else {
        dense = nil
      }
      return
    }
    let array: DenseArray
    if lowered.hasSuffix(".npy") {
      array = try NumpyFile.readNPY(path)
    } else if lowered.hasSuffix(".npz") {
      let arrays = try NumpyFile.readNPZ(path)
      guard let chosen = arrays.count == 1 ? arrays[0] : arrays.first(where: { $0.name == "data" }) else {
        let names = arrays.map(\.name).joined(separator: ", ")
        throw ExperimentError(
          "\(path): holds \(arrays.count) arrays (\(names)) and none is called 'data'",
          remedy: "store one array, or name the one to use 'data'")
      }
      array = chosen.array
    } else {
      throw ExperimentError(
        "\(path): the file's ending says neither .csv, .npy nor .npz", remedy: "convert or rename the file")
    }
    guard requested.isEmpty || requested == array.shape else {
      throw ExperimentError(
        "\(path): the array has shape \(array.shape), and --shape says \(requested)", remedy: "drop --shape")
    }
    guard !array.shape.isEmpty, array.shape.allSatisfy({ $0 >= 1 }), array.values.count <= Problem.truthLimit else {
      throw ExperimentError(
        "\(path): an array of shape \(array.shape) cannot be used as data",
        remedy: "give an array with at least one dimension and at most \(Problem.truthLimit) entries, none of them 0")
    }
    if let k = array.values.firstIndex(where: { $0.isInfinite }) {
      throw FileError(
        .malformed, path: path, problem: "entry \(Target.multiIndex(k, shape: array.shape)) is infinite",
        remedy: "use NaN for unobserved entries")
    }
    shape = array.shape
    dense = array.values
    listed = nil
    if array.values.contains(where: \.isNaN) {
      let known = array.values.indices.filter { !array.values[$0].isNaN }
      guard !known.isEmpty else {
        throw FileError(
          .malformed, path: path, problem: "every entry is NaN", remedy: "NaN means unobserved; give some entries")
      }
      positions = known
    } else {
      positions = nil
    }
  }

  /// Flat position of the k-th known entry.
  func position(ofKnown k: Int) -> Int {
    if let listed { return Target.position(listed, k) }
    return positions?[k] ?? k
  }

  func measurements(chosen: [Int]) throws(ExperimentError) -> Measurements {
    var indices: [Int32] = []
    indices.reserveCapacity(chosen.count * shape.count)
    var values: [Double] = []
    values.reserveCapacity(chosen.count)
    var index = [Int](repeating: 0, count: shape.count)
    for k in chosen {
      if let listed {
        indices.append(contentsOf: listed.indices[(k * shape.count)..<((k + 1) * shape.count)])
        values.append(listed.values[k])
      } else {
        let position = position(ofKnown: k)
        Target.decode(position, shape: shape, into: &index)
        for i in index { indices.append(Int32(truncatingIfNeeded: i)) }
        values.append(dense?[position] ?? Target.entry(index, factors: factors, rank: rank))
      }
    }
    return try Measurements(shape: shape, operators: .entries(indices: indices), values: values)
  }

  private static func position(_ table: EntryTable, _ k: Int) -> Int {
    var position = 0
    for (n, dimension) in table.shape.enumerated() {
      position = position * dimension + Int(table.indices[k * table.shape.count + n])
    }
    return position
  }

  private static func multiIndex(_ position: Int, shape: [Int]) -> [Int] {
    var index = [Int](repeating: 0, count: shape.count)
    decode(position, shape: shape, into: &index)
    return index
  }

  private static func decode(_ position: Int, shape: [Int], into index: inout [Int]) {
    var rest = position
    for n in stride(from: shape.count - 1, through: 0, by: -1) {
      index[n] = rest % shape[n]
      rest /= shape[n]
    }
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
}
