import Theorems
import Verdicts

extension ReportOutline {
  /// Something that was measured along a flow.
  static func measured(_ report: Report, _ section: MeasuredSection) -> [Block] {
    var blocks: [Block] = [.heading(name: report.command, text: section.measured)]
    blocks += experiment(
      report.experiment,
      flow: "\(method(report.experiment, section.choice)), rtol \(tableSetting(section.rtol)), to "
        + "t = \(tableNumber(section.finalTime)); loss \(tableNumber(section.finalLoss ?? .nan))")
    blocks += notes(report)
    blocks.append(
      .fact(name: "cost", text: "\(counted(section.steps, "step")), \(counted(section.gradients, "gradient"))"))
    for table in section.tables { blocks += [.gap, .table(grid(table))] }
    return blocks + [.gap, .verdict(ending(section.isComplete, section.outcome, section.remedy))]
  }

  /// Something that was measured in many runs.
  static func tabulated(_ report: Report, _ section: TabulatedSection) -> [Block] {
    let experiment = report.experiment
    let facts = [
      ("data", experiment.data), ("model", experiment.model), ("loss", experiment.loss), ("start", experiment.start),
      ("training", experiment.method),
    ]
    var blocks: [Block] = [.heading(name: report.command, text: section.measured)]
    // A summary of runs has no data of its own.
    blocks += facts.filter { !$0.1.isEmpty }.map { .fact(name: $0, text: $1) }
    blocks += notes(report)
    for table in section.tables { blocks += [.gap, .table(named(grid(table)))] }
    return blocks + [.gap, .verdict(ending(section.isComplete, section.outcome, section.remedy))]
  }

  /// A table whose first column holds names.
  private static func named(_ grid: Block.Grid) -> Block.Grid {
    var grid = grid
    grid.startsWithNames = true
    return grid
  }
}
