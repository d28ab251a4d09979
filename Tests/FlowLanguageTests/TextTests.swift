import FlowLanguage
import Testing

@Suite("Texts of the language")
struct TextTests {
  private func said(_ bytes: [UInt8]) -> [String] {
    FlowFile.parse(bytes, name: "f").check().diagnostics.map { String($0.description.dropFirst(2)) }
  }

  private func said(_ text: String) -> [String] { said(Array(text.utf8)) }

  @Test("line ends, a byte-order mark, tabs, remarks, no-break spaces", arguments: ["\n", "\r\n", "\r"])
  func lines(_ end: String) {
    let lines = [
      "\u{FEFF}dim\tn # a size", "", "  # nothing; here", "param A[n,\u{A0}2];model X = A", "let B = A*A", "",
    ]
    let file = FlowFile.parse(lines.joined(separator: end), name: "f")
    #expect(file.source.lineCount == 6)
    #expect(file.statements.map(\.description) == ["dim n", "param A[n, 2]", "model X = A", "let B = A*A"])
    #expect(file.check().diagnostics.map(\.description) == ["f:5:10: matrix product: inner sizes 2 and n differ"])
    #expect(file.check().diagnostics.map(\.excerpt) == ["let B = A*A\n         ^"])
  }

  @Test("the caret stands under the place: behind a tab, letters of several bytes and marks, in a long line")
  func excerpts() throws {
    func excerpt(_ text: String) throws -> String {
      try #require(FlowFile.parse(text, name: "f").check().diagnostics.first).excerpt
    }
    #expect(try excerpt("\tobserve é, x") == " observe é, x\n         ^")
    #expect(try excerpt("param é; observe é, x") == "param é; observe é, x\n                    ^")
    #expect(try excerpt("param e\u{301}; observe x") == "param e\u{301}; observe x\n                 ^")
    #expect(try excerpt("observe x\u{1B}[2J") == "observe x\u{FFFD}[2J\n         ^")
    let long = "param a; observe " + String(repeating: "a + ", count: 1000) + "b + a"
    let shown = try excerpt(long).split(separator: "\n").map(Array.init)
    #expect(shown[0].count <= 102 && shown[0][shown[1].count - 1] == "b" && shown[1].last == "^")
  }

  @Test("names in any script; equal ones are equal however they are encoded")
  func names() {
    #expect(said("param λ, Wᵢ, W₁, größe, 重み[2]\nmodel 出力 = λ*重み*größe*W₁\nclaim conserved 出力") == [])
    #expect(said("param \u{E9}\nmodel m = e\u{301}") == [])
    #expect(said("param 1a") == ["1:7: '1a' is not a number (a product is written 1*a)"])
  }

  @Test("what is no text is named with its place")
  func bytes() {
    #expect(said([0x64, 0x69, 0x6D, 0x20, 0xFF]) == ["1:5: bytes that are not UTF-8 (save the file as UTF-8)"])
    #expect(
      said(Array("dim n\ndim m # ".utf8) + [0xC3, 0x28]) == ["2:9: bytes that are not UTF-8 (save the file as UTF-8)"])
    #expect(
      said(Array("data y[2] from \"".utf8) + [0xE2, 0x82]) == [
        "1:17: bytes that are not UTF-8 (save the file as UTF-8)"
      ])
    // An overlong form, a surrogate, a number above the last character.
    for bytes: [UInt8] in [[0xC0, 0xAF], [0xE0, 0x80, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x80]] {
      #expect(said(bytes) == ["1:1: bytes that are not UTF-8 (save the file as UTF-8)"])
    }
    #expect(
      said("dim n\nparam\0A\nmodel X = A") == [
        "2:6: a NUL byte: this is not a text file (check that this is the file you meant, saved as UTF-8)"
      ])
    #expect(
      said("") == [] && said("\u{FEFF}") == [] && said("#") == []
        && said(" ;") == [
          "1:2: expected a statement (dim, param, ...), found ';'"
        ])
  }

  @Test("the first line may say the version")
  func version() {
    #expect(said("# a remark\nflow 1\nflow mirror") == [])
    #expect(said("flow 2") == ["1:6: version 2 of the language is not known (write flow 1)"])
  }

  @Test("a sum of indices is told from a sum of entries, a prime from a transpose")
  func ambiguities() {
    let text = """
      param A[2,2], x[2]
      let a = sum(A)
      let b = sum(i, j: A[i,j]*x[j])
      let c = 2*A'*x'' + x
      let d = x'*A*x - x'*x*x'*x
      let e = -x'*x^2*2
      flow A' = A', x' = -x
      """
    #expect(said(text.replacingOccurrences("x^2*2", "2")) == [])
    let file = FlowFile.parse(text.replacingOccurrences("x^2*2", "2"), name: "f")
    #expect(
      file.check().file?.declarations.map(\.shape.description) == [
        "2 × 2", "a vector of 2", "a number", "a number", "a vector of 2", "a number", "a row of 2",
      ])
    #expect(said(text).count == 1)
  }

  @Test("a term has its parentheses, a name stands where it stands")
  func parentheses() throws {
    let text = "param A[2,2]\nobserve (A + A')*(A), ((A)), -(A - A')', (1 + 2)*A"
    let file = try #require(FlowFile.parse(text, name: "f").check().file)
    #expect(
      file.observations.map { file.text(of: $0.value) } == ["(A + A')*(A)", "A", "-(A - A')'", "(1 + 2)*A"])
    guard case .product(let first, _) = file.observations[0].value.kind else { return }
    #expect(file.text(of: first) == "(A + A')")
    #expect(
      said("param A[2,2], b\nlet x = A*(A + b)") == [
        "2:14: sum of 2 × 2 against a number (a multiple of the identity is written 2*I(2))"
      ])
    #expect(
      said("param A[2,2], B[3,3]\nlet x = A*(B + B)") == [
        "2:10: matrix product of shapes (2, 2) and (3, 3): inner sizes 2 and 3 differ"
      ])
    #expect(said("param A[2,2], B[3,3]\nlet x = A + ((B))*B*(A)").count == 1)
  }

  @Test("numbers are exact")
  func numbers() {
    func fraction(_ text: String) -> [Int]? { ExactNumber(text).map { [$0.numerator, $0.denominator] } }
    #expect(fraction("0.05") == [1, 20] && fraction("0.1") == [1, 10] && fraction("2.50") == [5, 2])
    #expect(fraction("1e3") == [1000, 1] && fraction("1.5e1") == [15, 1] && fraction("12E-1") == [6, 5])
    #expect(fraction("0") == [0, 1] && fraction("0e99999999999999999999") == [0, 1] && fraction("-0.25") == [-1, 4])
    #expect(fraction("9223372036854775807") == [Int.max, 1] && fraction("9223372036854775808") == nil)
    #expect(fraction("5e-19") == [1, 2_000_000_000_000_000_000] && fraction("1e-19") == nil)
    #expect(fraction("1e18") == [1_000_000_000_000_000_000, 1] && fraction("1e19") == nil)
    #expect(fraction("1.000000000000000000000000000") == [1, 1] && fraction("100000000000000000000e-20") == [1, 1])
    #expect(fraction("1e10000000000") == nil && fraction("1e-10000000000") == nil)
    #expect(fraction("1" + String(repeating: "0", count: 100_000)) == nil)
    #expect(fraction("0." + String(repeating: "0", count: 100_000)) == [0, 1])
    for text in ["", ".", "1.", ".5", "1e", "1e+", "--1", "+1", "1_0", "0x1", "1 ", "١"] {
      #expect(fraction(text) == nil)
    }
    var random = Randomness(3)
    for _ in 0..<1000 {
      let (mantissa, exponent) = (random.below(100_000), random.below(13) - 6)
      let number = ExactNumber("\(mantissa)e\(exponent)")
      // a/b = m 10^e, multiplied out; parts without a common divisor.
      let (up, down) = (power(10, max(exponent, 0)), power(10, max(-exponent, 0)))
      #expect(number.map { $0.numerator * down == mantissa * up * $0.denominator } == true)
      #expect(number.map { gcd($0.numerator, $0.denominator) == 1 } == true)
    }
  }

  private func power(_ base: Int, _ exponent: Int) -> Int { (0..<exponent).reduce(1) { result, _ in result * base } }

  private func gcd(_ a: Int, _ b: Int) -> Int { b == 0 ? a : gcd(b, a % b) }
}

extension String {
  fileprivate func replacingOccurrences(_ part: String, _ other: String) -> String {
    split(separator: part, omittingEmptySubsequences: false).joined(separator: other)
  }
}
