import GSLBridge
import Models

/// The observed entries of a matrix without the rows and columns that show nothing but zeros, over a power of two.
///
/// A completion loses no optimality if those rows and columns are set to 0, which no nuclear norm gains by. They would only leave
/// multipliers undetermined.
struct CompletionData {
  /// The shape of what is left; 0 × 0 if every value is 0.
  let rows: Int
  let columns: Int
  /// Row and column of each observed entry that is left, in row-major order.
  let row: [Int]
  let column: [Int]
  /// The values over ``scale``; the largest is in [1, 2) in absolute value.
  let values: [Double]
  /// A power of two.
  let scale: Double

  private let shape: [Int]
  private let keptRows: [Int]
  private let keptColumns: [Int]
  private let observed: [(position: Int, value: Double)]

  /// - Throws: ``Refusal`` if the measurements are no entries of a matrix or an entry is given two values.
  init(_ measurements: Measurements) throws(Refusal) {
    guard Self.isCompletion(measurements), case .entries(let indices) = measurements.operators else {
      throw Self.refusal
    }
    shape = measurements.shape
    let width = shape[1]
    var known: [Int: Double] = [:]
    for k in 0..<measurements.count {
      let position = Int(indices[2 * k]) * width + Int(indices[2 * k + 1])
      if let former = known[position], former != measurements.values[k] {
        throw Refusal(
          "entry (\(indices[2 * k]), \(indices[2 * k + 1])) is given as \(former) and as \(measurements.values[k])",
          remedy: "give every entry once")
      }
      known[position] = measurements.values[k]
    }
    observed = Ordering.ascending(Array(known.keys)).map { (position: $0, value: known[$0] ?? 0) }
    let visible = observed.filter { $0.value != 0 }
    keptRows = Ordering.ascending(Array(Set(visible.map { $0.position / width })))
    keptColumns = Ordering.ascending(Array(Set(visible.map { $0.position % width })))
    (rows, columns) = (keptRows.count, keptColumns.count)
    let rowOf = Dictionary(uniqueKeysWithValues: keptRows.enumerated().map { ($1, $0) })
    let columnOf = Dictionary(uniqueKeysWithValues: keptColumns.enumerated().map { ($1, $0) })
    // Twice 2^(e/2): 2^−e overflows for the least numbers.
    let exponent = Int(visible.reduce(0) { max($0, abs($1.value)) }.exponent)
    let bounded = visible.isEmpty ? 0 : exponent
    scale = Double(sign: .plus, exponent: bounded, significand: 1)
    let halves = [bounded / 2, bounded - bounded / 2].map { Double(sign: .plus, exponent: -$0, significand: 1) }
    var (row, column, values): ([Int], [Int], [Double]) = ([], [], [])
    for (position, value) in observed {
      guard let i = rowOf[position / width], let j = columnOf[position % width] else { continue }
      row.append(i)
      column.append(j)
      values.append(value * halves[0] * halves[1])
    }
    (self.row, self.column, self.values) = (row, column, values)
  }

  /// Whether entries of a matrix are measured.
  static func isCompletion(_ measurements: Measurements) -> Bool {
    if case .entries = measurements.operators { measurements.order == 2 } else { false }
  }

  /// What is said of other problems.
  static let refusal = Refusal(
    "the least nuclear norm is known here for observed entries of a matrix only",
    remedy: "use problem.measure-with entries and a model of a matrix")

  /// Number of observed entries that are left.
  var count: Int { values.count }

  /// Sets the observed entries.
  func complete(_ matrix: inout Matrix) {
    matrix.elements.withUnsafeMutableBufferPointer { x in
      for k in values.indices { x[row[k] * columns + column[k]] = values[k] }
    }
  }

  /// The entries of a matrix at the observed places.
  func entries(_ matrix: Matrix) -> [Double] {
    matrix.elements.withUnsafeBufferPointer { x in values.indices.map { x[row[$0] * columns + column[$0]] } }
  }

  /// The matrix that has the given entries at the observed places and is 0 elsewhere.
  func matrix(_ entries: [Double]) -> Matrix {
    var matrix = Matrix.zero(rows, columns)
    matrix.elements.withUnsafeMutableBufferPointer { x in
      for k in entries.indices { x[row[k] * columns + column[k]] = entries[k] }
    }
    return matrix
  }

  /// A matrix of the left shape in the whole one, times a number.
  func embedded(_ part: Matrix, times factor: Double) -> Matrix {
    var whole = Matrix.zero(shape[0], shape[1])
    for (i, row) in keptRows.enumerated() {
      for (j, column) in keptColumns.enumerated() { whole[row, column] = factor * part[i, j] }
    }
    return whole
  }

  /// The whole matrix of a completion of what is left; it takes the data exactly, also those that ``scale`` rounded.
  func completion(_ part: Matrix) -> Matrix {
    var whole = embedded(part, times: scale)
    for (position, value) in observed { whole.elements[position] = value }
    return whole
  }

  /// ⟨y, Λ⟩ over ``scale``, rounded down: the sum is compensated, so that it is right to a few unit roundoffs of itself unless nearly
  /// everything cancels.
  func product(_ entries: [Double]) -> Double {
    var (sum, rest, size) = (0.0, 0.0, 0.0)
    for (y, x) in zip(values, entries) {
      let term = y * x
      let next = sum + term
      let virtual = next - sum
      rest += (sum - (next - virtual)) + (term - virtual) + (-term).addingProduct(y, x)
      sum = next
      size += abs(term)
    }
    let total = sum + rest
    let unit = Double.ulpOfOne
    return total - 2 * unit * abs(total) - Double(count) * unit * unit * size
  }
}
