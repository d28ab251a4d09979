/// A generated or loaded target: what is known of it, by number.
protocol Target {
  /// d_1, …, d_N.
  var shape: [Int] { get }
  /// What it is, for reports.
  var name: String { get }
  /// What a reader must know of how it was read.
  var notes: [String] { get }
  /// What places are called; empty where they are numbers.
  var labels: [PlaceLabels] { get }
  /// Entries that are known and not observed, by which a reconstruction is tested; nil where none were given.
  var test: Measurements? { get }
  /// Row-major, NaN where unknown; nil when too large.
  var dense: [Double]? { get }
  /// How many entries are known.
  var knownCount: Int { get }
  /// Flat position of the k-th known entry.
  func position(ofKnown k: Int) -> Int
  /// Appends the multi-index of the k-th known entry and its value.
  func append(known k: Int, to indices: inout [Int32], _ values: inout [Double])
}

extension Target {
  var notes: [String] { [] }
  var labels: [PlaceLabels] { [] }
  var test: Measurements? { nil }

  /// The number of entries of a target that is to be generated.
  static func entryCount(of shape: [Int]) throws(Refusal) -> Int {
    guard !shape.isEmpty else {
      throw Refusal("a generated target needs a shape", remedy: "give problem.shape, for example problem.shape 10,10")
    }
    guard shape.allSatisfy({ $0 >= 1 }) else {
      throw Refusal("shape \(shape) has a dimension below 1", remedy: "give positive integers to problem.shape")
    }
    return try MemoryLimit.check(shape, what: "a target", remedy: "use a smaller problem.shape")
  }

  /// Checks the Frobenius norm that a generated target is to have.
  static func check(norm: Double) throws(Refusal) {
    guard norm > 0, norm.isFinite else {
      throw Refusal("the target norm is \(norm)", remedy: "give problem.target-norm a positive number")
    }
  }

  /// The factor from a generated tensor's own norm to that.
  static func scale(to norm: Double, from own: Double) throws(Refusal) -> Double {
    guard own > 0, own.isFinite else {
      throw Refusal("the generated target vanished or overflowed", remedy: "use another problem.data-seed or shape")
    }
    return norm / own
  }

  /// The chosen known entries as measurements.
  func measurements(chosen: [Int]) throws(Refusal) -> Measurements {
    var indices: [Int32] = []
    indices.reserveCapacity(chosen.count * shape.count)
    var values: [Double] = []
    values.reserveCapacity(chosen.count)
    for k in chosen { append(known: k, to: &indices, &values) }
    return try Measurements(shape: shape, operators: .entries(indices: indices), values: values)
  }
}
