import Models
import Symbolic
import Testing

/// Counts of linear and ReLU networks, known from published experiments and from independent programs.
struct LawLinearTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let widths: [Int]
    let parameters: Int
    let laws: Int
    var testDescription: String { "\(widths)" }

    init(_ widths: [Int], _ parameters: Int, _ laws: Int) {
      (self.widths, self.parameters, self.laws) = (widths, parameters, laws)
    }
  }

  static let linear: [Row] = [
    Row([5, 3, 2], 21, 6), Row([5, 5, 4, 4, 5], 81, 35), Row([3, 4, 2, 4], 28, 13), Row([3, 3, 2], 15, 6),
    Row([5, 4, 3], 32, 10), Row([4, 4, 4, 4], 48, 20), Row([5, 4, 4, 4, 3], 64, 30), Row([3, 5, 4], 35, 15),
    Row([4, 2, 4], 16, 3), Row([2, 2, 2], 8, 3), Row([3, 3, 5, 3, 3], 48, 27), Row([5, 5, 5, 2], 60, 30),
    Row([2, 4, 3], 20, 10), Row([4, 2, 3], 14, 3), Row([3, 4, 3, 4], 36, 16), Row([5, 5, 3], 40, 15),
    Row([5, 4, 5, 5], 65, 25), Row([3, 2, 2], 10, 3), Row([3, 4, 4, 4], 44, 20), Row([5, 4, 5], 40, 10),
    Row([3, 2, 3, 2], 18, 9), Row([4, 5, 4, 4, 4], 72, 35), Row([2, 4, 4, 4], 40, 20), Row([4, 2, 5], 18, 3),
    Row([2, 2, 4, 2], 20, 13), Row([5, 5, 5], 50, 15), Row([1, 2, 4, 3, 2], 28, 19),
  ]

  @Test(arguments: linear) func linearNetworksAreComplete(row: Row) throws {
    let search = try LawSearch(.linearNetwork(row.widths))
    let count = try search.run()
    #expect(count.parameters == row.parameters)
    #expect(count.proved == row.laws)
    #expect(count.upperBound == row.laws)
    #expect(count.isComplete)
  }
}
