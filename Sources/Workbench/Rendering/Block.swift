/// A piece of a report as people read it: what stands there, apart from how terminal, Markdown or LaTeX set it.
package enum Block: Sendable, Equatable {
  /// The name of a claim or command and what it states.
  case heading(name: String, text: String)
  /// A named fact about the experiment or the claim.
  case fact(name: String, text: String)
  /// A table of formatted cells.
  case table(Grid)
  /// A sentence beside a table.
  case remark(String)
  /// A negative control's outcome.
  case control(String)
  /// A verdict with its reason, or how an integration ended.
  case verdict(String)
  /// Space between parts.
  case gap

  /// A table of formatted cells, as many in every row as there are columns.
  package struct Grid: Sendable, Equatable {
    /// Stands above the table; nil for the table that a verdict rests on.
    package var title: String?
    package let columns: [String]
    package var rows: [[String]]
    /// Whether the first column holds names, which are aligned to the left.
    package var startsWithNames: Bool

    /// Follows a number that counts as roundoff.
    static let roundoffMark = "*"

    /// Whether a column holds numbers (or nothing), which stand to the right.
    func isNumeric(_ column: Int) -> Bool {
      rows.allSatisfy { row in
        let cell = row[column].hasSuffix(Self.roundoffMark) ? String(row[column].dropLast()) : row[column]
        return cell.isEmpty || cell == "roundoff" || Double(cell) != nil
      }
    }

    package init(title: String? = nil, columns: [String], rows: [[String]], startsWithNames: Bool = false) {
      self.title = title
      self.columns = columns
      self.rows = rows
      self.startsWithNames = startsWithNames
    }
  }
}
