import FlowODE
import Presentation
import Theorems
import Verdicts

/// The figures of a comparison: the gap against the learning rate, and against time.
enum ComparisonFigures {
  static func againstRate(_ report: ComparisonReport) -> Figure {
    let gaps = report.rates.filter { $0.gap != nil }
    let drifts = report.rates.filter { $0.drift != nil }
    var series = [Figure.Series(name: "gap", x: gaps.map(\.learningRate), y: gaps.compactMap(\.gap))]
    if !drifts.isEmpty {
      series.append(
        Figure.Series(name: "drift of balancedness", x: drifts.map(\.learningRate), y: drifts.compactMap(\.drift)))
    }
    // The claimed order as a line through the smallest rate's gap.
    if let last = gaps.last, let gap = last.gap {
      let square = report.against == "modified"
      series.append(
        Figure.Series(
          name: "order \(square ? 2 : 1)", x: gaps.map(\.learningRate),
          y: gaps.map { rate in
            let ratio = rate.learningRate / last.learningRate
            return gap * (square ? ratio * ratio : ratio)
          }))
    }
    return Figure(
      title: "\(report.optimizer) against its flow", xLabel: "learning rate",
      yLabel: "largest gap in \(report.measure)",
      logX: true, logY: true, series: series)
  }

  static func againstTime(_ report: ComparisonReport) -> Figure {
    Figure(
      title: "\(report.optimizer) against its flow", xLabel: "t", yLabel: "gap in \(report.measure)",
      logX: DriftFigure.isGeometric(report.times), logY: true,
      series: report.rates.map { rate in
        Figure.Series(
          name: "rate \(tableSetting(rate.learningRate))", x: Array(report.times.prefix(rate.gaps.count)), y: rate.gaps)
      })
  }

  /// `NAME-time.svg` for `NAME.svg`.
  static func timePath(_ path: String) -> String {
    guard let dot = path.lastIndex(of: "."), !path[dot...].contains("/") else { return path + "-time" }
    return path[..<dot] + "-time" + path[dot...]
  }
}
