import Foundation
import Testing

/// Swift cells: one program against the checkout, compiled only where that is allowed, whose errors name the notebook's lines.
///
/// Objects of a sanitizer's build do not link with code that is compiled without it.
@Suite("notebook: Swift cells", .enabled(if: Tool.path.contains("/.build/")))
struct NotebookCellTests {
  private static let text = """
    # Laws

    ```swift
    import Models
    var program = Program()
    let (a, b) = (try program.block("a", [2]), try program.block("b", [2]))
    ```

    ```swift
    try program.setOutput(program.einsum("i,i->i", [a, b]))
    print(1.0 / 3, try Model("mine", program).laws[0].statement)
    ```

    ```output
    ```

    ```swift
    print("last")
    ```

    ```output
    ```

    """

  private static let allowed = ["--allow-program", "n.md"]

  @Test("cells share their names, and each output block holds what was printed before it")
  func cells() throws {
    let folder = try Folder()
    try folder.write(Self.text, to: "n.md")
    let unasked = try Tool.run(["notebook", "check", "n.md"], in: folder)
    #expect(unasked.status == 2 && unasked.output.contains("n.md:3: a Swift cell, which is a program"), "\(unasked)")
    let updated = try Tool.run(["notebook", "update"] + Self.allowed, in: folder)
    #expect(updated.status == 0 && updated.output.contains("2 places changed"), "\(updated)")
    let text = try folder.text("n.md")
    #expect(
      text.contains("```output\n0.3333333333333333 −‖a[k]‖² + ‖b[k]‖² is conserved for every k\n```"), "\(text)")
    #expect(text.contains("```output\nlast\n```"))
    let again = try Tool.run(["notebook", "update"] + Self.allowed, in: folder)
    #expect(try again.output.contains("nothing to change") && folder.text("n.md") == text, "\(again)")
    try folder.write(text.replacing("0.3333333333333333", with: "0.3333333333333335"), to: "n.md")
    let stale = try Tool.run(["notebook", "check"] + Self.allowed, in: folder)
    #expect(stale.status == 1 && stale.output.contains("n.md:15: recorded  0.3333333333333335"), "\(stale)")
  }

  @Test("without a compiler cells are told as not run, and nothing else changes")
  func noCompiler() throws {
    let folder = try Folder()
    try folder.write(Self.text + "```console\n$ flowcheck --version\n```\n", to: "n.md")
    let ending = try Tool.shell("PATH=/none \"$F\" notebook update --allow-program n.md", in: folder)
    #expect(ending.status == 2 && ending.output.contains("n.md:3: a Swift cell, which needs swiftc"), "\(ending)")
    let text = try folder.text("n.md")
    #expect(text.contains("```output\n```") && !text.contains("--version\n```"), "\(text)")
  }

  @Test(
    "what does not compile, or ends early, is told with its line",
    arguments: [
      ("let x: Int = \"a\"", ["n.md:5:", "cannot convert"]),
      ("fatalError(\"so it ends\")", ["n.md:3", "within this cell"]),
    ])
  func failure(line: String, words: [String]) throws {
    let folder = try Folder()
    try folder.write("a\n\n```swift\nprint(1)\n\(line)\n```\n", to: "n.md")
    try expectRefusal(["notebook", "check"] + Self.allowed, words, in: folder)
    #expect(folder.names == ["n.md"])
  }
}
