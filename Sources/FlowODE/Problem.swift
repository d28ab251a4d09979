import ArrayFiles
import GSLBridge

/// How much of what is known gets observed.
public enum ObservedPart: Sendable, Equatable {
  /// A fraction in (0, 1], rounded to the nearest count, at least one.
  case fraction(Double)
  case count(Int)

  /// The number of observations among `known` entries.
  ///
  /// - Throws: ``ExperimentError`` if the part is out of range.
  func count(of known: Int) throws(ExperimentError) -> Int {
    switch self {
    case .fraction(let fraction):
      guard fraction > 0, fraction <= 1 else {
        throw ExperimentError(
          "the observed fraction is \(fraction)", remedy: "use --observed with a fraction in (0, 1] or an integer count"
        )
      }
      return max(1, Int((fraction * Double(known)).rounded()))
    case .count(let count):
      guard count >= 1 else {
        throw ExperimentError("\(count) observed entries", remedy: "observe at least one entry")
      }
      guard count <= known else {
        throw ExperimentError(
          "\(count) observations were asked for, and there are only \(known) entries",
          remedy: "use --observed \(known) or less (a fraction needs a decimal point: --observed 1.0)")
      }
      return count
    }
  }
}

/// What the measurement operators are.
public enum MeasurementKind: String, CaseIterable, Sendable {
  /// Completion: some entries of the target.
  case entries
  /// Sensing with dense tensors, entries N(0, 1/Πd).
  case gaussian
  /// Sensing with rank-one tensors x¹ ⊗ … ⊗ xᴺ, entries N(0, 1)·(Πd)^(−1/(2N)).
  case rankOne = "rank-one"
}

/// Where the target comes from.
public enum TargetSource: Sendable, Equatable {
  /// T = Σ_r a_r¹ ⊗ … ⊗ a_rᴺ with `rank` terms, factors N(0, 1), scaled to Frobenius norm `norm`.
  case generated(rank: Int, norm: Double)
  /// The user's own entries (CSV) or dense array (NPY, NPZ; NaN means unknown).
  case file(String)
}

/// A model together with what is measured of its target and what is known besides for judging the reconstruction.
public struct Problem: Sendable {
  public let model: any Model
  public let measurements: Measurements
  /// The target, row-major, NaN where unknown; nil if there is none or it would be too large to hold.
  public let truth: [Double]?
  /// Flat row-major positions of known entries that are not observed, ascending; empty for sensing.
  public let heldOut: [Int]
  /// One phrase for reports: what was measured of what.
  public let dataSummary: String

  /// Targets with more entries than this are not held densely.
  static let truthLimit = 1 << 24
  /// About how many states of the model's size an integration holds: the method's stages and work.
  static let statesInFlight = 24

  /// About how many doubles an observed entry costs while it is drawn and compiled.
  private static func numbersPerObservation(order: Int) -> Int { 12 + 2 * order }

  /// Generates or reads the target, draws the observations and builds the model.
  ///
  /// The draws use streams named after what they draw (`target/mode0`, …, `observations`, `sensing/…`) under `dataSeed`;
  /// the observed entries are the first m of one random order, so they are nested as m grows.
  ///
  /// - Throws: ``ExperimentError`` or ``FileError``.
  public init(
    model name: String, specification: ModelSpecification, source: TargetSource, kind: MeasurementKind = .entries,
    observed: ObservedPart? = nil, samples: Int? = nil, dataSeed: UInt64
  ) throws {
    var specification = specification
    let target = try Target(source: source, shape: specification.shape, seed: dataSeed)
    specification.shape = target.shape
    model = try ModelCatalog.model(name, specification)
    try MemoryLimit.check(
      [model.layout.count, Self.statesInFlight], what: "the integrator's work space (parameters × states)",
      remedy: "use a smaller --shape, --width or --components")
    guard model.endShape == target.shape else {
      throw ExperimentError(
        "the model has an end-to-end shape \(model.endShape), the data \(target.shape)", remedy: "check --shape")
    }
    let description = target.name
    switch kind {
    case .entries:
      if let samples {
        throw ExperimentError(
          "--samples \(samples) does not go with observed entries", remedy: "use --observed, or --measure-with gaussian"
        )
      }
      let known = target.knownCount
      let count = try (observed ?? .count(known)).count(of: known)
      try MemoryLimit.check(
        [count, Self.numbersPerObservation(order: target.shape.count)], what: "the plan of the observed entries",
        remedy: "observe fewer entries with --observed")
      var stream = RandomStream(seed: dataSeed, name: "observations")
      let chosen = stream.permutationPrefix(of: known, count: count)
      measurements = try target.measurements(chosen: chosen)
      truth = target.dense
      if target.dense != nil {
        var isChosen = [Bool](repeating: false, count: known)
        for k in chosen { isChosen[k] = true }
        heldOut = (0..<known).filter { !isChosen[$0] }.map { target.position(ofKnown: $0) }.sorted()
      } else {
        heldOut = []
      }
      let total = target.shape.reduce(1, *)
      dataSummary = "completion: \(count) of \(total) entries of \(description) observed"
    case .gaussian, .rankOne:
      guard let samples, samples >= 1 else {
        throw ExperimentError("sensing needs a number of samples", remedy: "give --samples, for example 200")
      }
      if observed != nil {
        throw ExperimentError("--observed does not go with sensing", remedy: "use --samples instead")
      }
      guard let dense = target.dense, dense.allSatisfy({ !$0.isNaN }) else {
        throw ExperimentError(
          "sensing needs a target that is known everywhere and has at most \(Self.truthLimit) entries",
          remedy: "use --measure-with entries")
      }
      measurements = try Sensing.measure(dense, shape: target.shape, kind: kind, samples: samples, seed: dataSeed)
      truth = dense
      heldOut = []
      dataSummary =
        "sensing: \(samples) \(kind == .gaussian ? "dense Gaussian" : "rank-one") measurements of \(description)"
    }
  }
}

/// A generated or loaded target: what is known of it, by number.
private struct Target {
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
      dense = (0..<total).map { Target.entry(at: $0, shape: shape, factors: factors, rank: rank) }
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
    for k in chosen {
      if let listed {
        indices.append(contentsOf: listed.indices[(k * shape.count)..<((k + 1) * shape.count)])
        values.append(listed.values[k])
      } else {
        let position = position(ofKnown: k)
        for index in Target.multiIndex(position, shape: shape) { indices.append(Int32(truncatingIfNeeded: index)) }
        values.append(dense?[position] ?? Target.entry(at: position, shape: shape, factors: factors, rank: rank))
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
    var rest = position
    var index = [Int](repeating: 0, count: shape.count)
    for n in stride(from: shape.count - 1, through: 0, by: -1) {
      index[n] = rest % shape[n]
      rest /= shape[n]
    }
    return index
  }

  private static func entry(at position: Int, shape: [Int], factors: [[Double]], rank: Int) -> Double {
    let index = multiIndex(position, shape: shape)
    var total = 0.0
    for r in 0..<rank {
      var product = 1.0
      for n in shape.indices { product *= factors[n][index[n] * rank + r] }
      total += product
    }
    return total
  }
}
