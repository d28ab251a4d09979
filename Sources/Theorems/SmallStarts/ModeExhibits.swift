import FlowODE
import Models
import Verdicts

extension ModeStudy {
  /// One α: the half-rise times of the modes.
  public struct Point: Sendable, Equatable, Codable {
    let alpha: Double
    /// Located half-rise times, largest target first.
    let times: [Double]
    /// The same by the closed form, by that of depth L + 1, and with the targets of neighbours exchanged.
    let exact: [Double]
    let wrongDepth: [Double]
    let swapped: [Double]
    /// The second mode's part of its target when the first is at 95 % of its own; nil with a single mode.
    let secondPart: Double?

    /// The largest relative departure of the times from a closed form.
    func error(_ form: [Double]) -> Double {
      zip(times, form).reduce(0) { worst, pair in
        let departure = abs(pair.0 / pair.1 - 1)
        return departure.isNaN ? .infinity : max(worst, departure)
      }
    }

    var evidence: ModeEvidence { ModeEvidence(alpha: alpha, times: times, error: error(exact)) }
  }

  /// The first two modes in the table, all of them in the figure.
  private static func columns(_ targets: [Double]) -> [Column<Point>] {
    let second: @Sendable (Point) -> Double? = { $0.times.count > 1 ? $0.times[1] : nil }
    let shown: [Column<Point>] = [
      Column(nil, title: "alpha") { $0.alpha }, Column(nil, title: "t_1") { $0.times[0] },
      Column(nil, title: "t_2", second), Column(nil, title: "closed forms off by") { $0.error($0.exact) },
      Column(nil, title: "(t_1/t_2)/(s_2/s_1) − 1") { point in
        second(point).map { point.times[0] / $0 / (targets[1] / targets[0]) - 1 }
      }, Column(nil, title: "x_2/s_2 when x_1 = 0.95 s_1") { $0.secondPart },
    ]
    return shown
      + targets.indices.flatMap { i in
        [
          Column(nil, curve: "mode \(i + 1)") { $0.times[i] },
          Column(nil, curve: "mode \(i + 1), closed form", role: .reference) { $0.exact[i] },
        ]
      }
  }

  public static func exhibits(_ study: Self, _ found: Found) -> LadderExhibits {
    let targets = found.shared.targets
    let sheet = Sheet(found.fine, columns(targets))
    var tables = [
      sheet.table("half-rise times; the targets' modes are \(targets.map(tableNumber).joined(separator: ", "))")
    ]
    if study.chain.depth == 2, targets.count > 1 {
      let threshold = FactorModes.separationThreshold(
        first: targets[0], second: targets[1], fraction: 1 - learnedPart)
      tables.append(
        Table(
          "mode 1 is at 95 % of its target before mode 2 is at 5 % of its own", columns: ["for alpha below"],
          rows: [[Cell(threshold)]]))
    }
    let series = NumberTable(
      ["alpha", "mode", "half_rise_time", "closed_form"],
      rows: found.fine.flatMap { point in
        point.times.indices.map { [point.alpha, Double($0 + 1), point.times[$0], point.exact[$0]] }
      })
    return LadderExhibits(
      tables: tables, figures: [sheet.figure("half-rise times of the modes", x: "α", y: "t")],
      files: [("series.csv", series)])
  }
}
