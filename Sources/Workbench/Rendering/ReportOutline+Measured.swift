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
}
