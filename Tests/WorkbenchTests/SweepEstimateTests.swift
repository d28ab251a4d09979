import CMath
import Testing
import Workbench

@Suite("What a sweep is going to cost")
struct SweepEstimateTests {
  /// Costs c^(k/n) at points k = 0, …, n − 1, of which five are tried as ``SweepEstimate`` tries them.
  private func estimate(_ growth: Double, of count: Int) -> (estimated: Double, actual: Double) {
    let costs = (0..<count).map { CMath.pow(growth, Double($0) / Double(count)) }
    let places = (0..<5).map { $0 * (count - 1) / 4 }
    return (SweepEstimate.total(places.map { costs[$0] }, at: places, of: count), costs.reduce(0, +))
  }

  @Test("is exact where costs change in a straight line, and where every point was tried")
  func exact() {
    #expect(SweepEstimate.total([3], at: [0], of: 1) == 3)
    #expect(SweepEstimate.total([1, 100, 3], at: [0, 1, 2], of: 3) == 104)
    // 0 + 1 + … + 10, tried at 0, 2, 5, 7 and 10.
    #expect(SweepEstimate.total([0, 2, 5, 7, 10], at: [0, 2, 5, 7, 10], of: 11) == 55)
    #expect(SweepEstimate.total([2, 2], at: [0, 99], of: 100) == 200)
  }

  @Test(
    "is within some per cent where the last points take a hundred times as long as the first, whose mean was a third too high"
  )
  func steep() {
    let (estimated, actual) = estimate(100, of: 200)
    #expect(abs(estimated / actual - 1) < 0.12, "\(estimated / actual)")
    let (gentle, known) = estimate(10, of: 200)
    #expect(abs(gentle / known - 1) < 0.03, "\(gentle / known)")
  }
}
