/// Words of command lines, as a shell reads them.
package enum ShellText {
  /// The words of this command line, the program by its name alone.
  package static var invocation: [String] { ["flowcheck"] + CommandLine.arguments.dropFirst() }

  /// A line of words as a shell reads it.
  package static func line(_ words: [String]) -> String { words.map(quoted).joined(separator: " ") }

  /// A word that a shell reads as it is: bare where it needs no quotes, otherwise between single quotes.
  package static func quoted(_ word: String) -> String {
    let isPlain =
      !word.isEmpty
      && word.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"):
          true
        default: "-_./:=,+@".utf8.contains(byte)
        }
      }
    if isPlain { return word }
    return "'" + word.replacing("'", with: #"'\''"#) + "'"
  }
}
