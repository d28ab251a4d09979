import Verdicts

/// How a report is printed.
package enum ReportFormat: String, CaseIterable, Sendable {
  case text
  case json
  case jsonl
  case csv
  case markdown
  case latex

  /// What it gives, in a phrase.
  package var summary: String {
    switch self {
    case .text: "tables and sentences for the terminal"
    case .json: "one object, full precision"
    case .jsonl: "one object a line and claim, full precision"
    case .csv: "the table the verdict rests on, full precision"
    case .markdown: "tables and sentences as Markdown"
    case .latex: "tables and sentences as a LaTeX fragment"
    }
  }

  /// - Throws: an encoding error, which is a defect.
  package func render(_ report: Report) throws -> String {
    switch self {
    case .text: PlainText.render(ReportOutline.blocks(report))
    case .json: try JSONText.encode(report)
    case .jsonl: try JSONText.lines(report)
    case .csv: CSVText.render(report)
    case .markdown: MarkdownText.render(ReportOutline.blocks(report))
    case .latex: LatexText.render(ReportOutline.blocks(report))
    }
  }
}
