import FlowLanguage
import Testing

@Suite("Limits of the language")
struct LimitTests {
  private func said(_ text: String) -> [String] {
    FlowFile.parse(text, name: "f").check().diagnostics.map { String($0.description.dropFirst(2)) }
  }

  private static let tooDeep = "nested more than 64 deep (give a part a name with let)"

  @Test("what is nested without end is refused")
  func nesting() {
    func repeated(_ text: String) -> String { String(repeating: text, count: 100_000) }
    #expect(said("let a = " + repeated("(") + "1" + repeated(")")) == ["1:73: \(Self.tooDeep)"])
    #expect(said("let a = " + repeated("[")) == ["1:73: \(Self.tooDeep)"])
    #expect(said("let a = " + repeated("-") + "1") == ["1:73: \(Self.tooDeep)"])
    #expect(said("let a = " + repeated("abs(")) == ["1:265: \(Self.tooDeep)"])
    #expect(said("let a = " + repeated("2^") + "1") == ["1:137: \(Self.tooDeep)"])
    let tooHigh = Self.tooDeep.replacing("64", with: "100")
    for (text, message) in [
      ("u" + repeated("'"), tooHigh), ("u" + repeated("[1]"), tooHigh), ("u" + repeated("[u"), Self.tooDeep),
      (repeated("sum(i: "), Self.tooDeep),
    ] {
      let messages = said("param u[2]; let a = " + text)
      #expect(messages.count == 1 && messages[0].hasSuffix(message), "\(text.prefix(10))")
    }
    #expect(said("param u[2]; let a = u" + String(repeating: "'", count: 99)) == [])
    #expect(said("param u[2]; let a = u" + String(repeating: "'", count: 100)) == ["1:21: \(tooHigh)"])
    // As deep as allowed, printed and read again.
    let deep = "let a = " + String(repeating: "(", count: 63) + "1" + String(repeating: ")", count: 63)
    #expect(said(deep) == [])
    let nested = "let a = " + String(repeating: "tr(2*(1 + ", count: 30) + "1" + String(repeating: "))", count: 30)
    let file = FlowFile.parse(nested, name: "f")
    #expect(FlowFile.parse(file.canonicalText, name: "f").statements == file.statements && file.statements.count == 1)
  }

  @Test("what is long is not deep")
  func length() {
    let terms = String(repeating: " + a*a", count: 50_000)
    #expect(said("param a\nmodel X = a\(terms)\nclaim conserved X") == [])
    #expect(said("param a\nobserve a" + String(repeating: ", a", count: 50_000)) == [])
    #expect(said(String(repeating: "param a", count: 50_000)).count == 1)
    let name = String(repeating: "n", count: 1_000_000)
    #expect(said("dim \(name)\nparam A[\(name)], B[\(name)m]").count == 1)
    #expect(said("observe x\(name)") == ["1:9: unknown name 'x\(name.prefix(39))…'"])
  }

  @Test("numbers of any size")
  func numbers() {
    #expect(said("let a = 1e99999999999999999999").count == 1)
    #expect(said("param a[2], b\nlet c = b^1e9").count == 1)
    #expect(said("param a[99999999999999999999]") == ["1:9: 99999999999999999999 is larger than 2147483647"])
    #expect(said("param a[2147483647, 2147483647, 2147483647]\nlet b = tr(a)").count == 1)
    #expect(said("param a[" + String(repeating: "1,", count: 16) + "1]") == ["1:7: 'a' has 17 axes, allowed are 16"])
    let indices = (0..<65).map { "i\($0)" }.joined(separator: ", ")
    #expect(
      said("param u[2]; let a = sum(\(indices): u[i0])").map { $0.split(separator: ": ")[1] } == [
        "a formula has more than 64 indices (give a part a name with let)"
      ])
  }

  /// A file of n lines with names of its own, one in ten wrong.
  private func file(_ lines: Int) -> FlowFile {
    var text = "param u[3]\n"
    for k in 0..<lines {
      text +=
        k % 10 == 9
        ? "let b\(k) = u + zz\(k)*\n"
        : "let a\(k) = \(k % 10 == 0 ? "u" : "a\(k - 1)") .* u + u - missing\(k % 7 == 0 ? "" : "' ")\n"
    }
    return FlowFile.parse(text, name: "f")
  }

  @Test("work grows with the length of a file")
  func linearWork() {
    func work(_ lines: Int) -> (reading: Int, checking: Int, errors: Int) {
      let file = file(lines)
      let check = file.check()
      return (file.steps, check.steps, check.diagnostics.count)
    }
    let (small, large) = (work(1000), work(10_000))
    #expect(small.errors == 1000 && large.errors == 10_000)
    // Ten times the lines, whose names are a letter longer.
    #expect(large.reading < 12 * small.reading && large.reading > 8 * small.reading)
    #expect(large.checking <= 10 * small.checking + 10)
    // A character is looked at a few times.
    #expect(large.reading < 3 * 10_000 * 40)
  }

  @Test("a line with many errors reports the first ones")
  func manyErrors() {
    #expect(said("observe " + (0..<100).map { "x\($0)" }.joined(separator: ", ")).count == 10)
    #expect(said(String(repeating: "observe x;", count: 10_000) + "observe x").count == 10)
  }

  @Test("names are proposed as long as that is cheap")
  func proposals() {
    var text = "param u\n"
    for k in 0..<3000 { text += "let name\(k)a = u\nobserve name\(k)b\n" }
    let diagnostics = FlowFile.parse(text, name: "f").check().diagnostics
    #expect(diagnostics.count == 3000)
    #expect(diagnostics.first?.hint == "did you mean 'name0a'?" && diagnostics.last?.hint == nil)
  }
}
