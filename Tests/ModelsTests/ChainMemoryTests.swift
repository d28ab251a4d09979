import Checkers
import Models
import Testing

@Suite("The memory of a chain of matrices")
struct ChainMemoryTests {
  /// By hand: partial products after the first, the cotangents of those between, and once more for tangents.
  @Test(
    "is what is allocated, wide or tall",
    arguments: [
      ([9724, 1, 610], 2 * 9724 * 610), ([5, 3], 0), ([7, 2, 3], 2 * 21),
      // From the end of 3: 5·3 and 7·3 in products, 5·3 in the one cotangent between.
      ([3, 4, 5, 7], 2 * (15 + 21 + 15)),
      // From the end of 2: 4·2, 6·2, 9·2 in products; cotangents of the first two of them take turns.
      ([2, 3, 4, 6, 9], 2 * (8 + 12 + 18 + 8 + 12)),
    ])
  func numbers(dimensions: [Int], numbers: Int) throws {
    #expect(try ChainMemory(dimensions: dimensions).numbers == numbers)
    #expect(try ChainMemory(dimensions: dimensions.reversed()).numbers == numbers)
  }

  @Test("a product that is too large is refused with the dimension that makes it so")
  func refused() {
    for (dimensions, words) in [
      ([30_000, 5, 20_000], "problem.shape than 30000"), ([20_000, 5, 30_000], "problem.shape than 30000"),
      ([2000, 3, 400_000, 3, 2000], "problem.width than 400000"), ([9, .max, .max / 2, 9], "problem.width than"),
    ] {
      let error = #expect(throws: Refusal.self) { _ = try ChainMemory(dimensions: dimensions) }
      #expect(error?.remedy.contains(words) == true, "\(String(describing: error))")
      #expect(error?.problem.contains("memory limit") == true)
    }
  }

  /// Few entries of a matrix with many columns, or as many rows: W₂W₁ at width 1 is a product of two vectors.
  @Test("a matrix of 610×193609 at width 1 is one with few entries, and so is its transpose")
  func wideAsTall() throws {
    for shape in [[610, 193_609], [193_609, 610]] {
      let model = try MatrixFactorization(shape: shape, hiddenWidths: [1])
      let places = [[0, 0], [shape[0] - 1, shape[1] - 1]]
      let measurements = try Measurements(
        shape: shape, operators: .entries(indices: places.flatMap { $0.map { Int32($0) } }), values: [0, 0])
      let evaluator = try #require(try model.kernel(for: measurements))
      let theta = (0..<evaluator.parameterCount).map { 1 + Double($0 % 7) }
      var predictions = [0.0, 0.0]
      theta.withUnsafeBufferPointer { theta in
        predictions.withUnsafeMutableBufferPointer { evaluator.predict(theta.baseAddress!, into: $0.baseAddress!) }
      }
      #expect(predictions == places.map { theta[shape[1] + $0[0]] * theta[$0[1]] })
    }
  }
}
