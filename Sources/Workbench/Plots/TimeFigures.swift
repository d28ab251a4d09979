import Models
import Verdicts

/// An axis of time: its label, and the save times of a run in its units.
struct TimeAxis {
  let label: String
  let times: @Sendable (_ run: SavedRun) -> [Double]

  /// The time of the flow itself.
  static let flow = TimeAxis(label: "t", times: TimeFigures.times)
}

/// Figures of columns over time.
enum TimeFigures {
  /// One column of all runs on one pair of axes.
  static func one(
    _ runs: [LabelledRun], _ name: String, column: String, label: String, title: String? = nil, isLog: Bool? = nil,
    over axis: TimeAxis = .flow
  ) -> Figure {
    let curves = runs.map { item in
      Figure.Curve(item.name(orElse: label), x: axis.times(item.run), y: item.run.column(column) ?? [])
    }
    return Figure(
      title ?? "\(label) over time", name: name, xLabel: axis.label, yLabel: label,
      logX: isLog ?? isLogarithmic(runs, axis), logY: true, curves: curves)
  }

  /// Relative errors, each on axes of its own, so that a curve a run is all that must be told apart there.
  static func errors(_ runs: [LabelledRun], name: String = "error", over axis: TimeAxis = .flow) -> Figure {
    let known = [
      ("reconstruction_error", "reconstruction error"), ("held_out_error", "held-out error"),
      ("test_error", "test error"),
    ].filter { column, _ in runs.contains { $0.run.column(column) != nil } }
    return Figure(
      stacking: known.map { column, title in
        let own = runs.filter { $0.run.column(column) != nil }
        // Below a title of their own the axes need not say which error it is.
        return one(
          own, name, column: column, label: known.count > 1 ? "relative error" : title, title: title,
          isLog: isLogarithmic(runs, axis), over: axis)
      })
  }

  /// Columns of one beginning, a pair of axes a run.
  ///
  /// - Parameter symbol: what a column is called, before its number.
  static func several(
    _ runs: [LabelledRun], _ name: String, prefix: String, title: String, label: String, symbol: String = "σ"
  ) -> Figure {
    let isLog = isLogarithmic(runs, .flow)
    let parts = runs.map { item in
      Figure(
        item.name(orElse: "\(title) over time"), name: name, xLabel: "t", yLabel: label, logX: isLog,
        curves: item.run.series.filter { $0.name.hasPrefix(prefix) }.map { column in
          Figure.Curve(
            numbered(symbol, column.name.dropFirst(prefix.count)), x: times(item.run), y: column.values)
        })
    }
    return Figure(stacking: parts)
  }

  /// σ₁ for σ and 1.
  static func numbered(_ symbol: String, _ number: Substring) -> String {
    let digits = number.unicodeScalars.map { digit -> Unicode.Scalar in
      (48...57).contains(digit.value) ? Unicode.Scalar(0x2080 + digit.value - 48) ?? digit : digit
    }
    return symbol + String(String.UnicodeScalarView(digits))
  }

  static func times(_ run: SavedRun) -> [Double] { run.column("t") ?? [] }

  /// Horizons of runs on one axis that differ by more than this need a logarithmic one.
  private static let spread = 8.0

  /// Whether times are shown on a logarithmic axis, on which those of a start α times as large are the same curve moved: where a run saves
  /// them so, or where some runs take much longer than others.
  private static func isLogarithmic(_ runs: [LabelledRun], _ axis: TimeAxis) -> Bool {
    let ends = runs.compactMap { axis.times($0.run).last }.filter { $0.isFinite && $0 > 0 }
    guard let least = ends.min(), let largest = ends.max() else { return false }
    return largest > spread * least || runs.contains { Figure.isGeometric(times($0.run)) }
  }
}
