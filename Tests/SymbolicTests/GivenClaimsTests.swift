import CertificateChecker
import FlowLanguage
import Models
import Symbolic
import Testing
import Verdicts

/// Claims of theoreticians with the certificate or the counterexample that each must get, and what must be refused.
@Suite("given sizes: claims")
struct GivenClaimsTests {
  static let cases: [(String, [String])] = [
    // u^L: the sign is kept for L ≥ 2, with the cofactor −L g u^(L − 2).
    ("param u\nmodel f = u\nclaim invariant u > 0\n", ["no boundaryPoint"]),
    (
      "param u\nmodel f = u^2\nclaim invariant u > 0\nclaim invariant u > 0 cofactor -2*grad(f)\n",
      ["cofactor", "cofactor"]
    ),
    ("param u\nmodel f = u^4\nclaim invariant u < 0\nclaim invariant u = 0\n", ["cofactor", "cofactor"]),
    // Homogeneous of degree 3: (|θ|²)' = −6 g f, each norm by itself −2 g f.
    (
      """
      param a[2], b[2], c[2]
      model T[i,j,k] = a[i]*b[j]*c[k]
      claim identity der(norm2(a)) = -2*sum(i, j, k: grad(T)[i,j,k]*T[i,j,k])
      claim identity der(norm2(a)) = der(norm2(c))
      claim identity der(norm2(a) + norm2(b) + norm2(c)) = -6*sum(i, j, k: grad(T)[i,j,k]*T[i,j,k])
      claim identity der(norm2(a)) = -3*sum(i, j, k: grad(T)[i,j,k]*T[i,j,k])
      claim invariant a = 0
      """, ["identity", "identity", "identity", "no witness", "no boundaryPoint"]
    ),
    // A symmetric factor: (det U)' = −2 tr(H) det U with H = G + G'.
    (
      """
      param U[2,2]
      model X = U*U'
      claim invariant det(U) > 0
      claim invariant det(U) > 0 cofactor -2*(grad(X)[1,1] + grad(X)[2,2])
      claim invariant det(U) > 0 cofactor -(grad(X)[1,1] + grad(X)[2,2])
      """, ["cofactor", "cofactor", "no witness"]
    ),
    // Cramer: adj(W1) D adj(W2) for D = W2'W2 − W1W1'.
    (
      """
      param A[2,2], B[2,2]
      model W = B*A
      let P = [A[2,2], -A[1,2]; -A[2,1], A[1,1]]
      let Q = [B[2,2], -B[1,2]; -B[2,1], B[1,1]]
      claim identity P*(B'*B - A*A')*Q = det(B)*P*B' - det(A)*A'*Q
      claim identity P*(B'*B - A*A')*Q = det(A)*P*B' - det(B)*A'*Q
      """, ["identity", "no witness"]
    ),
    // Energy of momentum with a friction that is a number, or any.
    (
      "param u, v\ndata y\nloss 1/2*(u*v - y)^2\nflow momentum(0.1)\nclaim nonincreasing loss + v_u^2/2 + v_v^2/2\nclaim nonincreasing loss\n",
      ["squares", "no witness"]
    ),
    // Weight decay: |u² − v²| does not grow.
    (
      "param u, v\nmodel f = u*v\nflow gradient decay 0.5\nclaim nonincreasing (u^2 - v^2)^2 by 1.5*(u^2 - v^2)\nclaim invariant u^2 - v^2 > 0\n",
      ["no witness", "cofactor"]
    ),
    // |a| > |w| keeps the sign of a, which a dead unit never leaves.
    (
      """
      input x
      param a, w
      model f = a*w*x
      claim invariant a > 0 given a^2 - w^2 = 1
      claim invariant [a, w] = [0, 0]
      claim invariant a = 0
      """, ["conservedPlusSquare", "vectorCofactor", "no boundaryPoint"]
    ),
    // Van der Pol: no first integral, but the unit disk is not entered: q' = −2 y² q + 2 y⁴ for q = x² + y² − 1.
    (
      "param x, y\nflow x' = y, y' = (1 - x^2)*y - x\nclaim conserved x^2 + y^2\nclaim invariant x^2 + y^2 > 1\nclaim nonincreasing x^2 + y^2\n",
      ["no witness", "squaresPlusIdeal", "no witness"]
    ),
  ]

  @Test("certificates and counterexamples", arguments: cases)
  func isDecided(text: String, expected: [String]) throws {
    let kinds = try GivenSizesTests.kinds(text)
    #expect(kinds == expected)
  }

  @Test("a cross term of a tensor has the value at its point that plain arithmetic gives")
  func crossTerm() throws {
    let file = try GivenSizesTests.file(
      """
      param A[3,2],B[3,2],C[3,2]
      model T[i,j,k] = sum(r: A[i,r]*B[j,r]*C[k,r])
      claim conserved sum(i: A[i,1]*A[i,2]) - sum(i: B[i,1]*B[i,2])
      """)
    let witness = try #require(try GivenSizesProver(file).prove(file.claims[0], called: "c")?.evidence?.witness)
    func at(_ name: String, _ places: Int...) -> Int {
      witness.values["\(name)[\(places.map(String.init).joined(separator: ","))]"].flatMap { Int($0) } ?? 0
    }
    // A' = −Σ G B C, B' = −Σ G A C, entry by entry.
    var total = 0
    for r in 1...2 {
      for i in 1...3 {
        for j in 1...3 {
          for k in 1...3 {
            let g = at("grad(T)", i, j, k) * at("C", k, r)
            total -= g * at("B", j, r) * at("A", i, 3 - r)
            total += g * at("A", i, r) * at("B", j, 3 - r)
          }
        }
      }
    }
    #expect(total != 0 && "\(total)" == witness.value)
  }

  @Test("a law that is false by a billionth is off by just that much")
  func billionth() throws {
    let file = try GivenSizesTests.file(
      "param u[2], v[2]\nmodel f = dot(u, v)\nclaim conserved norm2(u) - 1.000000001*norm2(v)\n")
    let witness = try #require(try GivenSizesProver(file).prove(file.claims[0], called: "c")?.evidence?.witness)
    // 2 u·u' − 2 c v·v' = 2 (c − 1) g u·v.
    #expect(witness.value == "1/500000000" && witness.values.count == 3)
  }

  @Test("powers of powers, high powers and deep formulas end in a sentence, not in the process")
  func refusals() throws {
    for (claim, words) in [
      ("((x^60)^60)^60", "degree"), ("((x + y + 1)^60)^2 + x^65", "power"), ("x/(y - y)", "division by zero"),
      ("((x + y + z + u + v + w)^30)", "terms"),
    ] {
      let file = try GivenSizesTests.file("param x, y, z, u, v, w\nmodel f = x*y*z*u*v*w\nclaim conserved \(claim)\n")
      let error = #expect(throws: Refusal.self) { try GivenSizesProver(file).prove(file.claims[0], called: "c") }
      #expect(error.map { "\($0)".contains(words) } ?? false, "\(String(describing: error))")
    }
    let high = FlowFile.parse("param x\nmodel f = x\nclaim conserved x^1000000\n", name: "t.flow").check()
    #expect(high.file == nil && high.diagnostics.contains { $0.message.contains("too large") })
    let brackets = String(repeating: "(", count: 100_000) + "x" + String(repeating: ")", count: 100_000)
    #expect(FlowFile.parse("param x\nmodel f = x\nclaim conserved \(brackets)\n", name: "t.flow").check().file == nil)
  }

  #if compiler(>=6.2)
    // In a process of its own: the budget is that of all threads.
    @Test("what needs more memory than it may take is refused, and the process lives on")
    func budget() async {
      await #expect(processExitsWith: .success) {
        let check = FlowFile.parse(
          "param W[7,7], V[7,7]\nmodel f = W*V\nclaim invariant det(W) + tr(W*V*W*V) > 0\n", name: "t.flow"
        ).check()
        guard let file = check.file else { fatalError("\(check.diagnostics)") }
        ExactMemory.limit(1 << 18)
        let prover = ClaimProver(file)
        do {
          _ = try prover.prove(file.claims[0], called: "c")
          fatalError("it fit")
        } catch {
          precondition("\(error)".contains("--memory"), "\(error)")
        }
      }
    }
  #endif
}
