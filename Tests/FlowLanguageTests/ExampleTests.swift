import FlowLanguage
import Foundation
import Testing

@Suite("Examples of the language")
struct ExampleTests {
  private func checked(_ name: String, sizes: [String: Int] = [:]) throws -> CheckedFile {
    let text = try #require((Examples.all + Examples.others).first { $0.name == name }?.text)
    return try #require(FlowFile.parse(text, name: name).check(sizes: sizes).file)
  }

  @Test("every example parses and resolves", arguments: Examples.all + Examples.others)
  func resolves(_ example: (name: String, text: String)) {
    let check = FlowFile.parse(example.text, name: example.name).check()
    #expect(check.diagnostics.map(\.text) == [])
    #expect(check.file != nil)
  }

  /// Shapes of everything declared, by hand.
  private static let shapes: [(example: String, shapes: [(String, String)])] = [
    ("matrix", [("U", "n × r"), ("V", "m × r"), ("X", "n × m")]),
    ("chain", [("W1", "b × a"), ("W2", "c × b"), ("W3", "d × c"), ("W", "d × a")]),
    ("decay", [("lambda", "a number"), ("U", "n × r"), ("V", "m × r"), ("X", "n × m")]),
    ("momentum", [("tau", "a number"), ("W1", "b × a"), ("W2", "c × b"), ("W", "c × a")]),
    ("cp", [("A", "3 × 2"), ("B", "3 × 2"), ("C", "3 × 2"), ("T", "3 × 3 × 3")]),
    ("hidden-entry", [("W1", "2 × 2"), ("W2", "2 × 2"), ("W", "2 × 2")]),
    ("diagonal", [("u", "a vector of 3"), ("v", "a vector of 3"), ("y", "a vector of 3"), ("f", "a vector of 3")]),
    ("own-field", [("x", "a number"), ("y", "a number")]),
    ("swiglu", [("x", "a vector of 3"), ("G", "3 × 3"), ("U", "3 × 3"), ("O", "2 × 3"), ("f", "a vector of 2")]),
    (
      "attention",
      [
        ("x", "a vector of 3"), ("y", "a vector of 3"), ("z", "a vector of 3"), ("Q", "2 × 3"), ("K", "2 × 3"),
        ("V", "2 × 3"), ("O", "3 × 2"), ("q", "a vector of 2"), ("a", "a vector of 3"), ("f", "a vector of 3"),
      ]
    ),
    ("mirror", [("u", "a vector of 3"), ("v", "a vector of 3"), ("f", "a vector of 3")]),
    ("tied", [("E", "n × r"), ("W", "r × r"), ("X", "n × n")]),
    (
      "convolutions",
      [
        ("x", "a vector of 8"), ("y", "a vector of 4"), ("u", "a vector of 3"), ("v", "a vector of 3"),
        ("h", "a vector of 6"), ("f", "a vector of 4"),
      ]
    ),
    (
      "blocks",
      [
        ("x", "a vector of 3"), ("y", "a vector of 3"), ("W", "2 × 3"), ("b", "a vector of 2"), ("V", "3 × 2"),
        ("f", "a vector of 3"),
      ]
    ),
  ]

  @Test("declarations have the right shapes")
  func declarations() throws {
    #expect(Self.shapes.map(\.example) == Examples.all.map(\.name))
    for (example, shapes) in Self.shapes {
      let found = try checked(example).declarations.map { "\($0.name): \($0.shape)" }
      #expect(found == shapes.map { "\($0): \($1)" }, "\(example)")
    }
  }

  /// Shapes of what is claimed to be conserved or to decay, by hand.
  @Test(
    "claims have the right shapes",
    arguments: [
      ("matrix", ["r × r"]), ("chain", ["b × b", "c × c", "a number"]), ("decay", ["r × r", "r × r"]),
      ("momentum", ["b × b", "b × b"]), ("cp", ["a number", "a number"]), ("diagonal", ["a number"]),
      ("attention", ["2 × 2", "2 × 2", "a number"]), ("mirror", ["a vector of 3", "a number"]),
      ("tied", ["r × r", "r × r"]), ("swiglu", ["a number", "a number"]),
    ])
  func claims(_ example: (name: String, shapes: [String])) throws {
    let found = try checked(example.name).claims.compactMap { claim -> String? in
      switch claim.form {
      case .conserved(let value, _), .decays(let value, _, _): value.shape.description
      default: nil
      }
    }
    #expect(found == example.shapes)
  }

  @Test("what a file says besides")
  func contents() throws {
    #expect(try checked("matrix").openSizes == ["n", "m", "r"])
    #expect(try checked("matrix").loss == nil)
    #expect(try checked("matrix").flow == .gradient(decay: nil))
    #expect(try checked("mirror").flow == .mirror)
    guard case .gradient(let decay?) = try checked("decay").flow,
      case .momentum(let friction) = try checked("momentum").flow
    else {
      Issue.record("the flows are not what was written")
      return
    }
    #expect(decay.kind == .declared(0) && friction.kind == .declared(0))
    #expect(try checked("decay").declarations[0].role == .constant)
    let field = try checked("own-field")
    guard case .field(let rates) = field.flow else {
      Issue.record("the flow is no field")
      return
    }
    #expect(rates.map(\.name.text) == ["x", "y"])
    #expect(field.model == nil)
    #expect(try checked("hidden-entry").observations.count == 3)
    #expect(try checked("cp").claims.last?.form == .laws(degree: 2, count: 4))
    #expect(try checked("diagonal").loss?.shape == .number)
    let attention = try checked("attention")
    #expect(
      attention.declarations.map(\.isBatched) == [true, true, true, false, false, false, false, true, true, true])
    let all = try checked("growth")
    #expect(all.claims.map(\.label) == ["growth", "end", nil, nil])
    #expect(all.claims.map(\.isScaleLimit) == [true, false, false, false])
    #expect(all.starts.map(\.parameter) == [0, 1, nil])
    #expect(all.claims[1].text == "reaches nuclear(A*B') <= 3 at 12.5 within 0.01")
    #expect(all.observations.map { all.text(of: $0.value) }[1...2] == ["der(A)", "norm(grad(g))"])
    #expect(all.declarations[2].file?.format == .npz(member: "target"))
    #expect(all.declarations[2].file?.path == "data/y.npz")
  }

  @Test("a difference of n × n and m × m is one only where n and m are equal")
  func sizes() throws {
    let text = try #require(Examples.all.first?.text) + "\nclaim conserved U*U' - V*V'"
    let file = FlowFile.parse(text, name: "f")
    #expect(
      file.check().diagnostics.map(\.description) == ["f:5:22: difference of n × n against m × m: sizes n and m differ"]
    )
    #expect(file.check(sizes: ["n": 2, "m": 3]).diagnostics.map(\.position.column) == [22])
    let checked = try #require(file.check(sizes: ["n": 2, "m": 2]).file)
    #expect(checked.openSizes == ["r"])
    #expect(checked.declarations.map(\.shape.description) == ["2 × r", "2 × r", "2 × 2"])
  }

  @Test("sizes given to a check")
  func givenSizes() {
    let file = FlowFile.parse("dim n, m = 3\nparam A[n,m]\nmodel X = A", name: "f")
    func said(_ sizes: [String: Int]) -> [String] { file.check(sizes: sizes).diagnostics.map(\.description) }
    #expect(said([:]) == [] && said(["n": 4]) == [])
    #expect(said(["N": 4]) == ["f:1:1: there is no size 'N' to give a value (did you mean 'n'?)"])
    #expect(said(["m": 4]) == ["f:1:8: size 'm' is 3 in the file and was given the value 4"])
    #expect(said(["n": 0]) == ["f:1:5: size 'n' was given the value 0, allowed 1..2147483647"])
  }

  @Test("the article has the examples, and its errors are said")
  func article() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let path = root.appendingPathComponent("Sources/FlowLanguage/FlowLanguage.docc/Grammar.md").path
    let article = try String(contentsOfFile: path, encoding: .utf8)
    let fences = article.components(separatedBy: "```flow\n").dropFirst().map { $0.components(separatedBy: "\n```")[0] }
    #expect(fences == Examples.all.map(\.text))
    let text = "dim n, m\nparam U[n,m], V[n,m]\nmodel X = U*V\nclaim conservd U'*U"
    let errors = FlowFile.parse(text, name: "bonds.flow").check().diagnostics.map(\.text).joined(separator: "\n")
    #expect(article.contains("```\n\(errors)\n```"))
    for row in FunctionRow.all { #expect(article.contains(row.name.rawValue), "\(row.name)") }
    for word in ["dim", "param", "input", "data", "model", "let", "observe", "loss", "flow", "init", "claim"] {
      #expect(article.contains("\"\(word)\""), "\(word)")
    }
  }
}
