import Verdicts

/// Blocks as CommonMark with tables. No text of a user's or a claim's is read as markup.
package enum MarkdownText {
  package static func render(_ blocks: [Block]) -> String {
    var text = ""
    var wasFact = false
    for block in blocks {
      // Facts in a row are one list; everything else is a paragraph of its own.
      let isFact = if case .fact = block { true } else { false }
      guard let piece = piece(block) else { continue }
      if !text.isEmpty { text += isFact && wasFact ? "\n" : "\n\n" }
      text += piece
      wasFact = isFact
    }
    return text
  }

  private static func piece(_ block: Block) -> String? {
    switch block {
    case .heading(let name, let text): "## \(Markdown.escaped(name))\n\n\(Markdown.escaped(text))"
    case .fact(let name, let text): "- **\(Markdown.escaped(name))**: \(Markdown.escaped(text))"
    case .remark(let text): Markdown.escaped(text)
    case .control(let text):
      Markdown.escaped(text.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " "))
    case .verdict(let text): "**\(Markdown.escaped(text.split(separator: " ").joined(separator: " ")))**"
    case .gap: nil
    case .table(let grid): (grid.title.map { "\(Markdown.escaped($0))\n\n" } ?? "") + table(grid)
    }
  }

  private static func table(_ grid: Block.Grid) -> String {
    func line(_ cells: [String]) -> String { "| " + cells.map(Markdown.escaped).joined(separator: " | ") + " |" }
    let rule = grid.columns.indices.map { grid.isNumeric($0) ? "--:" : ":--" }
    return ([line(grid.columns), "| " + rule.joined(separator: " | ") + " |"] + grid.rows.map(line))
      .joined(separator: "\n")
  }
}
