import Models

/// The value of a term before it is an array of a program: a sum of products over labels.
///
/// Labels are numbered through the whole reading: 0 are the data points, 1 + i is index i of the file, all others belong to one
/// formula. Linear operations only rename and drop labels, so that a product of transposes, traces and index sums stays one
/// product over labels.
struct Formula {
  /// The products; none is zero.
  var summands: [Summand]
  /// The extents of its own axes.
  let shape: [Int]
  /// The indices it depends on, ascending.
  let indices: [Int]
  /// Whether it has a value for every data point.
  let isBatched: Bool

  /// coefficient · Σ Π uses over all labels that are neither an axis, nor an index, nor the data points.
  ///
  /// An axis may have a label that no use has: every entry along it is the same. Two axes may have the same label: entries off
  /// their diagonal are zero.
  struct Summand {
    var coefficient: Rational
    var uses: [Program.Use]
    var axes: [Program.Label]

    mutating func rename(_ old: Program.Label, to new: Program.Label) {
      for u in uses.indices {
        for l in uses[u].labels.indices where uses[u].labels[l] == old { uses[u].labels[l] = new }
      }
      for a in axes.indices where axes[a] == old { axes[a] = new }
    }

    func reads(_ label: Program.Label) -> Bool { uses.contains { $0.labels.contains(label) } }

    var labels: Set<Program.Label> { Set(uses.flatMap(\.labels) + axes) }
  }

  /// The number, if it is one and the same whatever the parameters are.
  var constant: Rational? {
    guard shape.isEmpty else { return nil }
    if summands.isEmpty { return 0 }
    return summands.count == 1 && summands[0].uses.isEmpty ? summands[0].coefficient : nil
  }
}

/// The axes that a formula is written out over.
struct Axes: Equatable {
  let shape: [Int]
  let indices: [Int]
  let isBatched: Bool
}

extension Formula {
  var ownAxes: Axes { Axes(shape: shape, indices: indices, isBatched: isBatched) }
}
