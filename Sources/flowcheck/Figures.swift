import FlowODE
import Presentation
import Theorems
import Verdicts

/// The figure of a check: the drift along the flow, one curve per rung.
enum DriftFigure {
  static func figure(claim: any Claim, ladder: [Rung]) -> Figure {
    let isLogarithmic = isGeometric(ladder.last?.evidence[claim.identifier]?.path.map(\.time) ?? [])
    return Figure(
      title: "\(claim.identifier): drift along gradient flow", xLabel: "t",
      yLabel: "drift relative to the largest term",
      logX: isLogarithmic, logY: true,
      series: ladder.map { rung in
        let path = rung.evidence[claim.identifier]?.path ?? []
        return Figure.Series(
          name: "rtol \(tableSetting(rung.relativeTolerance))", x: path.map(\.time), y: path.map(\.residual))
      })
  }

  /// Whether save times look geometric: the middle one far below the middle of the range.
  static func isGeometric(_ times: [Double]) -> Bool {
    guard times.count > 4, let last = times.last else { return false }
    return times[times.count / 2] < 0.25 * last
  }
}

/// The figure that a claim itself asks for.
enum EvidenceFigure {
  static func figure(_ plot: EvidencePlot) -> Figure {
    Figure(
      title: plot.title, xLabel: plot.xLabel, yLabel: plot.yLabel, logX: plot.logX, logY: plot.logY,
      series: plot.curves.map { curve in
        let role: Figure.Role =
          switch curve.role {
          case .measured: .data
          case .reference: .reference
          case .lowerBound: .lowerEdge
          case .upperBound: .upperEdge
          }
        return Figure.Series(name: curve.name, x: curve.x, y: curve.y, role: role)
      })
  }
}

/// The figure of an integration: loss and the largest component norms against time.
enum TrajectoryFigure {
  static func figure(times: [Double], columns: [Series]) -> Figure {
    let shown = columns.filter {
      $0.name == "loss" || $0.name.hasSuffix("_error") || $0.name.hasPrefix("component_norm")
    }
    return Figure(
      title: "loss and component norms", xLabel: "t", yLabel: "value", logX: DriftFigure.isGeometric(times), logY: true,
      series: shown.map {
        Figure.Series(name: $0.name.replacing("_", with: " "), x: times, y: $0.values)
      })
  }
}
