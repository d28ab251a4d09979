/// The worked examples of the language: the same texts as in the article `Grammar`.
enum Examples {
  static let all: [(name: String, text: String)] = [
    (
      "matrix",
      """
      dim n, m, r
      param U[n,r], V[m,r]
      model X = U*V'
      claim conserved U'*U - V'*V
      """
    ),
    (
      "chain",
      """
      dim a,b,c,d; param W1[b,a], W2[c,b], W3[d,c]; model W = W3*W2*W1
      claim conserved W2'*W2 - W1*W1'
      claim conserved W3'*W3 - W2*W2'
      claim rate: identity tr(grad(W)'*der(W)) = -norm2(W2'*W3'*grad(W)) - norm2(W3'*grad(W)*W1') - norm2(grad(W)*W1'*W2')
      claim identity W*W' = (W3*W3')^3 given W1*W1' = W2'*W2 given W2*W2' = W3'*W3
      claim conserved norm2(W1)+norm2(W2)
      """
    ),
    (
      "decay",
      """
      dim n, m, r
      param U[n,r], V[m,r]
      model X = U*V'
      flow gradient decay lambda
      claim decays U'*U - V'*V rate 2*lambda
      claim conserved U'*U - V'*V
      """
    ),
    (
      "momentum",
      """
      dim a, b, c
      param W1[b,a], W2[c,b]
      model W = W2*W1
      flow momentum(tau)
      claim conserved W2'*W2 - W1*W1'
      claim decays W1*v_W1' - v_W1*W1' - v_W2'*W2 + W2'*v_W2 rate tau
      """
    ),
    (
      "cp",
      """
      param A[3,2],B[3,2],C[3,2]
      model T[i,j,k] = sum(r: A[i,r]*B[j,r]*C[k,r])
      claim conserved sum(i: A[i,1]^2) - sum(i: B[i,1]^2)
      claim conserved sum(i: A[i,1]*A[i,2]) - sum(i: B[i,1]*B[i,2])
      claim laws degree 2 count 4
      """
    ),
    (
      "hidden-entry",
      """
      param W1[2,2], W2[2,2]
      model W = W2*W1
      observe W[1,2], W[2,1], W[2,2]
      claim invariant det(W) > 0
      claim laws degree 2 count 3
      claim always W[1,1] >= 0 on [0,100]
      """
    ),
    (
      "diagonal",
      """
      param u[3], v[3]
      data y[3]
      let f = u.*v
      loss 1/2*norm2(f - y)
      claim nonincreasing loss
      claim conserved u[1]^2 - v[1]^2
      claim invariant u[2] + v[2] > 0
      claim nonincreasing norm2(u)+norm2(v)
      """
    ),
    (
      "own-field",
      """
      param x, y
      flow x' = x - y^2, y' = y*(x - y^2)
      claim invariant y^2 - x > 0
      claim invariant y > 0 cofactor x - y^2
      claim invariant 1-x^2-y^2 > 0
      """
    ),
    (
      "swiglu",
      """
      dim d = 3, h = 3, o = 2
      input x[d]
      param G[h,d], U[h,d], O[o,h]
      model f = O*(silu(G*x) .* (U*x))
      claim conserved norm2(U) - norm2(O)
      claim conserved norm2(G) - norm2(U)
      claim laws count 3
      """
    ),
    (
      "attention",
      """
      dim d = 3, k = 2, v = 2
      input x[d], y[d], z[d]
      param Q[k,d], K[k,d], V[v,d], O[d,v]
      let q = Q*x
      let a = softmax([dot(q,K*x), dot(q,K*y), dot(q,K*z)])
      model f = O*(a[1]*V*x + a[2]*V*y + a[3]*V*z)
      claim conserved Q*Q' - K*K'
      claim conserved V*V' - O'*O
      claim conserved norm2(Q) - norm2(V)
      """
    ),
    (
      "mirror",
      """
      param u[3], v[3]
      model f = u.*v
      flow mirror
      claim conserved u - v
      claim conserved u[1]^2 - v[1]^2
      claim invariant u[1] > 0
      """
    ),
    (
      "tied",
      """
      dim n, r
      param E[n,r], W[r,r]
      model X = E*W*E'
      claim conserved E'*E - W*W' - W'*W
      claim conserved E'*E - W*W'
      """
    ),
    (
      "convolutions",
      """
      dim n = 8, k = 3
      input x[n], y[4]
      param u[k], v[k]
      let h[i] = sum(t: u[t]*x[i+t-1])
      model f[i] = sum(s: v[s]*h[i+s-1])
      loss 1/2*norm2(f - y)
      observe size = norm2(u)
      claim conserved norm2(u) - norm2(v)
      claim conserved u[1]^2 - v[1]^2
      """
    ),
    (
      "blocks",
      """
      dim d = 3, h = 2
      input x[d], y[d]
      param W[h,d], b[h], V[d,h]
      model f = V*[W, b]*[x; 1]
      claim conserved [W, b]*[W, b]' - V'*V
      claim conserved W*W' - V'*V
      """
    ),
  ]

  /// What the examples have no use for.
  static let others: [(name: String, text: String)] = [
    (
      "growth",
      """
      flow 1  # every kind of statement, in the order of a file
      dim n = 4, m, r = 2
      param A[n,r] = gaussian(0.1), B[m,r]
      data y[n,m] from "data/y.npz:target", Z[m] = 0.5, c = [1, -2; 3.5e-2, 4], d[2, 2] = I(2)
      input x[m] from "x.csv"
      let p[i,j] = sum(k: A[i,k]*B[j,k]) - y[i,j]
      let s = singular(p, 1)/effrank(p)
      model g = leaky(p*x, 0.2) + A*[1, 2] + A[:,1]
      loss norm2(g) ./ (2*n) + max(abs(A))
      flow gradient decay 0.01
      init B = gaussian(1/sqrt(n))
      init = balanced(0.05)
      observe s, der(A), norm(grad(g)), einsum("ir,jr->ij", A, B)
      claim growth: as scale -> 0: grows der(s) like s exponent 2 - 2/3
      claim end: reaches nuclear(A*B') <= 3 at 12.5 within 0.01
      claim invariant A .^ 2 >= 0 given A[1,1] = 0
      claim nonincreasing loss by A, B
      """
    )
  ]
}
