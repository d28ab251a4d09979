import FlowLanguage
import Testing

@Suite("Random files of the language")
struct RandomTests {
  @Test("a printed formula reads as the same formula")
  func formulas() throws {
    var random = Randomness(1)
    for _ in 0..<4000 {
      let expression = random.expression(1 + random.below(6))
      let file = FlowFile.parse("observe \(expression)", name: "f")
      #expect(file.syntaxErrors.map(\.text) == [])
      guard case .observe(let read)? = file.statements.first?.kind else { return }
      #expect(read.map(\.value) == [expression], "\(expression)")
    }
  }

  @Test("a printed statement reads as the same statement")
  func statements() {
    var random = Randomness(2)
    for _ in 0..<4000 {
      let text = random.statement()
      let file = FlowFile.parse(text, name: "f")
      #expect(file.syntaxErrors.map(\.text) == [])
      let again = FlowFile.parse(file.canonicalText, name: "f")
      #expect(again.syntaxErrors.isEmpty && again.statements == file.statements, "\(text)")
      #expect(again.canonicalText == file.canonicalText)
      _ = file.check()
    }
  }

  @Test("a tree differs from that of another text")
  func differences() {
    let texts = [
      "a - b + c", "a - (b + c)", "a*b*c", "a*(b*c)", "-a^2", "(-a)^2", "a^b^c", "(a^b)^c", "a'", "a'*b", "2*U'",
    ]
    let trees = texts.map { FlowFile.parse("observe \($0)", name: "f").statements }
    for i in trees.indices {
      for j in 0..<i { #expect(trees[i] != trees[j], "\(texts[i]) \(texts[j])") }
    }
  }

  /// Whatever is done to an example, it is read or at least one place of it is named.
  @Test("mutated files never crash", arguments: 0..<8)
  func mutations(_ part: Int) {
    var random = Randomness(UInt64(100 + part))
    let texts = (Examples.all + Examples.others).map { Array($0.text.utf8) }
    let pieces = [
      "'", "[", "]", "(", ")", "sum(i: ", "let ", "claim ", "flow ", "\n", "\"", "1e99", "v_", "given ", ";", ":",
      "\u{0}",
      "é", "W", "init = ", "dim n\n", "^-1", ".*", "I(", "det(", "einsum(\"ij->i\", ", "\r", "#",
    ].map { Array($0.utf8) }
    for _ in 0..<1250 {
      var bytes = random.pick(texts)
      for _ in 0...random.below(4) {
        let (place, other) = (random.below(bytes.count + 1), random.below(bytes.count + 1))
        let (low, high) = (min(place, other), min(max(place, other), min(place, other) + 12))
        switch random.below(6) {
        case 0: bytes.removeSubrange(low..<high)
        case 1: bytes.insert(contentsOf: random.pick(pieces), at: place)
        case 2: bytes.insert(contentsOf: bytes[low..<high], at: place)
        case 3: if place < bytes.count { bytes[place] = UInt8(random.below(256)) }
        case 4: bytes.removeSubrange(place...)
        default: bytes += random.pick(texts)
        }
      }
      expectSound(bytes)
    }
  }
}

/// A file is read and checked, or there are errors, all of them in the text.
func expectSound(_ bytes: [UInt8]) {
  let file = FlowFile.parse(bytes, name: "f")
  let check = file.check()
  #expect((check.file == nil) == !check.diagnostics.isEmpty)
  let lines = file.source.lineCount
  for diagnostic in check.diagnostics {
    let excerpt = diagnostic.excerpt.split(separator: "\n", omittingEmptySubsequences: false)
    #expect((1...lines).contains(diagnostic.position.line) && excerpt.count == 2)
    #expect((1...bytes.count + 1).contains(diagnostic.position.column) && !diagnostic.message.isEmpty)
    #expect(diagnostic.text.unicodeScalars.allSatisfy { $0 == "\n" || $0.properties.generalCategory != .control })
  }
  #expect(check.diagnostics.map(\.position) == check.diagnostics.map(\.position).sorted())
  if file.syntaxErrors.isEmpty {
    #expect(FlowFile.parse(file.canonicalText, name: "f").statements == file.statements)
  }
}
