/// Words of command lines, as a shell reads them.
package enum ShellText {
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
