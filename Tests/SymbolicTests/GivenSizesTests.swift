import CertificateChecker
import FlowLanguage
import Models
import Symbolic
import Testing
import Verdicts

/// Claims at given sizes: proved with a certificate of the expected kind, or refuted at an exact point.
@Suite("given sizes")
struct GivenSizesTests {
  /// What a text's claims come to: the kind of certificate, `?` where it is inconclusive, `-` where it is left to others.
  static func kinds(_ text: String) throws -> [String] {
    let file = try Self.file(text)
    return try file.claims.map { claim in
      guard let proof = try GivenSizesProver(file).prove(claim, called: "c") else { return "-" }
      let kind = proof.evidence?.kind.rawValue ?? "?"
      return proof.verdict == .violated ? "no \(kind)" : kind
    }
  }

  static func file(_ text: String) throws -> CheckedFile {
    let check = FlowFile.parse(text, name: "t.flow").check()
    return try #require(check.file, "\(check.diagnostics)")
  }

  static let cases: [(String, [String])] = [
    // u v: cofactors, and signs that are kept or not.
    (
      """
      param u, v
      data y
      model f = u*v
      claim invariant u + v > 0
      claim invariant u - v > 0
      claim conserved u^2 - v^2
      claim conserved u^2 - 1.000000001*v^2
      claim invariant u > 0
      claim conserved u^2 + v^2
      """, ["cofactor", "cofactor", "identity", "no witness", "no boundaryPoint", "no witness"]
    ),
    (
      "param u\nmodel f = u^5\nclaim invariant u > 0\nclaim invariant u > 0 cofactor -5*grad(f)*u^3\n",
      ["cofactor", "cofactor"]
    ),
    // Balanced or not: the sign of the determinant.
    (
      """
      param W1[2,2], W2[2,2]
      model W = W2*W1
      claim invariant det(W) > 0
      claim conserved W2'*W2 - W1*W1'
      claim conserved det(W1)^2 - det(W2)^2
      claim conserved det(W2'*W2 - W1*W1')
      claim nonincreasing norm2(W1) + norm2(W2)
      claim always W[1,1] >= 0 on [0,100]
      """, ["no boundaryPoint", "identity", "no witness", "identity", "no witness", "-"]
    ),
    // The loss, a square at a time.
    (
      """
      param u[3], v[3]
      data y[3]
      let f = u.*v
      loss 1/2*norm2(f - y)
      claim nonincreasing loss
      claim conserved u[1]^2 - v[1]^2
      claim invariant u[2] + v[2] > 0
      claim nonincreasing norm2(u) + norm2(v)
      claim identity der(loss) = -norm2(grad(u)) - norm2(grad(v))
      claim nonincreasing norm2(f - y) by grad(u), grad(v)
      """, ["squares", "identity", "cofactor", "no witness", "identity", "no witness"]
    ),
    // CP: norms, what is mixed, what is not kept.
    (
      """
      param A[3,2], B[3,2], C[3,2]
      model T[i,j,k] = sum(r: A[i,r]*B[j,r]*C[k,r])
      claim conserved sum(i: A[i,1]^2) - sum(i: B[i,1]^2)
      claim conserved sum(i: A[i,1]*A[i,2]) - sum(i: B[i,1]*B[i,2])
      claim invariant A[1,1] = 0
      claim laws degree 2 count 4
      """, ["identity", "no witness", "no boundaryPoint", "-"]
    ),
    // Plain fields: first integrals and Darboux polynomials.
    (
      """
      param x, y
      flow x' = x - y^2, y' = y*(x - y^2)
      claim invariant y^2 - x > 0
      claim invariant y > 0
      claim invariant 1 - x^2 - y^2 > 0
      claim invariant y^2 - x > 0 cofactor 1 - 2*y^2
      """, ["cofactor", "cofactor", "no boundaryPoint", "cofactor"]
    ),
    (
      "param x, y\nflow x' = -2*y, y' = -2*x - 3*x^2\nclaim conserved x^2 + x^3 - y^2\nclaim conserved x^2 - y^2\n",
      ["identity", "no witness"]
    ),
    (
      "param x, y\nflow x' = y^2, y' = x*y\nclaim conserved x^2 - y^2\nclaim conserved x^2 + y^2\n",
      ["identity", "no witness"]
    ),
    (
      "param a, b\nflow a' = -b^3, b' = a - a^3\nclaim conserved a^4 - 2*a^2 - b^4\nclaim conserved a^4 - 2*a^2\n",
      ["identity", "no witness"]
    ),
    (
      """
      param x, y, z
      flow x' = y*z, y' = x*z, z' = x*y
      claim conserved x^2 - y^2
      claim conserved y^2 - z^2
      claim conserved x*y*z
      """, ["identity", "identity", "no witness"]
    ),
    (
      """
      param x, y, z
      flow x' = 10*(y - x), y' = x*(28 - z) - y, z' = x*y - 8/3*z
      claim conserved x^2 + y^2 + z^2
      claim invariant z > 0
      claim invariant z = 0
      """, ["no witness", "no boundaryPoint", "no boundaryPoint"]
    ),
    // Mirror flow, weight decay, momentum.
    (
      """
      param u[2], v[2]
      model f = u.*v
      flow mirror
      claim conserved u - v
      claim conserved u[1]^2 - v[1]^2
      claim invariant u[1] > 0
      """, ["identity", "no witness", "cofactor"]
    ),
    (
      """
      param u, v
      model f = u*v
      flow gradient decay lambda
      claim decays u^2 - v^2 rate 2*lambda
      claim conserved u^2 - v^2
      claim invariant u^2 - v^2 > 0
      """, ["identity", "no witness", "cofactor"]
    ),
    (
      """
      param u, v
      data y
      loss 1/2*(u*v - y)^2
      flow momentum(tau)
      claim identity der(loss + 1/2*v_u^2 + 1/2*v_v^2) = -tau*(v_u^2 + v_v^2)
      claim conserved u^2 - v^2
      claim decays u*v_v - v_u*v rate tau
      """, ["identity", "no witness", "no witness"]
    ),
    // Assumed equations: what follows from them, and what is not decided.
    (
      """
      param u, v
      model f = u*v
      claim identity u^4 - v^4 = 0 given u^2 = v^2
      claim identity u^3 = v^3 given u^2 = v^2
      claim conserved u given v = 0
      """, ["ideal", "no witness", "ideal"]
    ),
    // v = 0 is kept although no entry of v is by itself.
    (
      """
      param u[2], v[2]
      flow u' = [u[2], u[1]], v' = u
      claim invariant u = [0, 0]
      claim invariant u + v = [0, 0]
      """, ["vectorCofactor", "no boundaryPoint"]
    ),
    // Inputs: any data point; squares of monomials; homogeneity.
    (
      """
      input x[2]
      param W[2,2], a[2]
      model f = a'*W*x
      claim conserved a[1]*a[2] - W[1,1]*W[2,1] - W[1,2]*W[2,2]
      claim conserved a[1]^2 - W[2,1]^2 - W[2,2]^2
      claim conserved f
      """, ["identity", "no witness", "-"]
    ),
    ("param x\nflow x' = -x^3\nclaim nonincreasing x^2\nclaim nonincreasing x\n", ["squares", "no witness"]),
    (
      "param u, v, w\nmodel f = u*v*w\nclaim identity der(u^2 + v^2 + w^2) = -6*grad(f)*f\nclaim identity der(u^2) = -6*grad(f)*f\n",
      ["identity", "no witness"]
    ),
    // What is no polynomial is read with atoms, and where no formula is known left to others.
    (
      "input x\nparam a, w\nmodel f = a*tanh(w*x)\nclaim conserved a^2 - w^2\nclaim conserved max([a, w])\n",
      ["?", "-"]
    ),
  ]

  @Test("kinds of certificates", arguments: cases)
  func kinds(text: String, expected: [String]) throws {
    #expect(try Self.kinds(text) == expected, "\(text)")
  }

  @Test("what cannot be multiplied out, or has no value, is refused with its place")
  func refusals() throws {
    for (text, words) in [
      ("param x\nmodel f = x\nclaim conserved x/(1 - 1)\n", "division by zero"),
      ("param x\nmodel f = x\nclaim conserved x^500\n", "the power 500"),
      ("param A[9,9]\nmodel f = A\nclaim conserved det(A)\n", "9×9"),
      ("param A[8,8], B[8,8]\nmodel f = A*B\nclaim conserved tr((A*B)^8)\n", "products of terms"),
    ] {
      let file = try Self.file(text)
      let error = #expect(throws: Refusal.self) { try GivenSizesProver(file).prove(file.claims[0], called: "c") }
      #expect(error.map { "\($0)".contains(words) } ?? false, "\(String(describing: error))")
    }
  }

  @Test("a hundred laws that are false by a billionth are refuted, thirty true ones proved")
  func narrow() throws {
    var (refuted, proved) = (0, 0)
    for n in 1...5 {
      for m in 1...5 {
        for r in 1...2 {
          let head = "param U[\(n),\(r)], V[\(m),\(r)]\nmodel X = U*V'\n"
          for i in 1...r {
            for j in i...r {
              let law = "sum(k: U[k,\(i)]*U[k,\(j)]) - %*sum(k: V[k,\(i)]*V[k,\(j)])"
              for factor in ["1", "1.000000001", "0.999999999"] {
                let kinds = try Self.kinds(head + "claim conserved \(law.replacing("%", with: factor))\n")
                if factor == "1", kinds == ["identity"] { proved += 1 }
                if factor != "1", kinds == ["no witness"] { refuted += 1 }
              }
            }
          }
        }
      }
    }
    #expect(proved == 100 && refuted == 200)
  }
}
