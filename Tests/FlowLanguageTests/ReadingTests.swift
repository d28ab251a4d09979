import FlowLanguage
import Testing

@Suite("What formulas are worth")
struct ReadingTests {
  /// Formulas that are equal whatever their names are, written in different ways.
  @Test(
    "identities",
    arguments: [
      ("A*B", "einsum(\"ij,jk->ik\", A, B)"),
      ("(A*B)'", "B'*A'"),
      ("x'*A*y", "sum(i, j: x[i]*A[i,j]*y[j])"),
      ("x'*A*y", "dot(x, A*y)"),
      ("x'*A*y", "tr(A*y*x')"),
      ("x*y'", "einsum(\"i,j->ij\", x, y)"),
      ("y'*A'", "(A*y)'"),
      ("(C + C')^3", "(C + C')*(C + C')*(C + C')"),
      ("C^0", "I(3)"),
      ("2*A - A/2", "1.5*A"),
      ("-s^2*s", "-(s*s*s)"), ("2^-1*s", "s/2"), ("-s^3^0", "-s"), ("x'*x*x'*x", "norm2(x)^2"),
      ("norm2(A)", "tr(A'*A)"),
      ("norm2(A)", "sum(A .* A)"),
      ("norm(A)^2", "sum(i, j: A[i,j]^2)"),
      ("A .^ 3", "A .* A .* A"),
      ("A ./ (1 + s^2)", "A/(1 + s^2)"),
      ("1 ./ exp(x)", "exp(-x)"),
      ("s ./ exp(x) .* exp(x)", "s*[1, 1]"),
      ("diag(x)*x", "x .* x"),
      ("diag(diag(C))", "C .* I(3)"),
      ("A[:,2]", "A*[0, 1, 0]"),
      ("A[1,:]", "A'*[1; 0]"),
      ("A'[3,1]", "A[1,3]"),
      ("sum(j: A[:,j]*B[j,:]')", "A*B"),
      ("sum(j: A[:,j]*y[j])", "A*y"),
      ("sum(i: sum(j: A[i,j]))", "sum(A)"),
      ("sum(i: C[i,i])", "tr(C)"),
      ("einsum(\"ii->i\", C)", "diag(C)"),
      ("einsum(\"ij->\", A)", "sum(A)"),
      ("silu(y)", "y .* sigmoid(y)"),
      ("max(y, 0)", "relu(y)"),
      ("relu(y) - relu(-y)", "y"),
      ("norm1(A)", "sum(abs(A))"),
      ("tanh(A)", "(exp(2*A) - J) ./ (exp(2*A) + J)"),
      ("softmax(A)*[1, 1, 1]", "[1, 1]"),
      ("softmax([y[1], y[2], y[3]])", "exp(y)/sum(exp(y))"),
      ("[1, 2; 3, 4]*[1, 0]", "[1; 3]"),
      ("A[k, n]", "A[2, 3]"),
      ("s*n - k", "3*s - 2"),
      ("P", "A*B"),
      ("P[2,1]", "sum(j: A[2,j]*B[j,1])"),
      ("sum(i: P[i,i])", "tr(B*A)"),
    ])
  func identities(_ sides: (String, String)) throws {
    let text = """
      dim n = 3, k = 2
      param A[k,n], B[n,k], C[3,3], x[2], y[3], s
      data J[2,3] = 1
      let P[i,j] = sum(r: A[i,r]*B[r,j])
      let left = \(sides.0)
      let right = \(sides.1)
      """
    let check = FlowFile.parse(text, name: "f").check()
    #expect(check.diagnostics.map(\.text) == [])
    var random = Randomness(5)
    for _ in 0..<3 {
      let reading = try NaiveReading(try #require(check.file), &random)
      let (left, right) = (reading.declared[8], reading.declared[9])
      #expect(left.shape == right.shape)
      for (a, b) in zip(left.values, right.values) { #expect(abs(a - b) <= 1e-13 * max(1, abs(a)), "\(a) \(b)") }
    }
  }

  @Test("every example has a value of the shape that was inferred", arguments: Examples.all)
  func examples(_ example: (name: String, text: String)) throws {
    let file = FlowFile.parse(example.text, name: example.name)
    let open = try #require(file.check().file).openSizes
    let sizes = Dictionary(uniqueKeysWithValues: open.enumerated().map { ($0.element, $0.offset + 2) })
    let checked = try #require(file.check(sizes: sizes).file)
    var random = Randomness(6)
    let reading = try NaiveReading(checked, &random)
    if let model = checked.model { #expect(!reading.declared[model].values.contains { $0.isNaN }) }
    for claim in checked.claims {
      guard case .conserved(let value, _) = claim.form else { continue }
      #expect(try reading.value(value).values.count > 0)
    }
  }
}
