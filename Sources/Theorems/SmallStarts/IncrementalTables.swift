import CMath
import Verdicts

extension IncrementalStudy {
  /// One row per α: the instant t* and the largest other component there.
  static func series(_ points: [Point]) -> NumberTable {
    var table = NumberTable([
      "alpha", "time", "leader", "risen", "next", "next_norm", "slope", "bound", "kappa", "advantage",
      "closed_form_error",
    ])
    for (k, point) in points.enumerated() {
      table.append([
        point.alpha, point.time, Double(point.leader), Double(point.risen), Double(point.runnerUp), point.runnerUpNorm,
        slope(k > 0 ? points[k - 1] : nil, point), point.bound, point.kappa, point.separation, point.error,
      ])
    }
    return table
  }

  /// Every component at t*, α by α.
  static func componentTable(_ points: [Point]) -> NumberTable {
    var table = NumberTable(["alpha", "component", "norm_at_0", "norm", "kappa", "closed_form"])
    for point in points {
      for (r, component) in point.components.enumerated() {
        table.append([
          point.alpha, Double(r), component.startNorm, component.norm, component.kappa, component.closedForm,
        ])
      }
    }
    return table
  }

  private static func slope(_ before: Point?, _ point: Point) -> Double? {
    guard let before, before.runnerUpNorm > 0, point.runnerUpNorm > 0 else { return nil }
    return log(before.runnerUpNorm / point.runnerUpNorm) / log(before.alpha / point.alpha)
  }

  static func table(_ points: [Point]) -> Table {
    var table = Table(
      "at the instant when the leading component reaches the level",
      columns: [
        "alpha", "t*", "risen", "next", "its norm", "slope", "bound", "kappa", "advantage", "closed form off by",
      ])
    for (k, point) in points.enumerated() {
      let before = k > 0 ? points[k - 1] : nil
      table.rows.append([
        Cell(point.alpha), Cell(point.time), .number(Double(point.risen)),
        .number(Double(point.runnerUp)),
        Cell(point.runnerUpNorm), Cell(slope(before, point)), Cell(point.bound),
        Cell(point.kappa),
        Cell(point.separation), Cell(point.error),
      ])
    }
    return table
  }

  /// The next component's norm against α, its O(αᴺ) bound where there is one, and the slope N through the last point.
  static func plot(_ points: [Point], order: Int) -> Figure {
    let alphas = points.map(\.alpha)
    var curves = [Figure.Curve("next component", x: alphas, y: points.map(\.runnerUpNorm))]
    let bounded = points.filter { $0.bound != nil }
    if !bounded.isEmpty {
      curves.append(.init("bound", x: bounded.map(\.alpha), y: bounded.compactMap(\.bound), role: .upperBound))
    }
    if let last = points.last, last.runnerUpNorm > 0, order > 2 {
      curves.append(
        .init(
          "slope \(order)", x: alphas, y: alphas.map { last.runnerUpNorm * pow($0 / last.alpha, Double(order)) },
          role: .reference))
    }
    return Figure(
      "the largest other component when the first leaves zero", xLabel: "alpha", yLabel: "sigma", logX: true,
      logY: true, curves: curves)
  }
}
