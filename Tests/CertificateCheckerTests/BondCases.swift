import Testing

/// A claim of words about a loss that holds functions, with a loss where the text leaves it open.
struct BondCase: CustomTestStringConvertible, Sendable {
  let text: String
  let claims: [String]
  let loss: String?

  init(_ text: String, loss: String? = nil, _ claims: [String]) {
    (self.text, self.claims, self.loss) = (text, claims, loss)
  }

  var testDescription: String { text.split(separator: "\n").last.map(String.init) ?? text }
}

/// Blocks, and what they keep or do not keep.
enum BondCases {
  static let attention = """
    dim d, k, v
    input x[d], y[d], z[d], t[d]
    param Q[k,d], K[k,d], V[v,d], O[d,v]
    let q = Q*x
    let a = softmax([dot(q,K*x), dot(q,K*y), dot(q,K*z)])
    model f = O*(a[1]*V*x + a[2]*V*y + a[3]*V*z)
    loss 1/2*norm2(f - t)
    """
  static let grouped = """
    dim d, k, v
    input x[d], y[d], t[d]
    param Q[k,d], R[k,d], K[k,d], V[v,d], O[d,v], P[d,v]
    let a = softmax([dot(Q*x,K*x), dot(Q*x,K*y)])
    let b = softmax([dot(R*x,K*x), dot(R*x,K*y)])
    model f = O*(a[1]*V*x + a[2]*V*y) + P*(b[1]*V*x + b[2]*V*y)
    loss 1/2*norm2(f - t)
    """
  static let adaptation = """
    dim n, m, r
    input x[m], y[n]
    data W[n,m]
    param A[r,m], B[n,r]
    model f = tanh(W*x + B*A*x)
    """
  static let pair = "dim n\ninput x[n], y[n]\nparam A[n,n], B[n,n], C[n,n]\n"

  /// What is kept, and found so by the checker.
  static let kept: [BondCase] = [
    BondCase(attention, ["conserved Q*Q' - K*K'", "conserved V*V' - O'*O", "conserved tr((Q*Q' - K*K')^3)"]),
    BondCase(grouped, ["conserved Q*Q' + R*R' - K*K'", "conserved V*V' - O'*O - P'*P"]),
    BondCase(adaptation, loss: "norm2(f - y)", ["conserved B'*B - A*A'", "conserved norm2(B'*B - A*A')"]),
    BondCase(adaptation + "\nloss sum(exp(f))/2 + log(1 + norm2(f))", ["conserved B'*B - A*A'"]),
    BondCase(
      adaptation + "\nloss sum(exp(f))\nflow gradient decay 0.3",
      ["decays B'*B - A*A' rate 0.6", "decays norm2(A) - norm2(B) rate 2*0.3"]),
    BondCase(
      adaptation + "\nloss norm2(f - y)\nflow momentum(0.3)",
      ["decays A*v_A' - v_A*A' - v_B'*B + B'*v_B rate 0.3"]),
    BondCase(pair + "model f = tanh(B*A*x) + sigmoid(B*A*y)", loss: "norm2(f)", ["conserved B'*B - A*A'"]),
    BondCase(pair + "let z = x + B*A*x\nmodel f = sigmoid(z) + C*z", loss: "norm2(f)", ["conserved B'*B - A*A'"]),
    BondCase(
      pair + "model f = softmax(C*A^3*B*x)", loss: "norm2(f - y)",
      ["conserved C'*C - B*B' + A'*A - A*A'", "conserved norm2(C) - norm2(B)"]),
    BondCase(
      "dim n, r\ninput x[n]\nparam E[n,r], W[r,r]\nmodel f = softmax(E*W*E'*x)", loss: "norm2(f - x)",
      ["conserved E'*E - W*W' - W'*W"]),
    BondCase(pair + "let q = A*x\nloss exp(dot(q, B*y)) + log(1 + norm2(C))", ["conserved A*A' - B*B'"]),
    BondCase(pair + "loss log(1 + norm2(A*B)) + tanh(tr(C))", ["conserved A'*A - B*B'"]),
    BondCase("dim n = 3\nparam A[n,n], B[n,n]\nloss det(B*A) + tr(A'*B')^3", ["conserved B'*B - A*A'"]),
    BondCase(
      "dim n, m\ninput x[m]\nparam A[n,m], B[m,m]\nloss sum(i: tanh(dot(A[i,:], B*x)))",
      ["conserved A'*A - B*B'", "conserved norm2(A) - norm2(B)"]),
    BondCase(
      "dim n, m\nparam Q[m,n], K[m,n]\nloss sum(i, j: exp(dot(Q[:,i], K[:,j])))",
      ["conserved Q*Q' - K*K'"]),
    BondCase(
      "dim n, m, r\nparam U[n,r], V[m,r]\nmodel X[i,j] = sum(k: U[i,k]*V[j,k])", loss: "norm2(X) + sum(X)",
      ["conserved norm2(U) - norm2(V)"]),
    BondCase(
      pair + "let P = A*B\nlet h = tanh(P*x)\nmodel f = softmax(P'*h)", loss: "norm2(f - y)", ["conserved A'*A - B*B'"]
    ),
    BondCase(
      "dim n, m\ninput x[m]\nparam u[n], v[m]\nmodel f = relu(u*v'*x) + u*dot(v, x)", loss: "norm2(f)",
      ["conserved norm2(u) - norm2(v)"]),
    BondCase(
      "dim n, m\ninput x[m]\nparam s, A[n,m]\nmodel f = tanh(s*A*x)", loss: "norm2(f - 1/2*f)",
      ["conserved s^2 - norm2(A)"]),
    BondCase(pair + "model f = A*B*x/(2 + norm2(C*y))", loss: "norm2(f)", ["conserved A'*A - B*B'"]),
    BondCase(pair + "loss sum(relu(A*B*x .* tanh(C*y)))", ["conserved A'*A - B*B'"]),
    BondCase(pair + "model f = [A*B*x, tanh(C*y)]", loss: "norm2(f)", ["conserved A'*A - B*B'"]),
    BondCase(
      "dim r = 2\nparam G[2,r,r], A[3,r], B[3,r]\nmodel T[i,j,k] = sum(p, q: G[k,p,q]*A[i,p]*B[j,q])",
      loss: "norm2(T) + T[1,1,1]", ["conserved norm2(A) - norm2(B)"]),
    BondCase(pair + "loss tr(tanh(A*B)*C)", ["conserved A'*A - B*B'"]),
    BondCase(
      "dim n, p\ninput x[n]\nparam A[n,n], B[n,n], b[n]\nlet s = 1/(1 + norm2(x))\nmodel f = B*(s*A*x) + tanh(b)",
      loss: "norm2(f)", ["conserved B'*B - A*A'"]),
  ]

  /// What is not kept, or not by any rule of words.
  static let broken: [BondCase] = [
    BondCase(
      attention,
      [
        "conserved norm2(Q) - norm2(V)", "conserved Q'*Q - K'*K", "conserved Q*Q' + K*K'", "conserved Q*Q' - 2*K*K'",
        "conserved Q*Q' - 1.01*K*K'", "conserved V'*V - O*O'", "conserved Q*K' - K*Q'", "conserved K",
      ]),
    BondCase(grouped, ["conserved Q*Q' - K*K'", "conserved Q*Q' - R*R'", "conserved V*V' - O'*O"]),
    BondCase(
      adaptation, loss: "norm2(f - y)",
      ["conserved norm2(A) + norm2(B)", "conserved B'*B", "decays B'*B - A*A' rate 1"]
    ),
    BondCase(adaptation + "\nloss sum(exp(f))\nflow gradient decay 0.3", ["conserved B'*B - A*A'"]),
    BondCase(adaptation + "\nloss norm2(f - y)\nflow momentum(0.3)", ["conserved B'*B - A*A'"]),
    BondCase(pair + "loss norm2(B*tanh(A*x) - y)", ["conserved B'*B - A*A'", "conserved norm2(A) - norm2(B)"]),
    BondCase(pair + "loss norm2(tanh(A)*B*x - y)", ["conserved A'*A - B*B'"]),
    BondCase(pair + "loss norm2((A .* A)*B*x - y)", ["conserved A'*A - B*B'", "conserved norm2(A) - norm2(B)"]),
    BondCase(pair + "loss norm2(B*A*x - y) + sum(tanh(A))", ["conserved B'*B - A*A'"]),
    BondCase(pair + "loss norm2(B*A*x - y) + sum(A .* C)", ["conserved B'*B - A*A'"]),
    BondCase(pair + "loss norm2(B*A*x - y) + A[1,1]", ["conserved B'*B - A*A'"]),
    BondCase(pair + "let h[i] = tanh(A[i,1])\nloss norm2(B*A*x + h)", ["conserved B'*B - A*A'"]),
    BondCase(pair + "loss sum(tanh(B*A*x)) + sum(tanh(A*B*y))", ["conserved B'*B - A*A'", "conserved A'*A - B*B'"]),
    BondCase(pair + "loss sum(softmax(B*A*x) .* y) + sum(B)", ["conserved B'*B - A*A'"]),
    BondCase(
      "dim n, r\ninput x[n]\nparam E[n,r], W[r,r]\nloss norm2(tanh(E*W*E'*x))",
      ["conserved E'*E - W*W'", "conserved E'*E - 2*W*W'"]),
    BondCase("dim n\ninput x[n], y[n]\nparam A[n,n], B[n,n]\nloss exp(dot(A*x, B*y))", ["conserved A*B' - B*A'"]),
    BondCase(
      "dim n\ninput x[n]\nparam W[n,n], b[n], V[n,n]\nloss norm2(softmax(V*(W*x + b)))", ["conserved W*W' - V'*V"]),
    BondCase(pair + "loss sum(i: tanh(A[i,1]*B[1,i]))", ["conserved A'*A - B*B'"]),
    BondCase(pair + "loss sum(i: tanh(dot(A[i,:], B[i,:])))", ["conserved A'*A - B*B'", "conserved A*A' - B'*B"]),
    BondCase(
      "dim n\ninput x[n]\nparam A[n,n], B[n,n], s[n]\nloss norm2(tanh(A*diag(s)*B*x))", ["conserved A'*A - B*B'"]),
    BondCase(pair + "loss norm2(B*relu(A*x) - y)", ["conserved B'*B - A*A'"]),
    BondCase(pair + "loss norm2(B*rmsnorm(A*x) - y)", ["conserved B'*B - A*A'"]),
    BondCase(pair + "loss norm2(tanh(A*B)*A*x - y)", ["conserved A'*A - B*B'"]),
    BondCase(pair + "loss norm2(B*A*x/(1 + norm2(A)) - y)", ["conserved B'*B - A*A'"]),
    BondCase(pair + "let z = x + B*A*x\nloss norm2(z + C*tanh(z))", ["conserved B*B' - C'*C"]),
    BondCase("dim n = 3\nparam A[n,n], B[n,n]\nloss tanh(tr(A*B)) + det(A)", ["conserved A'*A - B*B'"]),
    BondCase("dim n\nparam A[n,n], B[n,n]\nloss tr(einsum(\"ij,kj->ik\", A, B)*tanh(B))", ["conserved A'*A - B'*B"]),
  ]

  /// What only a sum with one summand keeps, what asks how the rest moves, and flows that words do not say.
  static let refused: [BondCase] = [
    BondCase(
      "dim n\ndata Y[n,n], Z[n,n]\nparam W[n,n]\nloss sum(i: tanh(dot(Y[i,:], W*Z[:,i])))",
      ["identity tr(der(W))^2 = tr(der(W)*der(W))", "identity tr(grad(W))^2 = tr(grad(W)*grad(W))"]),
    BondCase(
      "dim n\ninput y[n], z[n]\nparam W[n,n]\nloss tanh(dot(y, W*z))",
      ["identity tr(der(W))^2 = tr(der(W)*der(W))", "identity tr(grad(W))^2 = tr(grad(W)*grad(W))"]),
    BondCase(
      "dim n\ndata Y[n,n], Z[n,n]\nparam W[n,n]\nloss sum(i: tanh(dot(Y[i,:], W*Z[:,i])))\nflow W' = 0*W",
      ["identity tr(grad(W))^2 = tr(grad(W)*grad(W))"]),
    BondCase(
      "dim n\nparam A[n,n], B[n,n]\nloss tr(tanh(A*B))",
      ["conserved norm2(grad(A))", "conserved tr(grad(A)*tanh(A))", "conserved norm2(der(A))"]),
    BondCase(pair + "loss norm2(B*A*x - y)\nflow mirror", ["conserved B'*B - A*A'", "conserved B - A"]),
    BondCase("dim n\nparam A[n,n], B[n,n]\nloss program \"./program\"", ["conserved A'*A - B*B'"]),
    BondCase("dim n\nparam A[n,n], B[n,n]", ["conserved A'*A - B*B'"]),
    BondCase(pair + "loss norm2(tanh(B*A*x))", ["conserved x'*(B'*B - A*A')*x", "conserved tanh(B'*B - A*A')"]),
  ]
}
