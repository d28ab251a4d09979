import CertificateChecker
import FlowLanguage
import Symbolic
import Testing
import Verdicts

/// Claims about matrices of all sizes: proved as words, or refuted at matrices of integers.
@Suite("all sizes")
struct AllSizesTests {
  /// What a text's claims come to: `yes` proved, `no SIZES` refuted at these values of the open sizes, `-` left to others.
  static func verdicts(_ text: String) throws -> [String] {
    let check = FlowFile.parse(text, name: "t.flow").check()
    let file = try #require(check.file, "\(check.diagnostics)")
    return try file.claims.map { claim in
      guard let proof = try AllSizesProver(file).prove(claim, called: "c") else { return "-" }
      switch proof.verdict {
      case .holds: return "yes"
      case .violated:
        let sizes = proof.evidence?.witness?.sizes.values.sorted() ?? []
        return "no \(sizes.max().map { "\($0)" } ?? "")"
      default: return "?"
      }
    }
  }

  static let chains = [2, 3, 5, 8].map { depth -> (String, [String]) in
    let sizes = (0...depth).map { "n\($0)" }
    let blocks = (1...depth).map { "W\($0)[n\($0),n\($0 - 1)]" }
    let product = (1...depth).reversed().map { "W\($0)" }.joined(separator: "*")
    let head = """
      dim \(sizes.joined(separator: ", "))
      param \(blocks.joined(separator: ", "))
      model X = \(product)
      claim conserved W2'*W2 - W1*W1'
      claim conserved norm2(W1) - norm2(W\(depth))
      claim conserved tr((W2'*W2 - W1*W1')^2)
      claim conserved norm2(W1) + norm2(W2)
      claim conserved W2'*W2 + W1*W1'
      claim conserved W2'*W2 - 1.000000001*W1*W1'
      """
    return (head, ["yes", "yes", "yes", "no 1", "no 1", "no 1"])
  }

  static let others: [(String, [String])] = [
    (
      "dim n, m, r\nparam U[n,r], V[m,r]\nmodel X = U*V'\nclaim conserved U'*U - V'*V\nclaim conserved U*U'\n",
      ["yes", "no 1"]
    ),
    (
      "dim n\nparam U[n,n], V[n,n]\nmodel X = U*V'\nclaim conserved U*U' - V*V'\nclaim conserved tr(U*U' - V*V')\n",
      ["no 2", "yes"]
    ),
    (
      """
      dim a, b, c, d
      param W1[b,a], W2[c,b], W3[d,c]
      model W = W3*W2*W1
      claim identity tr(grad(W)'*der(W)) = -norm2(W2'*W3'*grad(W)) - norm2(W3'*grad(W)*W1') - norm2(grad(W)*W1'*W2')
      claim identity tr(grad(W)'*der(W)) = -norm2(grad(W1)) - norm2(grad(W2)) - norm2(grad(W3))
      claim identity W*W' = (W3*W3')^3 given W1*W1' = W2'*W2 given W2*W2' = W3'*W3
      claim identity W*W' = (W3*W3')^3 given W2'*W2 = W1*W1' given W3'*W3 = W2*W2'
      claim identity W*W' = (W3*W3')^3
      claim identity der(W1) = -W2'*W3'*grad(W)
      claim identity der(W1) = -2*W2'*W3'*grad(W)
      """, ["yes", "yes", "yes", "yes", "no 1", "yes", "no 1"]
    ),
    (
      """
      dim n, m, r
      param U[n,r], V[m,r]
      model X = U*V'
      flow gradient decay lambda
      claim decays U'*U - V'*V rate 2*lambda
      claim conserved U'*U - V'*V
      claim decays U'*U - V'*V rate lambda
      """, ["yes", "no 1", "no 1"]
    ),
    (
      """
      dim a, b, c
      param W1[b,a], W2[c,b]
      model W = W2*W1
      flow momentum(tau)
      claim conserved W2'*W2 - W1*W1'
      claim decays W1*v_W1' - v_W1*W1' - v_W2'*W2 + W2'*v_W2 rate tau
      claim decays W1*v_W1' - v_W1*W1' + v_W2'*W2 - W2'*v_W2 rate tau
      claim identity der(W1) = v_W1
      """, ["no 1", "yes", "no 2", "yes"]
    ),
    (
      "dim n, r\nparam U[n,r]\nmodel X = U*U'\nclaim conserved U'*U\nclaim identity der(X) = -(grad(X)+grad(X)')*X - X*(grad(X)+grad(X)')\n",
      ["no 1", "yes"]
    ),
    (
      """
      dim n, r
      param E[n,r], W[r,r]
      model X = E*W*E'
      claim conserved E'*E - W*W' - W'*W
      claim conserved E'*E - W*W'
      """, ["yes", "no 1"]
    ),
    (
      """
      dim n, h, o
      param U[h,n], W[h,h], V[o,h]
      model X = V*W^3*U
      claim conserved V'*V - U*U' + W'*W - W*W'
      claim conserved V'*V - U*U'
      """, ["yes", "no 2"]
    ),
    (
      """
      dim n, h, o
      param W[h,n], V1[o,h], V2[o,h]
      data A[n,n], B[n,n]
      model X = V1*W*A + V2*W*B
      claim conserved V1'*V1 + V2'*V2 - W*W'
      claim conserved V1'*V1 - W*W'
      """, ["yes", "no 1"]
    ),
    (
      """
      dim n
      param A[n,n], B[n,n]
      model X = (I(n) + B)*(I(n) + A)
      claim conserved (I(n) + B)'*(I(n) + B) - (I(n) + A)*(I(n) + A)'
      claim conserved B'*B - A*A'
      """, ["yes", "no 1"]
    ),
    // The bond rule: whatever is made of a product, its factors keep their balance.
    (
      """
      dim d, k, v, o
      input x[d], y[d], z[d]
      param Q[k,d], K[k,d], V[v,d], O[o,v]
      let q = Q*x
      let a = softmax([dot(q,K*x), dot(q,K*y), dot(q,K*z)])
      model f = O*(a[1]*V*x + a[2]*V*y + a[3]*V*z)
      claim conserved Q*Q' - K*K'
      claim conserved V*V' - O'*O
      claim conserved norm2(Q) - norm2(V)
      """, ["yes", "yes", "-"]
    ),
    (
      """
      dim n, h, o
      input x[n]
      param W[h,n], V[o,h], A[h,h], B[h,h]
      model f = V*relu(A*B*relu(W*x))
      claim conserved A'*A - B*B'
      claim conserved diag(V'*V - W*W')
      claim conserved norm2(V) - norm2(W)
      """, ["yes", "-", "-"]
    ),
    // A Tucker core along a mode, its other factors a matrix that does not move in the claim.
    (
      """
      dim n, r, s, m
      param U[n,r], G[r,s]
      data K[s,m]
      model X = U*G*K
      claim conserved U'*U - G*G'
      claim conserved G'*G
      """, ["yes", "no 1"]
    ),
    // A bias beside a matrix, by its own vector of ones.
    (
      """
      dim n, h, o
      input x[n]
      param W1[h,n], b[h], W2[o,h], c[o]
      model f = W2*(W1*x + b) + c
      claim conserved W2'*W2 - W1*W1' - b*b'
      claim conserved W2'*W2 - W1*W1'
      """, ["yes", "no 1"]
    ),
    // Fields of one's own: Oja's rule, and a pair of Lax.
    (
      """
      dim n
      param w[n]
      data C[n,n]
      flow w' = C*w + C'*w - (w'*(C + C')*w)*w
      claim conserved norm2(w)
      claim identity der(norm2(w)) = 2*(w'*(C + C')*w)*(1 - norm2(w))
      """, ["no 1", "yes"]
    ),
    (
      """
      dim n
      param L[n,n]
      data B[n,n]
      flow L' = B*L - L*B
      claim conserved tr(L)
      claim conserved tr(L^2)
      claim conserved tr(L^3)
      claim conserved norm2(L)
      """, ["yes", "yes", "yes", "no 2"]
    ),
    (
      """
      dim n
      param X[n,n]
      data A[n,n]
      flow X' = (A - A')*X
      claim conserved X'*X
      claim conserved X*X'
      """, ["yes", "no 2"]
    ),
    // A stated loss: what it says of the data, not only of any derivative.
    (
      """
      dim n, r
      param U[n,r], V[n,r]
      data Y[n,n]
      loss 1/2*norm2(U*V' - Y)
      claim conserved U'*U - V'*V
      claim identity der(norm2(U)) = -2*dot(U*V', U*V' - Y)
      claim nonincreasing loss
      claim conserved norm2(U)
      """, ["yes", "yes", "yes", "no 1"]
    ),
    // Numbers that move, and vectors.
    (
      """
      dim n
      param u[n], v[n], a
      data y[n]
      model f = a*u'*v
      claim conserved norm2(u) - norm2(v)
      claim conserved norm2(u) - a^2
      claim conserved u*u' - v*v'
      claim conserved u*u' + v*v'
      """, ["yes", "yes", "yes", "no 1"]
    ),
    // Sizes with numbers: what words do not decide is left to polynomials at these sizes.
    (
      "param U[1,1], V[1,1]\nmodel X = U*V'\nclaim conserved U*U' - V*V'\nclaim conserved U'*U - V'*V\n",
      ["yes", "yes"]
    ),
    (
      "param U[1,2], V[1,2]\nmodel X = U*V'\nclaim conserved U*U' - V*V'\nclaim conserved U'*U - V'*V\nclaim conserved U'*U\n",
      ["yes", "yes", "no "]
    ),
    ("dim n\nparam A[n,n]\nmodel X = A\nclaim invariant tr(A) > 0\nclaim conserved A[1,1]\n", ["-", "-"]),
    // A loss of any degree of homogeneity, and how its weights grow.
    (
      """
      dim a, b, c, d
      param W1[b,a], W2[c,b], W3[d,c]
      model W = W3*W2*W1
      claim identity der(norm2(W1) + norm2(W2) + norm2(W3)) = -6*tr(grad(W)'*W)
      claim identity der(norm2(W1)) = -2*dot(grad(W), W)
      claim identity der(norm2(W1)) = -3*dot(grad(W), W)
      claim conserved W3'*W3 - W2*W2'
      claim conserved tr((W3'*W3 - W2*W2')^3)
      claim nonincreasing norm2(W)
      claim identity der(W) = -W3*W2*W2'*W3'*grad(W) - W3*W3'*grad(W)*W1'*W1 - grad(W)*W1'*W2'*W2*W1
      claim identity W*W' = (W3*W3')^3 given W2'*W2 - W1*W1' = 0 given W3'*W3 - W2*W2' = 0
      claim identity W'*W = (W1'*W1)^3 given W1*W1' = W2'*W2 given W2*W2' = W3'*W3
      """, ["yes", "yes", "no 1", "yes", "yes", "no 1", "yes", "yes", "yes"]
    ),
    (
      """
      dim a, b, c
      param W1[b,a], W2[c,b]
      model W = W2*W1
      claim identity W*W' = (W2*W2')^2 given W1*W1' = W2'*W2
      claim identity W*W' = W2*W2' given W1*W1' = W2'*W2
      claim identity der(W) = -(W2*W2'*grad(W) + grad(W)*W1'*W1)
      """, ["yes", "?", "yes"]
    ),
    // Decay: by a number the imbalance does not grow, by a letter of any sign it may.
    (
      """
      dim n, m, r
      param U[n,r], V[m,r]
      model X = U*V'
      flow gradient decay 0.1
      claim decays U'*U - V'*V rate 1/5
      claim nonincreasing norm2(U'*U - V'*V)
      claim nonincreasing tr((U'*U - V'*V)^2)
      claim decays norm2(U'*U - V'*V) rate 2/5
      claim decays norm2(U) rate 1/5
      """, ["yes", "yes", "?", "yes", "no 1"]
    ),
    // Friction: the energy falls by the square of the velocity.
    (
      """
      dim a, b, c
      param W1[b,a], W2[c,b]
      model W = W2*W1
      flow momentum(0.5)
      claim nonincreasing loss + 1/2*norm2(v_W1) + 1/2*norm2(v_W2)
      claim decays W1*v_W1' - v_W1*W1' - v_W2'*W2 + W2'*v_W2 rate 0.5
      claim conserved W1*v_W1' - v_W1*W1' - v_W2'*W2 + W2'*v_W2
      claim identity der(v_W1) = -1/2*v_W1 - grad(W1)
      """, ["yes", "yes", "no 2", "yes"]
    ),
    // Low rank beside frozen weights, and a product under any function.
    (
      """
      dim n, r
      input x[n], y[n]
      param A[r,n], B[n,r]
      data W0[n,n]
      model f = softmax((W0 + B*A)*x) .* tanh(y)
      claim conserved B'*B - A*A'
      claim conserved norm2(B) - norm2(A)
      claim conserved B'*B + A*A'
      """, ["yes", "yes", "-"]
    ),
    // One matrix for keys and another for queries of every head; a shared key.
    (
      """
      dim d, k
      input x[d], y[d]
      param Q1[k,d], Q2[k,d], K[k,d]
      model f = exp(dot(Q1*x, K*y)) + exp(dot(Q2*x, K*y))
      claim conserved Q1*Q1' + Q2*Q2' - K*K'
      claim conserved Q1*Q1' - K*K'
      """, ["yes", "-"]
    ),
    // A symmetric model moves by its symmetric part alone.
    (
      """
      dim n
      param U[n,n], S[n,n]
      data A[n,n]
      flow U' = -(A + A')*U, S' = -2*(A + A')*S*S' + S*(A - A')
      claim identity der(U*U') = -((A + A')*U*U' + U*U'*(A + A'))
      claim identity der(U*U') = -2*(A + A')*U*U'
      """, ["yes", "no 2"]
    ),
    // The flow of Stiefel keeps what is orthogonal so, and nothing else.
    (
      """
      dim n, p
      param X[n,p]
      data A[n,n]
      flow X' = (A + A')*X - X*X'*(A + A')*X
      claim conserved X'*X given X'*X = I(p)
      claim conserved X'*X
      claim identity der(X'*X) = X'*(A + A')*X*(I(p) - X'*X) + (I(p) - X'*X)*X'*(A + A')*X
      """, ["yes", "no 1", "yes"]
    ),
  ]

  @Test("claims of the documents and their false neighbours", arguments: chains + others)
  func claims(text: String, expected: [String]) throws {
    #expect(try Self.verdicts(text) == expected, "\(text)")
  }
}
