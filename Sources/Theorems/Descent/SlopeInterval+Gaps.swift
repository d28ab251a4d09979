import CMath
import GSLBridge
import Verdicts

extension SlopeInterval {
  /// The least-squares line log gap = c + p log η through the finite positive gaps, which at finite η is biased by O(η); nil for
  /// fewer than three.
  package init?(gaps: [(rate: Double, gap: Double?)]) {
    let points = gaps.compactMap { point in
      point.gap.flatMap { $0 > 0 && $0.isFinite ? (log(point.rate), log($0)) : nil }
    }
    guard let fit = try? LineFit(x: points.map(\.0), y: points.map(\.1)) else { return nil }
    self.init(slope: fit.slope, low: fit.slopeInterval95.lowerBound, high: fit.slopeInterval95.upperBound)
  }
}
