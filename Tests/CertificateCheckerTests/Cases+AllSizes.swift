import CertificateChecker

extension Cases {
  static let chain = "dim a,b,c,d; param W1[b,a], W2[c,b], W3[d,c]; model W = W3*W2*W1"
  static let pair = "dim n, m, r\nparam U[n,r], V[m,r]\nmodel X = U*V'"
  static let momentum = "dim a, b, c\nparam W1[b,a], W2[c,b]\nmodel W = W2*W1\nflow momentum(tau)"

  /// EXACT-2 sections 4 and 6.2, for all sizes.
  static let allSizes: [Case] = {
    var list: [Case] = []
    list.append(
      Case(
        "bond", pair, "conserved U'*U - V'*V", ProofEvidence(.identity), scope: .all,
        falseTexts: [("U*V'", "U*V' + U*U'*U*V'"), ("U*V'", "U*V'*V*V'")]))
    list.append(
      Case(
        "chain 1", chain, "conserved W2'*W2 - W1*W1'", ProofEvidence(.identity), scope: .all,
        falseTexts: [("W3*W2*W1", "W3*W2*W1*W1'*W1"), ("W3*W2*W1", "W3*W2*W1 + W3*W3'*W3*W2*W2'*W2*W1")]))
    list.append(
      Case("chain 2", chain, "conserved W3'*W3 - W2*W2'", ProofEvidence(.identity), scope: .all))
    list.append(
      Case(
        "rate", chain,
        "identity tr(grad(W)'*der(W)) = -norm2(W2'*W3'*grad(W)) - norm2(W3'*grad(W)*W1') - norm2(grad(W)*W1'*W2')",
        ProofEvidence(.identity), scope: .all, falseTexts: [("W3*W2*W1", "2*W3*W2*W1")]))
    list.append(
      Case(
        "balanced powers", chain, "identity W*W' = (W3*W3')^3 given W1*W1' = W2'*W2 given W2*W2' = W3'*W3",
        ProofEvidence(.ideal),
        scope: .all, falseTexts: [("W3*W2*W1", "2*W3*W2*W1")]))
    list.append(
      Case(
        "balanced powers by differences", chain,
        "identity W*W' = (W3*W3')^3 given W2'*W2 - W1*W1' = 0 given 0 = 2*W2*W2' - 2*W3'*W3",
        ProofEvidence(.ideal), scope: .all, falseTexts: [("W3*W2*W1", "2*W3*W2*W1"), ("W3*W2*W1", "W3*W2*W1*W1'*W1")]))
    list.append(
      Case(
        "sum of three balances",
        "dim n\nparam A[n,n], B[n,n], C[n,n]\nflow A' = A*(B*B' + C'*C - A'*A), B' = 0, C' = 0",
        "conserved A given B*B' + C'*C - A'*A = 0", ProofEvidence(.ideal), scope: .all,
        falseTexts: [("C'*C - A'*A", "C'*C + A'*A"), ("A*(B*B'", "A*(2*B*B'")], isScaleInvariant: true))
    list.append(
      Case(
        "decaying bond", pair + "\nflow gradient decay lambda", "decays U'*U - V'*V rate 2*lambda",
        ProofEvidence(.identity), scope: .all,
        falseTexts: [(" decay lambda", ""), ("decay lambda", "decay 3")]))
    list.append(
      Case(
        "angular momentum", momentum, "decays W1*v_W1' - v_W1*W1' - v_W2'*W2 + W2'*v_W2 rate tau",
        ProofEvidence(.identity), scope: .all,
        falseTexts: [("momentum(tau)", "momentum(2)"), ("flow momentum(tau)", "flow gradient")]))
    list.append(
      Case(
        "tied", "dim n, r\nparam E[n,r], W[r,r]\nmodel X = E*W*E'", "conserved E'*E - W*W' - W'*W",
        ProofEvidence(.identity), scope: .all,
        falseTexts: [("E*W*E'", "E*W*W*E'"), ("E*W*E'", "E*(W + W')*E'*E*E'")]))
    list.append(
      Case(
        "residual", "dim n\nparam A[n,n], B[n,n]\nmodel X = (I(n) + B)*(I(n) + A)",
        "conserved (I(n) + B)'*(I(n) + B) - (I(n) + A)*(I(n) + A)'", ProofEvidence(.identity), scope: .all,
        falseTexts: [("(I(n) + A)", "(2*I(n) + A)")]))
    list.append(
      Case(
        "recurrent", "dim n, r, m\nparam V[n,r], W[r,r], U[r,m]\nmodel X = V*W^3*U",
        "conserved V'*V - U*U' + W'*W - W*W'", ProofEvidence(.identity), scope: .all,
        falseTexts: [("V*W^3*U", "V*W^3*U*U'*U")]))
    list.append(
      Case(
        "keys and queries", "dim d, k\ninput x[d], y[d]\nparam Q[k,d], K[k,d]\nmodel s = dot(Q*x, K*y)",
        "conserved Q*Q' - K*K'",
        ProofEvidence(.identity), scope: .all, falseTexts: [("dot(Q*x, K*y)", "dot(Q*x, K*y)^2 + dot(Q*x, Q*x)")]))
    list.append(
      Case(
        "homogeneous chain", chain, "identity der(norm2(W1)) = -2*tr(grad(W)'*W)", ProofEvidence(.identity),
        scope: .all,
        falseTexts: [("W3*W2*W1", "W3*W2*W1*W1'*W1")]))
    list.append(
      Case(
        "falling norm", "dim n, m\nparam W[n,m]\nloss 1/2*norm2(W)", "nonincreasing norm2(W)",
        ProofEvidence(.squares, squares: [square("2", "W")]), scope: .all, falseTexts: [("1/2", "1/3")]))
    list.append(
      Case(
        "Oja", "dim n, r\nparam W[n,r]\ndata C[n,n]\nflow W' = C*W - W*W'*C*W", "conserved tr(I(r))",
        ProofEvidence(.identity), scope: .all,
        isScaleInvariant: true))
    list.append(
      Case(
        "cofactor of all sizes", "dim n\nparam s, W[n,n]\nflow s' = tr(W)*s, W' = 0", "invariant s > 0",
        ProofEvidence(.cofactor, cofactors: ["tr(W)"]), scope: .all, falseTexts: [("tr(W)*s", "tr(W)*s + 1")],
        isScaleInvariant: true))
    list.append(
      Case(
        "wrong side", "dim n, m, r\nparam U[n,r], V[n,r]\nmodel X = U*V'", "conserved U*U' - V*V'",
        ProofEvidence(
          .matrices,
          witness: witness(
            ["U[1,1]": "1", "V[1,1]": "1", "grad(X)[1,2]": "1"], sizes: ["n": 2, "m": 1, "r": 1], entry: [2, 1],
            value: "1")),
        scope: .all, falseTexts: [("U*V'", "2*U*V'")]))
    list.append(
      Case(
        "norms", "dim a, b, c\nparam W1[b,a], W2[c,b]\nmodel W = W2*W1", "conserved norm2(W1) + norm2(W2)",
        ProofEvidence(
          .matrices,
          witness: witness(
            ["W1[1,1]": "1", "W2[1,1]": "1", "grad(W)[1,1]": "1"], sizes: ["a": 1, "b": 1, "c": 1], value: "-4")),
        scope: .all,
        falseTexts: [("W2*W1", "3*W2*W1")]))
    return list
  }()
}
