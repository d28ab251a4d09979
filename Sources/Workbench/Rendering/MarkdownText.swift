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
    case .heading(let name, let text): "## \(escaped(name))\n\n\(escaped(text))"
    case .fact(let name, let text): "- **\(escaped(name))**: \(escaped(text))"
    case .remark(let text): escaped(text)
    case .control(let text): escaped(text.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " "))
    case .verdict(let text): "**\(escaped(text.split(separator: " ").joined(separator: " ")))**"
    case .gap: nil
    case .table(let grid): (grid.title.map { "\(escaped($0))\n\n" } ?? "") + table(grid)
    }
  }

  private static func table(_ grid: Block.Grid) -> String {
    func line(_ cells: [String]) -> String { "| " + cells.map(escaped).joined(separator: " | ") + " |" }
    let rule = grid.columns.indices.map { grid.isNumeric($0) ? "--:" : ":--" }
    return ([line(grid.columns), "| " + rule.joined(separator: " | ") + " |"] + grid.rows.map(line))
      .joined(separator: "\n")
  }

  /// The text on one line, with a backslash before every character that CommonMark, tables or HTML could read as markup.
  package static func escaped(_ text: String) -> String {
    text.unicodeScalars.map { scalar in
      switch scalar {
      case "\\", "`", "*", "_", "{", "}", "[", "]", "<", ">", "#", "|", "~", "&", "$", "!", "^", "@": "\\\(scalar)"
      default: scalar.properties.generalCategory == .control ? " " : String(scalar)
      }
    }.joined()
  }
}
