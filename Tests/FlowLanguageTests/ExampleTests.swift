import FlowLanguage
import Testing

@Suite("Examples of the language")
struct ExampleTests {
  @Test("every example parses and resolves", arguments: Examples.all + Examples.others)
  func resolves(_ example: (name: String, text: String)) {
    let file = FlowFile.parse(example.text, name: example.name)
    let check = file.check()
    #expect(check.diagnostics.map(\.text) == [])
    #expect(check.file != nil)
  }
}
