/// A table of text for the terminal: a heading line, then the rows, columns aligned and separated by blanks.
public struct TextTable: Sendable, Equatable {
  /// On which side the cells of a column meet.
  public enum Alignment: Sendable {
    /// Text begins at the column's left edge.
    case left
    /// Text ends at the column's right edge.
    case right
  }

  private let headings: [String]
  private let alignments: [Alignment]
  private let indent: Int
  private let separation: Int
  private var rows: [[String]] = []

  /// A table with these headings. Columns are aligned to the right unless `alignments` says otherwise for the first ones.
  public init(_ headings: [String], alignments: [Alignment] = [], indent: Int = 4, separation: Int = 3) {
    self.headings = headings.map(plainText)
    self.alignments = headings.indices.map { $0 < alignments.count ? alignments[$0] : .right }
    self.indent = max(0, indent)
    self.separation = max(0, separation)
  }

  /// Adds a row. Missing cells are empty; cells beyond the last heading are ignored.
  public mutating func append(_ cells: [String]) {
    rows.append(headings.indices.map { $0 < cells.count ? plainText(cells[$0]) : "" })
  }

  /// The lines, without blanks at their ends.
  public var lines: [String] {
    let all = [headings] + rows
    let widths = headings.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
    return all.map { cells in
      var line = String(repeating: " ", count: indent)
      for (column, cell) in cells.enumerated() {
        let blanks = String(repeating: " ", count: widths[column] - cell.count)
        if column > 0 { line += String(repeating: " ", count: separation) }
        line += alignments[column] == .left ? cell + blanks : blanks + cell
      }
      while line.last == " " { line.removeLast() }
      return line
    }
  }

  /// The lines, each ended by a line end.
  public var text: String { lines.map { $0 + "\n" }.joined() }
}
