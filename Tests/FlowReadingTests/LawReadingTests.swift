import FlowLanguage
import Models
import Testing

/// A checked text; records what is wrong with it.
func checked(_ text: String, sizes: [String: Int] = [:]) throws -> CheckedFile {
  let check = FlowFile.parse(text, name: "f.flow").check(sizes: sizes)
  #expect(check.diagnostics.map(\.text) == [])
  return try #require(check.file)
}

@Suite("Laws of what a file says")
struct LawReadingTests {
  @Test("balancedness of a matrix factorization")
  func balancedness() throws {
    let file = try checked(
      "dim n, m, r\nparam U[n,r], V[m,r]\nmodel X = U*V'", sizes: ["n": 3, "m": 4, "r": 2])
    let flow = try FlowProgram(file)
    let laws = try flow.program.laws(of: [#require(flow.output)])
    #expect(laws.map(\.statement) == ["−UᵀU + VᵀV is conserved"])
  }
}
