/// From which end a chain of matrices is multiplied, and what that needs room for.
///
/// From the end with extent e_0 the partial products are e_s × e_0, s = 2, …, L; the first is a factor. Cotangents of those
/// before the last are kept in two buffers that take turns. A transposed chain reads the other way round, so that a wide matrix
/// needs what the tall one needs.
package struct ChainMemory {
  let fromRight: Bool
  /// e_0, …, e_L.
  let extents: [Int]
  /// Numbers in P_1, …, P_L; none in the first, which is a factor.
  let partials: [Int]
  /// Numbers in each of the two buffers of cotangents.
  let cotangents: [Int]
  /// All of them together, with as many again for the tangents that second-order methods add.
  package let numbers: Int

  /// - Parameters:
  ///   - dimensions: d_0, …, d_L with L at least 1.
  ///   - transposedStride: as ``ChainProduct`` takes it.
  /// - Throws: ``Refusal`` if it would exceed ``MemoryLimit``, naming the dimension that the largest product owes its size to.
  package init(dimensions: [Int], transposedStride: Int? = nil) throws(Refusal) {
    let right = Plan(extents: dimensions, last: transposedStride.map { Double($0) * Double(dimensions[0]) })
    let left = Plan(extents: dimensions.reversed(), last: right.last)
    fromRight = (right.cost, right.numbers) <= (left.cost, left.numbers)
    let plan = fromRight ? right : left
    extents = plan.extents
    let largest = plan.largest
    guard 2 * plan.numbers <= Double(MemoryLimit.bytes / 8) else {
      let (rows, columns) = (plan.extents[largest], plan.extents[0])
      let isHidden = largest < plan.extents.count - 1 && rows >= columns
      throw Refusal(
        "the partial products of a chain of dimensions \(dimensions.map(String.init).joined(separator: ", ")), the largest of size "
          + "\(rows)×\(columns), exceed the memory limit of 4 GiB",
        remedy: isHidden
          ? "use a smaller problem.width than \(rows)" : "use a smaller problem.shape than \(max(rows, columns))")
    }
    partials = plan.partials.map { Int($0) }
    cotangents = plan.cotangents.map { Int($0) }
    numbers = 2 * Int(plan.numbers)
  }

  /// What one end needs; doubles, since products of dimensions may overflow integers.
  private struct Plan {
    let extents: [Int]
    /// Numbers of the last product; nil if it is stored as it is.
    let last: Double?

    private var depth: Int { extents.count - 1 }
    private func size(_ s: Int) -> Double { Double(extents[s]) * Double(extents[0]) }

    /// Multiplications: e_0 · Σ_{s > 1} e_s e_{s−1}.
    var cost: Double {
      Double(extents[0]) * zip(extents.dropFirst(), extents.dropFirst(2)).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }

    var partials: [Double] {
      (1...depth).map { s in s == depth ? last ?? (s == 1 ? 0 : size(s)) : s == 1 ? 0 : size(s) }
    }

    /// D_{s−1} of step s ≥ 3 lies in the buffer s mod 2.
    var cotangents: [Double] {
      (0..<2).map { parity in
        stride(from: 3, through: depth, by: 1).filter { $0 % 2 == parity }.map { size($0 - 1) }.max() ?? 0
      }
    }

    var numbers: Double { partials.reduce(0, +) + cotangents.reduce(0, +) }

    /// The step of the largest product.
    var largest: Int { (0..<depth).max { partials[$0] < partials[$1] }.map { $0 + 1 } ?? depth }
  }
}
