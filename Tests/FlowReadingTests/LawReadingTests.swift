import FlowLanguage
import Models
import Testing

/// A checked text; records what is wrong with it.
func checked(_ text: String, sizes: [String: Int] = [:]) throws -> CheckedFile {
  let check = FlowFile.parse(text, name: "f.flow").check(sizes: sizes)
  #expect(check.diagnostics.map(\.text) == [])
  return try #require(check.file)
}

@Suite("What programs of files are")
struct LawReadingTests {
  @Test("balancedness of a matrix factorization")
  func balancedness() throws {
    let file = try checked(
      "dim n, m, r\nparam U[n,r], V[m,r]\nmodel X = U*V'", sizes: ["n": 3, "m": 4, "r": 2])
    let flow = try FlowProgram(file)
    let laws = try flow.program.laws(of: [#require(flow.output)])
    #expect(laws.map(\.statement) == ["−UᵀU + VᵀV is conserved"])
    #expect(flow.program.outputShape == [3, 4] && flow.loss == nil && flow.field == nil && flow.kind == .gradient)
  }

  /// Text of the families and the families: the same nodes, laws and gradients.
  @Test("files of the built-in families are the built-in families")
  func families() throws {
    let tucker = ModelOptions(shape: [4, 3, 5], values: ["core": .integers([2, 3, 2])])
    let members: [(String, Program)] = [
      (
        "param W1[5,4], W2[3,5], W3[6,3]; model W = W3*W2*W1",
        try MatrixFactorization(shape: [6, 4], hiddenWidths: [5, 3]).program
      ),
      ("param W1[3,4]; model W = W1", try MatrixFactorization(shape: [3, 4], hiddenWidths: []).program),
      (
        "param W1[3,3], W2[3,3]; model W[i,j] = sum(k: W2[i,k]*W1[k,j])",
        try MatrixFactorization(shape: [3, 3], hiddenWidths: [3]).program
      ),
      (
        "param A1[4,3], A2[2,3], A3[5,3]; model W[i,j,k] = sum(r: A1[i,r]*A2[j,r]*A3[k,r])",
        try CPFactorization(shape: [4, 2, 5], components: 3).program
      ),
      (
        "param A1[4,3], A2[2,3], A3[5,3]; model W = einsum(\"ir,jr,kr->ijk\", A1, A2, A3)",
        try CPFactorization(shape: [4, 2, 5], components: 3).program
      ),
      (
        "param G[2,3,2], U1[4,2], U2[3,3], U3[5,2]\n"
          + "model W[i,j,k] = sum(a, b, c: G[a,b,c]*U1[i,a]*U2[j,b]*U3[k,c])", try Tucker(tucker).program
      ),
      ("param u[6], v[6]; model w = u .^ 3 - v .^ 3", try DiagonalNetwork(ModelOptions(shape: [6], depth: 3)).program),
      ("param u[6], v[6]; model w = u .* u - v .* v", try DiagonalNetwork(ModelOptions(shape: [6], depth: 2)).program),
    ]
    var random = FormulaGenerator(7)
    for (text, program) in members {
      let flow = try FlowProgram(try checked(text))
      let (output, other) = (try #require(flow.output), try #require(program.output))
      #expect(flow.program.nodes == program.nodes, "\(text)")
      #expect(flow.program.blocks.map(\.name) == program.blocks.map(\.name))
      #expect(try flow.program.laws(of: [output]).map(\.statement) == program.laws(of: [other]).map(\.statement))
      let parameters = random.numbers(program.layout.count)
      let (a, b) = (
        try ProgramEvaluator(flow.program, predictions: output), try ProgramEvaluator(program, predictions: other)
      )
      let weights = random.numbers(a.measurementCount)
      func gradient(_ evaluator: ProgramEvaluator) -> [Double] {
        var result = [Double](repeating: .nan, count: parameters.count)
        evaluator.predictAndPullback(
          parameters, weigh: { _, w in for (k, weight) in weights.enumerated() { w[k] = weight } }, into: &result)
        return result
      }
      expectClose(gradient(a), gradient(b), 1e-14, text)
    }
  }

  /// Blocks and their laws as the examples claim them; of a gated unit and of attention as many as there are.
  @Test("laws of the examples")
  func examples() throws {
    let expected: [Int: [String]] = [
      1: ["−W1W1ᵀ + W2ᵀW2 is conserved", "−W2W2ᵀ + W3ᵀW3 is conserved"],
      8: ["−‖U[k,:]‖² + ‖O[:,k]‖² is conserved for every k"],
      9: ["−QQᵀ + KKᵀ is conserved", "−VVᵀ + OᵀO is conserved"], 11: ["−EᵀE + WWᵀ + WᵀW is conserved"],
    ]
    for (number, statements) in expected {
      let text = try #require(try ExampleReadingTests.texts().dropFirst(number).first)
      let open = try checked(text).openSizes
      let file = try checked(text, sizes: Dictionary(uniqueKeysWithValues: open.map { ($0, 3) }))
      var points: [String: [Double]] = [:]
      for array in file.neededArrays { points[array.name] = Array(repeating: 0.5, count: array.shape.reduce(2, *)) }
      let flow = try FlowProgram(file, points: points.isEmpty ? nil : DataPoints(count: 2, values: points))
      let found = try flow.program.laws(of: [#require(flow.output)])
      #expect(found.map(\.statement) == statements)
    }
  }

  /// A product of sums stays a product; transposes, traces, identities and index sums are labels, not arrays.
  @Test("one product a multilinear term")
  func products() throws {
    func nodes(_ formula: String) throws -> Int {
      let flow = try FlowProgram(try checked("param A[2,3], B[3,4], C[4,2], x[3]; model f = \(formula)"))
      return flow.program.nodes.count - flow.program.blocks.count
    }
    #expect(try nodes("A*B*C") == 1 && nodes("tr(A*B*C)") == 1 && nodes("(A*I(3)*B)'") == 1)
    #expect(try nodes("x'*A'*A*x") == 1 && nodes("A*diag(x)*B") == 1 && nodes("sum(i: A[:,i]*x[i])") == 1)
    #expect(try nodes("A*B - 2*C' + A*diag(x)*B/3") == 1 && nodes("sum(i, j: A[i,j])") == 1)
    // The sum, and the product.
    #expect(try nodes("A*(B + x*x'*B)") == 2)
  }

  @Test("coefficients are exact")
  func coefficients() throws {
    let flow = try FlowProgram(try checked("dim n = 3\nparam s; model f = 0.1*(s - s/3)*n*2^-2 + s^3/0.7"))
    guard case .sum(let products)? = flow.output.map({ flow.program[$0].kind }) else { return }
    #expect(try products.map(\.coefficient) == [Rational(1, 20), Rational(10, 7)])
  }

  @Test("what a loss without a model is made of")
  func outputs() throws {
    let text = "param u[3], v[3]; data y[3] = 1; let f = u.*v\n"
    func output(_ loss: String) throws -> [Int] { try FlowProgram(try checked(text + loss)).program.outputShape }
    #expect(try output("loss 1/2*norm2(f - y)") == [3] && output("loss norm2(f - u)") == [])
    #expect(try output("loss norm2(u)") == [] && output("model X = u*v'\nloss norm2(f - y)") == [3, 3])
    let flow = try FlowProgram(try checked(text + "loss 1/2*norm2(f - y)"))
    #expect(flow.lossProgram?.output == flow.loss && flow.lossProgram?.outputShape == [])
  }
}
