import Models

/// A command line of a notebook as words: quoted as a shell quotes, and nothing else that a shell does.
struct NotebookCommand {
  /// The words after `flowcheck`.
  let arguments: [String]
  /// Whether it asks for the status of the command before: `echo $?`.
  let asksForStatus: Bool

  /// Flags that start a program, which a notebook may only do where whoever checks it says so.
  private static let starting: Set<String> = ["--program", "--allow-program"]

  /// - Throws: ``Refusal`` for a line that is no command of flowcheck's, or one that would leave the notebook's folder.
  init(_ command: Notebook.Command, path: String, allowsPrograms: Bool) throws(Refusal) {
    let place = "\(path):\(command.line)"
    if command.text.isEmpty {
      throw Refusal("\(place): a console cell begins with '$ ' and a command", remedy: "write '$ flowcheck …' above it")
    }
    if command.text.split(separator: " ") == ["echo", "$?"] {
      (arguments, asksForStatus) = ([], true)
      return
    }
    var words = try Self.words(command.text, place: place)
    guard words.first == "flowcheck" else {
      throw Refusal(
        "\(place): '\(words.first ?? "")' is not flowcheck",
        remedy: "a cell runs flowcheck alone, so that checking a file starts nothing else")
    }
    words.removeFirst()
    for word in words {
      if !allowsPrograms, Self.starting.contains(where: { word == $0 || word.hasPrefix("\($0)=") }) {
        throw Refusal("\(place): \(word) starts a program", remedy: "add --allow-program to check the notebook")
      }
      let value =
        word.hasPrefix("--") ? word.split(separator: "=", maxSplits: 1).dropFirst().first.map(String.init) ?? "" : word
      let leaves = value.hasPrefix("/") || value.split(separator: "/").contains("..") || value.hasPrefix("~")
      guard !leaves else {
        throw Refusal(
          "\(place): '\(word)' leaves the notebook's folder",
          remedy: "name files beside the notebook, or below its project")
      }
    }
    if words.first == "notebook" {
      throw Refusal("\(place): a notebook does not check notebooks", remedy: "drop the command")
    }
    (arguments, asksForStatus) = (words, false)
  }

  /// Words between blanks; quotes and backslashes as in a shell.
  private static func words(_ text: String, place: String) throws(Refusal) -> [String] {
    var words: [String] = []
    var word: String?
    var rest = text[...]
    while let character = rest.popFirst() {
      switch character {
      case " ", "\t":
        if let done = word { words.append(done) }
        word = nil
      case "'", "\"":
        var quoted = word ?? ""
        while let next = rest.popFirst(), next != character {
          if character == "\"", next == "\\", let escaped = rest.first, "\"\\$`".contains(escaped) {
            quoted.append(escaped)
            rest.removeFirst()
          } else {
            if character == "\"", next == "$" || next == "`" { throw shell(next, place) }
            quoted.append(next)
          }
          if rest.isEmpty { throw Refusal("\(place): a quote is not closed", remedy: "close it") }
        }
        word = quoted
      case "\\":
        guard let escaped = rest.popFirst() else {
          throw Refusal("\(place): nothing follows the backslash", remedy: "drop it")
        }
        word = (word ?? "") + String(escaped)
      case "|", ">", "<", "&", ";", "$", "`", "*", "?", "(", ")", "\n": throw shell(character, place)
      default: word = (word ?? "") + String(character)
      }
    }
    if let word { words.append(word) }
    return words
  }

  private static func shell(_ character: Character, _ place: String) -> Refusal {
    Refusal("\(place): '\(character)' is for a shell, and there is none here", remedy: "quote it, or leave it out")
  }
}
