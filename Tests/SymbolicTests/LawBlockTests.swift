import FlowLanguage
import Models
import Symbolic
import Testing

/// Counts of blocks that are no polynomials, against the table of modern blocks: laws are proved, and no more exist.
struct LawBlockTests {
  struct Block: CustomTestStringConvertible, Sendable {
    let name: String
    let parameters: Int
    let laws: Int
    let text: String
    var testDescription: String { name }
  }

  static func attention(_ d: Int, _ k: Int, _ v: Int, bias: Bool = false) -> String {
    let (q, key, value, out) =
      bias ? ("(Q*x + p)", "+ b", "+ c", " + o") : ("(Q*x)", "", "", "")
    func score(_ x: String) -> String { "dot(\(q), K*\(x) \(key))" }
    func part(_ k: Int, _ x: String) -> String { "a[\(k)]*(V*\(x) \(value))" }
    return """
      input x[\(d)], y[\(d)], z[\(d)]
      param Q[\(k),\(d)], K[\(k),\(d)], V[\(v),\(d)], O[\(d),\(v)]\(bias ? ", p[\(k)], b[\(k)], c[\(v)], o[\(d)]" : "")
      let a = softmax([\(score("x")), \(score("y")), \(score("z"))])
      model f = O*(\(part(1, "x")) + \(part(2, "y")) + \(part(3, "z")))\(out)
      """
  }

  static let perceptron = "input x[3]\nparam W[4,3], V[2,4]\nmodel f = V*"
  static let biased = "input x[3]\nparam W[4,3], V[2,4], b[4], c[2]\nmodel f = c + V*"
  static let experts = """
    input x[3]
    param U1[2,3], O1[2,2], U2[2,3], O2[2,2], G[2,3]
    let e1 = O1*relu(U1*x)
    let e2 = O2*relu(U2*x)

    """
  static let gated = """
    input x[3]
    param U1[2,3], R1[2,3], O1[2,2], U2[2,3], R2[2,3], O2[2,2], G[2,3]
    let e1 = O1*(silu(R1*x).*(U1*x))
    let e2 = O2*(silu(R2*x).*(U2*x))

    """

  static let batch = """
    input X[3,5]
    data e[5] = [1,1,1,1,1]
    param W[2,3], g[2], V[3,2]

    """

  static let blocks = [
    Block(name: "attention", parameters: 24, laws: 6, text: attention(3, 2, 2)),
    Block(name: "attention with biases", parameters: 33, laws: 8, text: attention(3, 2, 2, bias: true)),
    Block(
      name: "grouped-query attention", parameters: 36, laws: 6,
      text: """
        input x[3], y[3], z[3]
        param Q[2,3], P[2,3], K[2,3], V[2,3], O[3,2], S[3,2]
        let a = softmax([dot(Q*x, K*x), dot(Q*x, K*y), dot(Q*x, K*z)])
        let b = softmax([dot(P*x, K*x), dot(P*x, K*y), dot(P*x, K*z)])
        model f = O*V*(a[1]*x + a[2]*y + a[3]*z) + S*V*(b[1]*x + b[2]*y + b[3]*z)
        """),
    Block(
      name: "attention of two heads", parameters: 48, laws: 12,
      text: """
        input x[3], y[3], z[3]
        param Q[2,3], K[2,3], V[2,3], O[3,2], P[2,3], L[2,3], U[2,3], S[3,2]
        let a = softmax([dot(Q*x, K*x), dot(Q*x, K*y), dot(Q*x, K*z)])
        let b = softmax([dot(P*x, L*x), dot(P*x, L*y), dot(P*x, L*z)])
        model f = O*V*(a[1]*x + a[2]*y + a[3]*z) + S*U*(b[1]*x + b[2]*y + b[3]*z)
        """),
    Block(
      name: "attention with scores over the root of three", parameters: 24, laws: 12,
      text: """
        input x[2], y[2], z[2]
        param Q[3,2], K[3,2], V[3,2], O[2,3]
        let a = softmax([dot(Q*x, K*x), dot(Q*x, K*y), dot(Q*x, K*z)]/sqrt(3))
        model f = O*V*(a[1]*x + a[2]*y + a[3]*z)
        """),
    // Keys and queries turn by rational angles: the score of places i and j is q'R(j − i)k.
    Block(
      name: "rotary attention in one plane", parameters: 8 + 8, laws: 1 + 3,
      text: """
        input x[2], y[2], z[2]
        data R[2,2] = [0.6,-0.8;0.8,0.6], T[2,2] = [-0.28,-0.96;0.96,-0.28]
        param Q[2,2], K[2,2], V[2,2], O[2,2]
        let a = softmax([dot(Q*x, K*x), dot(Q*x, R*K*y), dot(Q*x, T*K*z)])
        model f = O*V*(a[1]*x + a[2]*y + a[3]*z)
        """),
    Block(
      name: "SwiGLU", parameters: 24, laws: 3,
      text: "input x[3]\nparam W[3,3], U[3,3], O[2,3]\nmodel f = O*(silu(W*x).*(U*x))"),
    Block(
      name: "bilinear gate", parameters: 12, laws: 4,
      text: "input x[2]\nparam W[2,2], U[2,2], O[2,2]\nmodel f = O*((W*x).*(U*x))"),
    Block(name: "tanh", parameters: 20, laws: 0, text: perceptron + "tanh(W*x)"),
    Block(name: "sigmoid", parameters: 20, laws: 0, text: perceptron + "sigmoid(W*x)"),
    Block(name: "SiLU", parameters: 20, laws: 0, text: perceptron + "silu(W*x)"),
    Block(name: "tanh with biases", parameters: 26, laws: 0, text: biased + "tanh(W*x + b)"),
    Block(name: "sigmoid with biases", parameters: 26, laws: 0, text: biased + "sigmoid(W*x + b)"),
    Block(name: "SiLU with biases", parameters: 26, laws: 0, text: biased + "silu(W*x + b)"),
    Block(name: "exp with biases", parameters: 26, laws: 4, text: biased + "exp(W*x + b)"),
    Block(
      name: "RMSNorm", parameters: 21, laws: 1,
      text: "input x[3]\nparam W[3,3], g[3], V[3,3]\nmodel f = V*tanh(g.*rmsnorm(W*x))"),
    Block(
      name: "RMSNorm with bias", parameters: 24, laws: 1,
      text: "input x[3]\nparam W[3,3], g[3], V[3,3], b[3]\nmodel f = V*tanh(g.*rmsnorm(W*x + b))"),
    Block(
      name: "LayerNorm", parameters: 21, laws: 4,
      text: "input x[3]\nparam W[3,3], g[3], V[3,3]\nmodel f = V*tanh(g.*layernorm(W*x))"),
    Block(
      name: "LayerNorm with bias", parameters: 24, laws: 5,
      text: "input x[3]\nparam W[3,3], g[3], V[3,3], b[3]\nmodel f = V*tanh(g.*layernorm(W*x + b))"),
    Block(
      name: "gain of a norm before a matrix", parameters: 12, laws: 3,
      text: "input x[3]\nparam g[3], W[3,3]\nmodel f = tanh(W*(g.*rmsnorm(x)))"),
    Block(
      name: "gain of a norm before a matrix with bias", parameters: 18, laws: 3,
      text: "input x[3]\nparam g[3], s[3], W[3,3], b[3]\nmodel f = tanh(W*(g.*rmsnorm(x) + s) + b)"),
    Block(
      name: "BatchNorm", parameters: 14, laws: 2,
      text: batch + "let z = layernorm(W*X)\nmodel f = V*tanh(diag(g)*z)"),
    Block(
      name: "BatchNorm with bias", parameters: 16, laws: 4,
      text: batch.replacing("V[3,2]", with: "V[3,2], b[2]")
        + "let z = layernorm(W*X + b*e')\nmodel f = V*tanh(diag(g)*z)"),
    Block(
      name: "linear attention", parameters: 8, laws: 3,
      text: "input x[2], y[2]\nparam Q[1,2], K[1,2], V[1,2], O[2,1]\nmodel f = O*V*(dot(Q*x, K*x)*x + dot(Q*x, K*y)*y)"),
    Block(
      name: "low rank update of a frozen attention", parameters: 8, laws: 2,
      text: """
        input x[2], y[2], z[2]
        data F[2,2] = [1,2;3,5], H[2,2] = [2,1;1,7]
        param B[2,1], A[1,2], D[2,1], C[1,2]
        let q = (F + B*A)*x
        let a = softmax([dot(q, (H + D*C)*x), dot(q, (H + D*C)*y), dot(q, (H + D*C)*z)])
        model f = a[1]*x + a[2]*y + a[3]*z
        """),
    Block(
      name: "softmax classifier", parameters: 12, laws: 3, text: "input x[3]\nparam W[4,3]\nmodel f = softmax(W*x)"),
    Block(
      name: "softmax classifier with bias", parameters: 16, laws: 4,
      text: "input x[3]\nparam W[4,3], b[4]\nmodel f = softmax(W*x + b)"),
    Block(
      name: "weight norm", parameters: 12, laws: 2,
      text: """
        input x[3]
        param A[2,3], g[2], V[2,2]
        let h = [g[1]*dot(A[1,:], x)/norm(A[1,:]), g[2]*dot(A[2,:], x)/norm(A[2,:])]
        model f = V*tanh(h)
        """),
    Block(
      name: "softmax gate of relu experts", parameters: 26, laws: 7,
      text: experts + "let a = softmax(G*x)\nmodel f = a[1]*e1 + a[2]*e2"),
    Block(
      name: "sigmoid gate of relu experts", parameters: 26, laws: 4,
      text: experts + "let a = sigmoid(G*x)\nmodel f = a[1]*e1 + a[2]*e2"),
    Block(
      name: "normalized sigmoid gate of relu experts", parameters: 26, laws: 4,
      text: experts + "let a = sigmoid(G*x)\nmodel f = 1/(a[1] + a[2])*(a[1]*e1 + a[2]*e2)"),
    Block(
      name: "softmax gate of SwiGLU experts", parameters: 38, laws: 7,
      text: gated + "let a = softmax(G*x)\nmodel f = a[1]*e1 + a[2]*e2"),
    Block(
      name: "normalized sigmoid gate of SwiGLU experts", parameters: 38, laws: 4,
      text: gated + "let a = sigmoid(G*x)\nmodel f = 1/(a[1] + a[2])*(a[1]*e1 + a[2]*e2)"),
    Block(
      name: "softmax gate of three experts with biases", parameters: 33, laws: 9,
      text: """
        input x[2]
        param U1[2,2], O1[2,2], U2[2,2], O2[2,2], U3[2,2], O3[2,2], G[3,2], b[3]
        let a = softmax(G*x + b)
        model f = a[1]*O1*relu(U1*x) + a[2]*O2*relu(U2*x) + a[3]*O3*relu(U3*x)
        """),
    Block(
      name: "linear gate of relu experts", parameters: 26, laws: 6,
      text: experts + "let a = G*x\nmodel f = a[1]*e1 + a[2]*e2"),
    Block(
      name: "a sum of two sigmoids", parameters: 2, laws: 1,
      text: "input x\nparam a, w\nmodel f = a*(sigmoid(w*x) + sigmoid(-w*x))"),
  ]

  static func model(_ text: String) throws -> LawModel {
    let check = FlowFile.parse(text, name: "block.flow").check()
    return try LawModel(#require(check.file, "\(check)"), anyLoss: true)
  }

  @Test(arguments: blocks) func counts(block: Block) throws {
    let model = try Self.model(block.text)
    let search = try LawSearch(model)
    let count = try search.run()
    #expect(count.parameters == block.parameters)
    #expect(count.proved == block.laws, "\(count)")
    #expect(count.upperBound == block.laws, "\(count)")
  }
}
