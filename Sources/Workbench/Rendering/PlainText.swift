import Presentation

/// The terminal's rendering of blocks.
package enum PlainText {
  package static func render(_ blocks: [Block]) -> String { blocks.flatMap(lines).joined(separator: "\n") }

  /// A name in a column of its own, then the text.
  package static func field(_ name: String, _ text: String) -> String {
    "  \(name)\(String(repeating: " ", count: max(2, 12 - name.count)))\(text)"
  }

  private static func lines(_ block: Block) -> [String] {
    switch block {
    case .heading(let name, let text): return ["\(name)  \(text)"]
    case .fact(let name, let text): return [field(name, text)]
    case .remark(let text): return ["  \(text)"]
    case .control(let text), .verdict(let text): return [text]
    case .gap: return [""]
    case .table(let grid):
      var table = TextTable(grid.columns, alignments: grid.startsWithNames ? [.left] : [])
      for row in grid.rows { table.append(row) }
      return (grid.title.map { ["  \($0)"] } ?? []) + table.lines
    }
  }
}
