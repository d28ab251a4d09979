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
  package func render(_ report: some Printable) throws -> String {
    switch self {
    case .text: PlainText.render(report.blocks)
    case .json: try report.json()
    case .jsonl: try report.jsonLines()
    case .csv: report.csv
    case .markdown: MarkdownText.render(report.blocks)
    case .latex: LatexText.render(report.blocks)
    }
  }
}
