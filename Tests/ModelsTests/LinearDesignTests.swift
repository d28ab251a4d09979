import Checkers
import Models
import Testing

/// What measurements see of an object, beside hand-computed projections.
@Suite struct LinearDesignTests {
  /// X = (3 4 0): it sees along (3, 4, 0)/5, and X⁺y = y (3, 4, 0)/25. Error unit: absolute.
  @Test func oneRow() throws {
    let measurements = try Measurements(shape: [3], operators: .dense([3, 4, 0]), values: [10])
    let design = try #require(LinearDesign(measurements))
    #expect(design.rank == 1 && design.count == 3 && design.couples)
    #expect(abs(design.singularValues[0] - 5) < 1e-14)
    #expect(agree(design.seen([1, 2, 7]), [1.32, 1.76, 0], within: 1e-14))
    let fit = (0..<3).map { i in (0..<3).reduce(0.0) { $0 + design.directions[i, $1] * design.leastFit[$1] } }
    #expect(agree(fit, [1.2, 1.6, 0], within: 1e-14))
  }

  /// Observed entries, rank-one factors and inputs are the rows that they stand for.
  @Test func operators() throws {
    let entries = try #require(
      LinearDesign(Measurements(shape: [2, 2], operators: .entries(indices: [0, 1, 1, 0]), values: [1, 2])))
    #expect(entries.rank == 2 && !entries.couples)
    #expect(agree(entries.seen([1, 2, 3, 4]), [0, 2, 3, 0], within: 1e-14))
    let factors = try #require(
      LinearDesign(Measurements(shape: [2, 2], operators: .rankOne([[1, 2], [3, 1]]), values: [1])))
    let rows = try #require(
      LinearDesign(Measurements(shape: [2, 2], operators: .dense([3, 1, 6, 2]), values: [1])))
    #expect(agree(factors.seen([1, 0, 0, 1]), rows.seen([1, 0, 0, 1]), within: 1e-14))
    // W (2, 1) has the entries ⟨(2 1 0 0), W⟩ and ⟨(0 0 2 1), W⟩.
    let inputs = try #require(
      LinearDesign(Measurements(shape: [2, 2], operators: .inputs([2, 1]), values: [1, 1])))
    #expect(inputs.rank == 2)
    #expect(agree(inputs.seen([1, 1, 0, 5]), [1.2, 0.6, 2, 1], within: 1e-14))
  }

  /// As many rows as directions leave nothing open, and a row that repeats another sees nothing new.
  @Test func ranks() throws {
    let full = try #require(
      LinearDesign(Measurements(shape: [2], operators: .dense([1, 2, 3, 4]), values: [1, 1])))
    #expect(full.rank == 2 && !full.couples)
    let twice = try #require(
      LinearDesign(Measurements(shape: [2], operators: .dense([1, 2, 2, 4, -1, -2]), values: [1, 2, -1])))
    #expect(twice.rank == 1 && twice.couples)
    let large = try Measurements(shape: [LinearDesign.largestCount + 1], operators: .entries(indices: [0]), values: [1])
    #expect(LinearDesign(large) == nil)
  }
}
