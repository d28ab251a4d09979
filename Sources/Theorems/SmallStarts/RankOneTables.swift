import CMath
import Verdicts

extension RankOneStudy {
  /// One row per α: the escape time, the sup-distances with their slopes, and where the run ended.
  static func series(_ points: [Point]) -> NumberTable {
    var table = NumberTable([
      "alpha", "escape_time", "distance_reseeded", "slope_reseeded", "distance_from_start", "slope_from_start",
      "distance_fixed", "slope_fixed", "largest_norm", "reconstruction_error",
    ])
    for (k, point) in points.enumerated() {
      let before = k > 0 ? points[k - 1] : nil
      table.append([
        point.alpha, point.escape, point.reseeded, slope(before, point, \.reseeded), point.fromStart,
        slope(before, point, \.fromStart), point.fixed, slope(before, point, \.fixed), point.largestNorm,
        point.reconstruction,
      ])
    }
    return table
  }

  /// Distances over time, α by α.
  static func paths(_ points: [Point]) -> NumberTable {
    var table = NumberTable(["alpha", "t_since_escape", "norm", "reseeded", "from_start", "fixed"])
    for point in points { for row in point.path { table.append([point.alpha] + row) } }
    return table
  }

  /// The slope of log distance in log α since the scale before.
  private static func slope(_ before: Point?, _ point: Point, _ value: (Point) -> Double?) -> Double? {
    guard let before, let a = value(before), let b = value(point), a > 0, b > 0 else { return nil }
    return log(a / b) / log(before.alpha / point.alpha)
  }

  static func table(_ points: [Point], leader: LeadingComponent, kappa: Double?) -> Table {
    var table = Table(
      "component \(leader.leader) leads, γ(0) = \(tableNumber(leader.gammas[leader.leader])), its norm is "
        + "\(tableNumber(leader.margin)) × what (ii) asks; expected slopes \(leader.order) (A, B), "
        + "\(kappa.map { tableNumber(min($0, Double(leader.order))) } ?? "unknown") (C); sup-distances",
      columns: [
        "alpha", "T0", "A reseed", "slope", "B start", "slope", "C fixed", "slope", "largest norm", "to target",
      ])
    for (k, point) in points.enumerated() {
      let before = k > 0 ? points[k - 1] : nil
      table.rows.append([
        Cell(point.alpha), Cell(point.escape), Cell(point.reseeded),
        Cell(slope(before, point, \.reseeded)), Cell(point.fromStart),
        Cell(slope(before, point, \.fromStart)),
        Cell(point.fixed), Cell(slope(before, point, \.fixed)), Cell(point.largestNorm),
        Cell(point.reconstruction),
      ])
    }
    return table
  }

  static func plot(_ points: [Point], order: Int) -> Figure {
    let alphas = points.map(\.alpha)
    var curves = [
      Figure.Curve("A: reseeded at the escape", x: alphas, y: points.map(\.reseeded)),
      Figure.Curve("B: from the start", x: alphas, y: points.map(\.fromStart)),
    ]
    let fixed = points.compactMap(\.fixed)
    if fixed.count == points.count { curves.append(Figure.Curve("C: limiting direction", x: alphas, y: fixed)) }
    if let last = points.last, last.fromStart > 0 {
      curves.append(
        Figure.Curve(
          "slope \(order)", x: alphas, y: alphas.map { last.fromStart * pow($0 / last.alpha, Double(order)) },
          role: .reference))
    }
    return Figure(
      "distance to a rank-one trajectory", xLabel: "alpha", yLabel: "sup-distance", logX: true, logY: true,
      curves: curves)
  }
}
