import FlowLanguage
import Testing

@Suite("Axes of values")
struct AxisTests {
  private func checked(_ text: String) throws -> CheckedFile {
    let check = FlowFile.parse(text, name: "f").check()
    #expect(check.diagnostics.map(\.text) == [])
    return try #require(check.file)
  }

  /// The axes of every part of a term that is no name and no number, inner ones first.
  private func axes(_ term: Term, in file: CheckedFile) -> [String] {
    let inner = term.kind.parts.flatMap { axes($0, in: file) }
    switch term.kind {
    case .declared, .number: return inner
    default:
      let own = file.axes(of: term).map { axis in
        switch axis {
        case .point: "point"
        case .index(let index, let size): "\(file.indices[index].name)<=\(size)"
        case .position(let position, let size): "\(position)<=\(size)"
        }
      }
      return inner + [own.joined(separator: " ")]
    }
  }

  @Test("indices are free inside their sum, positions are those of the array")
  func indices() throws {
    let file = try checked("dim n\nparam A[n,2], B[3,2]\nmodel T[i,j] = sum(r: A[i,r]*B[j,r]) + B[j,1]")
    let model = file.declarations[try #require(file.model)]
    #expect(model.shape.description == "n × 3")
    #expect(file.indices.map { "\($0.name) \($0.size)" } == ["i n", "j 3", "r 2"])
    #expect(
      axes(try #require(model.value), in: file) == [
        "i<=n r<=2", "j<=3 r<=2", "i<=n j<=3 r<=2", "i<=n j<=3", "j<=3", "i<=n j<=3",
      ])
  }

  @Test("free indices stand in the order of their sums, not of their use")
  func order() throws {
    let file = try checked("param A[2,3]\nlet z[i,j] = A[i,j]\nlet y[j,i] = A[i,j]")
    #expect(try axes(#require(file.declarations[1].value), in: file) == ["i<=2 j<=3"])
    #expect(try axes(#require(file.declarations[2].value), in: file) == ["j<=3 i<=2"])
    #expect(file.declarations[2].shape.description == "3 × 2")
  }

  @Test("matrices, columns and rows")
  func matrices() throws {
    func axes(_ formula: String) throws -> [String] {
      let file = try checked("dim n, m\nparam A[n,m], x[m], y[n]\nlet z = \(formula)")
      return self.axes(try #require(file.declarations.last?.value), in: file)
    }
    #expect(try axes("A*x") == ["0<=n"])
    #expect(try axes("y'*A*x") == ["0<=n", ""])
    #expect(try axes("y*x'") == ["0<=m", "0<=n 1<=m"])
    #expect(try axes("sum(i: A[i,:]*y[i])") == ["i<=n 0<=m", "i<=n", "i<=n 0<=m", "0<=m"])
    #expect(try axes("einsum(\"ij,i->j\", A, y)") == ["0<=m"])
    #expect(try axes("diag(x)") == ["0<=m 1<=m"])
    #expect(try axes("tanh(A*x) .* y") == ["0<=n", "0<=n", "0<=n"])
    #expect(try axes("(A'*A)^3") == ["0<=m 1<=n", "0<=m 1<=m", "0<=m 1<=m"])
    #expect(try axes("[1, 2; 3, 4]") == ["0<=2 1<=2"])
    #expect(try axes("[1; 2; 3]") == ["0<=3"])
  }

  @Test("how factors are joined, from left to right")
  func joints() throws {
    func joints(_ formula: String) throws -> [Term.Joint] {
      let file = try checked("dim n, m\nparam A[n,m], x[m], y[n], s\nlet z = \(formula)")
      guard case .product(_, let factors) = try #require(file.declarations.last?.value).kind else { return [] }
      return factors.map(\.joint)
    }
    #expect(try joints("2*A*x") == [.scaled, .matrix])
    #expect(try joints("y*x'*x") == [.outer, .matrix])
    #expect(try joints("y'*A*x*x") == [.matrix, .matrix, .scaled])
    #expect(try joints("x .* x ./ x/s") == [.entrywise, .entrywiseQuotient, .quotient])
    #expect(try joints("s .* x ./ s") == [.scaled, .quotient])
    #expect(try joints("s ./ x") == [.entrywiseQuotient])
  }

  @Test("what depends on a data point has an axis for them")
  func points() throws {
    let file = try checked(
      "param W[2,3]\ninput x[3]\ndata y[2]\nmodel f = W*x\nloss norm2(f - y)/2\nclaim nonincreasing loss")
    #expect(axes(try #require(file.declarations.last?.value), in: file) == ["point 0<=2"])
    #expect(axes(try #require(file.loss), in: file) == ["point 0<=2", "point", "point"])
    guard case .nonincreasing(let loss, _) = file.claims[0].form else { return }
    #expect(!loss.isBatched)
  }

  @Test("places of entries")
  func places() throws {
    let file = try checked("dim n, k = 2\nparam A[n,3]\nlet a = A[n,k]\nlet b = sum(i: A[i,:])")
    guard case .entry(_, let places) = try #require(file.declarations[1].value).kind,
      case .indexSum(let indices, let body) = try #require(file.declarations[2].value).kind,
      case .entry(_, let others) = body.kind
    else {
      Issue.record("these are no entries")
      return
    }
    #expect(places == [.last("n"), .at(2)])
    #expect(others == [.index(indices[0]), .whole])
    #expect(file.declarations[2].shape.description == "a vector of 3")
  }

  @Test("a matrix takes whole powers, of numbers and of sizes")
  func powers() {
    func isRead(_ exponent: String) -> Bool {
      FlowFile.parse("dim n, k = 4\nparam A[2,2], s\nlet z = A^\(exponent)", name: "f").check().file != nil
    }
    for exponent in ["3", "0", "(4/2)", "n", "(n + 1)", "(2^3)", "(2^n)", "(1/2 + 3/2)", "(-(-2))", "(k/2)"] {
      #expect(isRead(exponent), "\(exponent)")
    }
    for exponent in ["-1", "0.5", "(k/3)", "(2^0.5)", "(2^-1)", "(1 - k)", "s", "I(2)", "(9e18*9e18)"] {
      #expect(!isRead(exponent), "\(exponent)")
    }
  }
}
