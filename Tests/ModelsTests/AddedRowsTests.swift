import Models
import Testing

@Suite("Rows a program adds")
struct AddedRowsTests {
  private let taken = [(text: "taken", origin: "the catalogue's")]
  private func rows() -> AddedRows<String> { AddedRows("thing") { ($0, "my own \($0)") } }

  @Test("are kept in their order")
  func order() throws {
    let added = rows()
    for name in ["b", "a-2", "c3"] { try added.add(name, beside: taken) }
    #expect(added.all == ["b", "a-2", "c3"])
  }

  @Test("are refused where a name is taken, by a sentence that says by whom, and nothing is added")
  func duplicates() throws {
    let added = rows()
    try added.add("a", beside: taken)
    for (name, earlier) in [("taken", "the catalogue's"), ("a", "my own a")] {
      let refusal = #expect(throws: Refusal.self) { try added.add(name, beside: taken) }
      let problem = refusal?.problem ?? ""
      #expect(problem.contains(earlier) && problem.contains("my own \(name)"), "\(problem)")
    }
    #expect(added.all == ["a"])
  }

  @Test(
    "are refused where nobody could type the name",
    arguments: ["", "2d", "-a", "a b", "a,b", "a=b", "a.b", "Law", "law's", "é"])
  func names(_ name: String) {
    let added = rows()
    #expect(throws: Refusal.self) { try added.add(name, beside: taken) }
    #expect(added.all.isEmpty)
  }
}
