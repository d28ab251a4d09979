import ArrayFiles
import Models

/// What was measured of which target, as arrays that Python reads: with a trajectory they give every loss again.
///
/// * `values` (m, or n × outputs where the n measurements have several outputs): the measured values, or the labels;
/// * `indices` (m × N): the observed entries, 0-based; or, where the target was sensed,
/// * `inputs` (n × d_N) where it was applied to input vectors; or
/// * `A` (m × d_1 × … × d_N), or `x1`, …, `xN` (m × d_n) where A_k = x1_k ⊗ … ⊗ xN_k;
/// * `target` (d_1 × … × d_N): NaN where unknown; left out where there is none or it would be too large to hold;
/// * `held_out` (h × N): known entries that were not observed, 0-based; only beside `indices` and `target`.
package enum ProblemFile {
  private typealias Column = (name: String, itemShape: [Int], count: Int, item: (Int) -> [Double])

  /// Writes the file; it appears complete or not at all.
  ///
  /// - Returns: what was left out because it exceeds the memory limit that readers have, a sentence each.
  /// - Throws: ``FileError`` if the file cannot be written.
  package static func write(_ problem: Problem, to path: String) throws(FileError) -> [String] {
    let all = columns(problem)
    let kept = all.filter { MemoryLimit.elementCount($0.itemShape + [$0.count]) != nil }
    let stream = try ArrayStream(path: path, arrays: kept.map { ($0.name, $0.itemShape) })
    // One item at a time: no second copy of large arrays.
    for (k, column) in kept.enumerated() {
      for item in 0..<column.count { try stream.append(k, column.item(item)) }
    }
    try stream.finish()
    return all.filter { column in !kept.contains { $0.name == column.name } }.map {
      "problem.npz leaves out \($0.name), whose size \(([$0.count] + $0.itemShape).map(String.init).joined(separator: "×")) "
        + "exceeds the memory limit of 4 GiB"
    }
  }

  private static func columns(_ problem: Problem) -> [Column] {
    let measurements = problem.measurements
    let shape = measurements.shape
    let order = measurements.order
    let count = measurements.count
    func rows(_ name: String, of array: [Double], shape: [Int], count: Int) -> Column {
      let size = count == 0 ? 0 : array.count / count
      return (name, shape, count, { Array(array[($0 * size)..<(($0 + 1) * size)]) })
    }
    let (outputs, samples) = (measurements.outputs, measurements.sampleCount)
    var columns = [rows("values", of: measurements.values, shape: outputs == 1 ? [] : [outputs], count: samples)]
    switch measurements.operators {
    case .entries(let indices):
      columns.append(
        ("indices", [order], count, { k in indices[(k * order)..<((k + 1) * order)].map(Double.init) }))
    case .dense(let tensors): columns.append(rows("A", of: tensors, shape: shape, count: count))
    case .inputs(let inputs): columns.append(rows("inputs", of: inputs, shape: [shape[order - 1]], count: samples))
    case .rankOne(let factors):
      for (n, factor) in factors.enumerated() {
        columns.append(rows("x\(n + 1)", of: factor, shape: [shape[n]], count: count))
      }
    }
    guard let truth = problem.truth else { return columns }
    columns.append(rows("target", of: truth, shape: Array(shape.dropFirst()), count: shape[0]))
    if case .entries = measurements.operators {
      columns.append(
        (
          "held_out", [order], problem.heldOut.count,
          { MultiIndex.at(problem.heldOut[$0], shape: shape).map(Double.init) }
        ))
    }
    return columns
  }
}
