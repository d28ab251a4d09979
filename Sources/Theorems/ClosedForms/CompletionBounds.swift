import GSLBridge
import Models

/// The best completion and the best dual that were found, which bound the least nuclear norm from both sides.
struct CompletionBounds {
  let data: CompletionData
  /// ‖X‖_* over the scale of the data, and X.
  private(set) var value: Double
  private(set) var matrix: Matrix
  /// ⟨y, Λ⟩ over the scale of the data, and Λ.
  private(set) var lower: Double
  private(set) var dual: Matrix

  /// The zeros filled in, and the better of two duals: the data, optimal for a single row or column, and that of the zeros
  /// filled in, optimal where nothing is hidden.
  init(_ data: CompletionData) throws(Refusal) {
    self.data = data
    matrix = .zero(data.rows, data.columns)
    dual = matrix
    (value, lower) = (0, 0)
    guard data.count > 0 else { return }
    data.complete(&matrix)
    let svd = try Self.decompose(matrix)
    value = svd.singularValues.reduce(0, +)
    try offer(dual: data.values)
    try offer(dual: data.entries(svd.u.times(transposed: svd.v)))
  }

  /// The gap over the value; 0 if the value is.
  var gap: Double { value > 0 ? max(0, value - lower) / value : 0 }

  /// Takes a matrix, with the data put in, if its nuclear norm is smaller.
  mutating func offer(_ matrix: Matrix) throws(Refusal) {
    guard matrix.isFinite else { return }
    var completed = matrix
    data.complete(&completed)
    let norm = try Self.decompose(completed).singularValues.reduce(0, +)
    if norm < value { (value, self.matrix) = (norm, completed) }
  }

  /// Takes multipliers of the observed entries, over their spectral norm, if they bound the optimum better.
  mutating func offer(dual entries: [Double]) throws(Refusal) {
    guard entries.allSatisfy(\.isFinite) else { return }
    let size = try Self.decompose(data.matrix(entries)).singularValues.first ?? 0
    // The computed norm is off by a few unit roundoffs, and so is what the division leaves: one a row and column is above both.
    let margin = 1 + Double(data.rows + data.columns + 2) * .ulpOfOne
    guard size > .leastNormalMagnitude else { return }
    let scaled = entries.map { $0 / (size * margin) }
    let product = data.product(scaled)
    if product > lower { (lower, dual) = (product, data.matrix(scaled)) }
  }

  /// The singular value decomposition.
  static func decompose(_ matrix: Matrix) throws(Refusal) -> SVD {
    do {
      return try SVD(matrix)
    } catch {
      throw Refusal("a singular value decomposition failed: \(error)", remedy: "rescale the data")
    }
  }
}
