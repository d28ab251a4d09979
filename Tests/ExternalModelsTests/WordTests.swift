import ExternalModels
import Models
import Testing

@Suite("Words of a program")
struct WordTests {
  @Test(
    "are split at blanks, and quotes keep them together",
    arguments: [
      ("python3 model.py", ["python3", "model.py"]), ("  a \t b\n", ["a", "b"]), ("'a b' c", ["a b", "c"]),
      ("\"a b\"c'd e'", ["a bcd e"]), ("a ''", ["a", ""]), (#""a\"b\\c" 'd\e'"#, [#"a"b\c"#, #"d\e"#]),
      (#"a\b"#, [#"a\b"#]),
      // No shell has a part in it.
      ("a $HOME *.py ; rm ~ | `b` && c > d", ["a", "$HOME", "*.py", ";", "rm", "~", "|", "`b`", "&&", "c", ">", "d"]),
    ])
  func split(text: String, words: [String]) throws {
    #expect(try ProgramWords(text).words == words)
  }

  @Test("are refused", arguments: ["", "  ", "'a", "a \"b", "''", "a\0b", String(repeating: "a ", count: 4000)])
  func refused(text: String) {
    #expect(throws: Refusal.self) { try ProgramWords(text) }
  }
}
