import CMath
import Checkers
import GSLBridge
import Models
import Testing

/// Generated targets have the structure that they are named after.
@Suite struct StructuredTargetTests {
  private static func truth(_ source: TargetSource, _ shape: [Int], seed: UInt64 = 3) throws -> [Double] {
    let problem = try Problem(
      model: "cp", options: ModelOptions(shape: shape, components: 1), source: source, dataSeed: seed)
    return try #require(problem.truth)
  }

  /// Singular values of the matricization whose rows are these modes.
  private static func spectrum(_ tensor: [Double], _ shape: [Int], rows: [Int]) throws -> [Double] {
    let columns = shape.indices.filter { !rows.contains($0) }
    func place(_ index: [Int], _ modes: [Int]) -> Int { modes.reduce(0) { $0 * shape[$1] + index[$1] } }
    let (m, n) = (rows.reduce(1) { $0 * shape[$1] }, columns.reduce(1) { $0 * shape[$1] })
    var matrix = [Double](repeating: 0, count: m * n)
    for k in tensor.indices {
      let index = multiIndex(k, shape: shape)
      matrix[place(index, rows) * n + place(index, columns)] = tensor[k]
    }
    let wide = Matrix(rows: m, columns: n, elements: matrix)
    return try SVD.singularValues(of: m >= n ? wide : wide.transposed)
  }

  private static func norm(_ tensor: [Double]) -> Double { dot(tensor, tensor).squareRoot() }

  /// Error unit: relative to the largest singular value.
  @Test(arguments: [[2, 3, 2], [1, 2, 2], [2]]) func tuckerTargetsHaveTheirMultilinearRank(ranks: [Int]) throws {
    let shape = [4, 5, 3]
    let tensor = try Self.truth(.tucker(ranks: ranks, norm: 3), shape)
    #expect(abs(Self.norm(tensor) - 3) < 1e-14)
    for n in shape.indices {
      let values = try Self.spectrum(tensor, shape, rows: [n])
      // A mode's rank is at most the product of the others'.
      let all = ranks.count == 1 ? [2, 2, 2] : ranks
      let rank = min(all[n], all.indices.reduce(1) { $0 * ($1 == n ? 1 : all[$1]) })
      #expect(values[rank - 1] > 1e-3 * values[0])
      if rank < values.count { #expect(values[rank] < 1e-14 * values[0]) }
    }
  }

  /// The modes of a node, and no others, have its rank. Error unit: relative to the largest singular value.
  @Test func hierarchicalTargetsHaveTheirRanks() throws {
    let shape = [3, 4, 3, 4]
    let tensor = try Self.truth(.hierarchical(tree: "((1,3),(2,4))", ranks: [2, 3, 2], norm: 2), shape)
    #expect(abs(Self.norm(tensor) - 2) < 1e-14)
    for rows in [[0, 2], [1, 3]] {
      let values = try Self.spectrum(tensor, shape, rows: rows)
      #expect(values[1] > 1e-4 * values[0] && values[2] < 1e-14 * values[0], "\(rows): \(values)")
    }
    let others = try Self.spectrum(tensor, shape, rows: [0, 1])
    #expect(others[2] > 1e-4 * others[0])
  }

  /// Every matricization has the given singular values. Error unit: absolute.
  @Test(arguments: [[2.0, 1.0], [3.0, 0.5, 0.25]]) func valuesAreThoseOfEveryMatricization(values: [Double]) throws {
    let shape = [4, 3, 5, 3]
    let tensor = try Self.truth(.singularValues(values), shape)
    for rows in [[0], [1], [2], [3], [0, 1], [0, 2], [1, 3]] {
      let found = try Self.spectrum(tensor, shape, rows: rows)
      for (k, value) in found.enumerated() {
        #expect(abs(value - (k < values.count ? values[k] : 0)) < 1e-14, "\(rows) \(k)")
      }
    }
  }

  @Test func targetsThatCannotBeAreRefused() throws {
    let shape = [3, 4]
    for source: TargetSource in [
      .tucker(ranks: [4, 1], norm: 1), .tucker(ranks: [1, 1, 1], norm: 1), .tucker(ranks: [0], norm: 1),
      .tucker(ranks: [.max], norm: 1), .tucker(ranks: [], norm: 1), .tucker(ranks: [1], norm: .nan),
      .hierarchical(tree: "(1,2)", ranks: [4], norm: 1), .hierarchical(tree: "(1)", ranks: [1], norm: 1),
      .singularValues([]), .singularValues([1, 1, 1, 1]), .singularValues([-1]), .singularValues([.infinity]),
    ] { #expect(throws: Refusal.self, "\(source)") { try Self.truth(source, shape) } }
    #expect(throws: Refusal.self) { try Self.truth(.tucker(ranks: [1], norm: 1), [100_000, 100_000]) }
  }
}
