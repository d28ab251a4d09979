/// A Markdown file with cells that are run: fenced blocks by their info string, with everything between them kept as it is.
///
/// `console` holds lines `$ flowcheck …` with what they printed below; `toml NAME`, and so any language with a file's name behind it, is a
/// file; `swift` is a piece of a program, and `output` what that printed. Other blocks are text.
package struct Notebook: Sendable {
  /// A command line of a console cell.
  package struct Command: Sendable {
    /// As typed, continued lines joined.
    package let text: String
    /// The line of the file it begins on, from 1.
    package let line: Int
    /// What stands below it.
    package var output: [String]
    /// The lines it takes itself, as they stand there.
    let typed: [String]
  }

  /// A part of the file.
  enum Part: Sendable {
    /// Lines that are kept.
    case text([String])
    /// Commands, between the lines that open and close the block.
    case console(opening: String, commands: [Command], closing: String?)
    /// A file, with the line of its block.
    case file(name: String, lines: [String], line: Int, whole: [String])
    /// A piece of a program, with the line of its block.
    case swift(lines: [String], line: Int, whole: [String])
    /// What the program printed.
    case output(opening: String, lines: [String], line: Int, closing: String?)
  }

  /// The path as it was given.
  package let path: String
  var parts: [Part]
  private let endsWithNewline: Bool

  /// Reads a notebook's text.
  package init(_ text: String, path: String) {
    self.path = path
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map {
      $0.hasSuffix("\r") ? $0.dropLast() : $0
    }
    endsWithNewline = text.hasSuffix("\n")
    if lines.last?.isEmpty == true { lines.removeLast() }
    parts = []
    var kept: [String] = []
    var k = 0
    while k < lines.count {
      guard let fence = Fence(lines[k]) else {
        kept.append(String(lines[k]))
        k += 1
        continue
      }
      let start = k
      k += 1
      var body: [String] = []
      while k < lines.count, !fence.isClosed(by: lines[k]) {
        body.append(String(lines[k]))
        k += 1
      }
      let closing = k < lines.count ? String(lines[k]) : nil
      k += 1
      let whole = [String(lines[start])] + body + (closing.map { [$0] } ?? [])
      guard let part = Self.part(fence, body, closing: closing, line: start + 1, whole: whole) else {
        kept += whole
        continue
      }
      if !kept.isEmpty { parts.append(.text(kept)) }
      kept = []
      parts.append(part)
    }
    if !kept.isEmpty { parts.append(.text(kept)) }
  }

  private static func part(
    _ fence: Fence, _ body: [String], closing: String?, line: Int, whole: [String]
  ) -> Part? {
    let words = fence.info.split(separator: " ").map(String.init)
    switch words.first {
    case "console": return .console(opening: whole[0], commands: commands(body, line: line + 1), closing: closing)
    case "swift" where words.count == 1: return .swift(lines: body, line: line, whole: whole)
    case "output": return .output(opening: whole[0], lines: body, line: line, closing: closing)
    default: return words.count == 2 ? .file(name: words[1], lines: body, line: line, whole: whole) : nil
    }
  }

  private static func commands(_ lines: [String], line first: Int) -> [Command] {
    var commands: [Command] = []
    var k = 0
    while k < lines.count {
      guard lines[k].hasPrefix("$ ") else {
        // What stands before the first command belongs to none, and shows as a difference.
        if commands.isEmpty { commands.append(Command(text: "", line: first + k, output: [], typed: [])) }
        commands[commands.count - 1].output.append(lines[k])
        k += 1
        continue
      }
      let start = k
      var text = String(lines[k].dropFirst(2))
      while text.hasSuffix("\\"), k + 1 < lines.count {
        k += 1
        let more = lines[k].hasPrefix("> ") ? lines[k].dropFirst(2) : lines[k][...]
        text = text.dropLast() + " " + more.drop { $0 == " " }
      }
      commands.append(
        Command(text: text, line: first + start, output: [], typed: Array(lines[start...k])))
      k += 1
    }
    return commands
  }

  /// The whole file as text.
  package var text: String {
    let lines = parts.flatMap { part -> [String] in
      switch part {
      case .text(let lines): lines
      case .console(let opening, let commands, let closing):
        [opening] + commands.flatMap { $0.typed + $0.output } + (closing.map { [$0] } ?? [])
      case .file(_, _, _, let whole), .swift(_, _, let whole): whole
      case .output(let opening, let lines, _, let closing): [opening] + lines + (closing.map { [$0] } ?? [])
      }
    }
    return lines.joined(separator: "\n") + (endsWithNewline ? "\n" : "")
  }

  /// The pictures of the text: paths of SVG files as links have them, with their lines.
  package var figures: [(path: String, line: Int)] {
    var figures: [(String, Int)] = []
    var line = 1
    for part in parts {
      if case .text(let lines) = part {
        for (k, text) in lines.enumerated() {
          for piece in text.split(separator: "![").dropFirst(text.hasPrefix("![") ? 0 : 1) {
            guard let open = piece.firstRange(of: "]("), let close = piece[open.upperBound...].firstIndex(of: ")")
            else { continue }
            let path = String(piece[open.upperBound..<close])
            if path.hasSuffix(".svg"), !path.contains("://") { figures.append((path, line + k)) }
          }
        }
      }
      line += part.lineCount
    }
    return figures
  }
}

extension Notebook.Part {
  /// How many lines of the file it takes.
  var lineCount: Int {
    switch self {
    case .text(let lines): lines.count
    case .console(_, let commands, let closing):
      1 + commands.reduce(0) { $0 + $1.typed.count + $1.output.count } + (closing == nil ? 0 : 1)
    case .file(_, _, _, let whole), .swift(_, _, let whole): whole.count
    case .output(_, let lines, _, let closing): 1 + lines.count + (closing == nil ? 0 : 1)
    }
  }
}

/// The line that opens a fenced block (CommonMark 4.5).
private struct Fence {
  private let mark: Character
  private let count: Int
  let info: String

  init?(_ line: Substring) {
    let blanks = line.prefix { $0 == " " }.count
    let rest = line.dropFirst(blanks)
    guard blanks < 4, let mark = rest.first, mark == "`" || mark == "~" else { return nil }
    let run = rest.prefix { $0 == mark }.count
    let info = rest.dropFirst(run).trimmingBlanks
    guard run >= 3, !(mark == "`" && info.contains("`")) else { return nil }
    self.mark = mark
    count = run
    self.info = info
  }

  func isClosed(by line: Substring) -> Bool {
    let blanks = line.prefix { $0 == " " }.count
    let rest = line.dropFirst(blanks)
    let run = rest.prefix { $0 == mark }.count
    return blanks < 4 && run >= count && rest.dropFirst(run).trimmingBlanks.isEmpty
  }
}

extension Substring {
  fileprivate var trimmingBlanks: String {
    var text = self
    while text.last == " " || text.last == "\t" { text.removeLast() }
    return String(text.drop { $0 == " " || $0 == "\t" })
  }
}
