import Presentation

/// Blocks as a LaTeX fragment that needs no package: headings, lists and `tabular`s to paste into a paper.
package enum LatexText {
  package static func render(_ blocks: [Block]) -> String {
    var lines: [String] = []
    var isList = false
    for block in blocks {
      let isFact = if case .fact = block { true } else { false }
      if isFact != isList, block != .gap {
        lines.append(isFact ? "\\begin{description}" : "\\end{description}")
        isList = isFact
      }
      lines += piece(block)
    }
    if isList { lines.append("\\end{description}") }
    return lines.joined(separator: "\n")
  }

  private static func piece(_ block: Block) -> [String] {
    switch block {
    case .heading(let name, let text): ["\\subsection*{\(LaTeX.escaped(name))}", LaTeX.escaped(text)]
    case .fact(let name, let text): ["\\item[\(LaTeX.escaped(name))] \(LaTeX.escaped(text))"]
    case .remark(let text), .control(let text): ["\\par \(LaTeX.escaped(text))"]
    case .verdict(let text): ["\\par \\textbf{\(LaTeX.escaped(text))}"]
    case .gap: []
    case .table(let grid): table(grid)
    }
  }

  private static func table(_ grid: Block.Grid) -> [String] {
    func line(_ cells: [String]) -> String { cells.map(LaTeX.escaped).joined(separator: " & ") + " \\\\" }
    let columns = grid.columns.indices.map { grid.isNumeric($0) ? "r" : "l" }.joined()
    return (grid.title.map { ["\\par \(LaTeX.escaped($0))"] } ?? []) + [
      "\\par \\begin{tabular}{\(columns)}", "\\hline",
    ]
      + [line(grid.columns), "\\hline"] + grid.rows.map(line) + ["\\hline", "\\end{tabular}"]
  }
}
