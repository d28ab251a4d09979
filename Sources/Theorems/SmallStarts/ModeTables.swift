import Models
import Verdicts

extension ModeStudy {
  /// One row per α and mode.
  static func series(_ points: [Point]) -> NumberTable {
    var table = NumberTable(["alpha", "mode", "half_rise_time", "closed_form"])
    for point in points {
      for i in point.times.indices { table.append([point.alpha, Double(i + 1), point.times[i], point.exact[i]]) }
    }
    return table
  }

  func tables(_ points: [Point]) -> [Table] {
    guard let modes, !points.isEmpty else { return [] }
    var times = Table(
      "half-rise times; the targets' modes are \(modes.targets.map(tableNumber).joined(separator: ", "))",
      columns: ["alpha", "t_1", "t_2", "closed forms off by", "(t_1/t_2)/(s_2/s_1) − 1", "x_2/s_2 when x_1 = 0.95 s_1"])
    for point in points {
      let second = point.times.count > 1 ? point.times[1] : nil
      times.rows.append([
        Cell(point.alpha), Cell(point.times[0]), Cell(second),
        Cell(point.error(point.exact)),
        Cell(second.map { point.times[0] / $0 / (modes.targets[1] / modes.targets[0]) - 1 }),
        Cell(point.secondPart),
      ])
    }
    guard (experiment.problem.model as? MatrixFactorization)?.depth == 2, modes.targets.count > 1 else {
      return [times]
    }
    let threshold = FactorModes.separationThreshold(
      first: modes.targets[0], second: modes.targets[1], fraction: 1 - Self.learnedPart)
    return [
      times,
      Table(
        "mode 1 is at 95 % of its target before mode 2 is at 5 % of its own", columns: ["for alpha below"],
        rows: [[Cell(threshold)]]),
    ]
  }

  static func plot(_ points: [Point]) -> Figure {
    let alphas = points.map(\.alpha)
    let count = points.first?.times.count ?? 0
    return Figure(
      "half-rise times of the modes", xLabel: "alpha", yLabel: "t", logX: true, logY: true,
      curves: (0..<count).flatMap { i in
        [
          Figure.Curve("mode \(i + 1)", x: alphas, y: points.map { $0.times[i] }),
          Figure.Curve(
            "mode \(i + 1), closed form", x: alphas, y: points.map { $0.exact[i] }, role: .reference),
        ]
      })
  }
}
