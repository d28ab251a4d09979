import Presentation
import Testing

@Suite("Tables as text")
struct TextTests {
  @Test("the sample table")
  func sample() {
    var table = TextTable(["rtol", "worst drift", "order", "steps", "rejected", "gradients"])
    table.append(["1e-06", "8.4e-11", "", "458", "92", "5955"])
    table.append(["1e-08", "2.5e-12", "0.76", "527", "64", "6852"])
    table.append(["1e-10", "roundoff"])
    #expect(
      table.lines == [
        "     rtol   worst drift   order   steps   rejected   gradients",
        "    1e-06       8.4e-11             458         92        5955",
        "    1e-08       2.5e-12    0.76     527         64        6852",
        "    1e-10      roundoff",
      ])
    #expect(table.text == table.lines.joined(separator: "\n") + "\n")
  }

  @Test("left columns, surplus cells, no columns, characters wider than one byte, control characters")
  func edges() {
    var table = TextTable(["law", "n"], alignments: [.left], indent: 0, separation: 1)
    table.append(["‖W‖", "1", "surplus"])
    table.append(["a\nb", "22"])
    #expect(table.lines == ["law  n", "‖W‖  1", "a b 22"])
    #expect(TextTable([]).text == "\n")
    #expect(TextTable(["a"], indent: -1).lines == ["a"])
  }
}
