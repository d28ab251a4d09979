import Foundation
import Testing
import Workbench

/// Notebooks as texts, and what counts as recorded.
@Suite("Notebooks")
struct NotebookTests {
  @Test("a notebook is written as it was read, whatever stands in it")
  func wholeness() throws {
    let folder = URL(fileURLWithPath: CommandLine.root + "/notebooks-md")
    var texts = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .filter { $0.pathExtension == "md" }.map { try String(contentsOf: $0, encoding: .utf8) }
    #expect(texts.count >= 10)
    texts += [
      "", "\n", "a", "```console\n$ flowcheck list", "```console\n$ flowcheck list \\\n> --json\nx\n```\n",
      "~~~~ console\n$ flowcheck list\n```\n~~~\n~~~~\nend",
      "```toml a.toml\nx = 1\n```\n```swift\nprint(1)\n```\n```output\n1\n```\n",
      "```\n$ no cell\n```\n   ```console\nbefore\n$ flowcheck list\n   ```\n",
      "````md\n```console\n$ flowcheck\n```\n````\n",
    ]
    for text in texts { #expect(Notebook(text, path: "a.md").text == text) }
  }

  @Test("figures are found with their lines")
  func figures() {
    let text =
      "![one](figures/a.svg) and ![two](b.svg)\n\n```console\n$ flowcheck list\n![no](c.svg)\n```\nx ![three](d/e.svg)\n![four](https://x/y.svg)"
    let found = Notebook(text, path: "a.md").figures
    #expect(found.map(\.path) == ["figures/a.svg", "b.svg", "d/e.svg"] && found.map(\.line) == [1, 1, 7])
  }

  @Test(
    "numbers are alike within one unit of the last printed place",
    arguments: [
      ("drift 5.31e-11", "drift 5.32e-11", true), ("drift 5.31e-11", "drift 5.33e-11", false),
      ("drift 5e-11", "drift 4.9e-11", true), ("drift 5e-11", "drift 4.9e-10", false), ("258 steps", "259 steps", true),
      ("258 steps", "260 steps", false), ("0.76", "0.75", true), ("0.76", "0.74", false), ("-0.5", "-0.6", true),
      ("-0.5", "0.5", false), ("9.9e-11", "1e-10", true), ("  1e-06     5e-11    258", "  1e-06  5e-11 258", true),
      ("roundoff", "3e-15", true), ("roundoff", "3e-11", false), ("  roundoff  12", "  9.9e-13  12", true),
      ("8.5e-15", "1.2e-13", true), ("8.5e-15", "1.2e-11", false), ("holds to 1e-10", "violated to 1e-10", false),
      ("W1's rate", "W2's rate", false), ("w00 = 1.0", "w01 = 1.0", false), ("rk8pd", "rk7pd", false),
      ("1e-06", "1e-08", false), ("t = 40", "t = 41", true), ("t = 40", "t = 42", false), ("10×10", "10×12", false),
      ("a line", "a line more", false), ("seed 1", "seed 2", true), ("1e400", "1e400", true),
    ] as [(String, String, Bool)])
  func alike(recorded: String, printed: String, isAlike: Bool) {
    #expect(RecordedText.isAlike(recorded, printed) == isAlike)
    #expect(RecordedText.isAlike(printed, recorded) == isAlike)
  }
}
