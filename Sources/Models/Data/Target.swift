/// A generated or loaded target: what is known of it, by number.
protocol Target {
  /// d_1, …, d_N.
  var shape: [Int] { get }
  /// What it is, for reports.
  var name: String { get }
  /// What a reader must know of how it was read.
  var notes: [String] { get }
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
