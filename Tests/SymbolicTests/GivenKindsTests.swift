import CertificateChecker
import FlowLanguage
import Models
import Symbolic
import Testing
import Verdicts

/// Certificates beyond identities and cofactors, and how long the largest ones take.
@Suite("given sizes: kinds")
struct GivenKindsTests {
  static let cases: [(String, [String])] = [
    // |u| > |v| at the start keeps the sign of u: u² = 1 + v². Nothing keeps that of v.
    (
      """
      param u, v
      model f = u*v
      claim invariant u > 0 given u^2 - v^2 = 1
      claim invariant u > 0 given v^2 - u^2 = -1
      claim invariant v > 0 given u^2 - v^2 = 1
      claim invariant 1 + u^2 > 0
      claim invariant u^2 - 1 > 0
      """, ["conservedPlusSquare", "conservedPlusSquare", "?", "conservedPlusSquare", "no boundaryPoint"]
    ),
    (
      "param v, u\nmodel f = u*v\nclaim invariant u > 0 given u^2 - v^2 = 1\nclaim invariant u > 0 given u^2 - v^2 = -1\n",
      ["conservedPlusSquare", "?"]
    ),
    // Squares push in: q' = x²; q' = −q + y² (Grönwall); out they push out.
    (
      """
      param x, y
      flow x' = y^2 - x, y' = 0*y
      claim invariant x > 0
      claim invariant x >= 0
      claim invariant x < 0
      """, ["squaresPlusIdeal", "squaresPlusIdeal", "no boundaryPoint"]
    ),
    (
      "param x\nflow x' = x^2\nclaim invariant x + 1 > 0\nclaim invariant x + 1 < 0\nclaim invariant x < 0\n",
      ["squares", "no boundaryPoint", "cofactor"]
    ),
    // L = (uv − y)²/2 under e' = −2(u² − v²)e from L ≤ e: L ≤ e, because (L − e)' = −2(u² − v²)(L − e) − 2 v² (uv − y)².
    (
      """
      param u, v, e
      flow u' = -u*v^2, v' = -u^2*v, e' = -2*(u^2 - v^2)*e
      claim invariant (u*v)^2/2 - e <= 0
      claim invariant (u*v)^2/2 - e >= 0
      """, ["squaresPlusIdeal", "no boundaryPoint"]
    ),
    // Several entries: one of them leaves while the other is on its side; where another one is never, nothing is refuted.
    (
      "param x, y\nflow x' = -1, y' = 0\nclaim invariant [x, y] > 0\nclaim invariant [x, y] >= 0\n",
      ["no boundaryPoint", "no boundaryPoint"]
    ),
    ("param x\nflow x' = -1\nclaim invariant [x, 0] > 0\n", ["?"]),
    // The flow keeps u = v and not v = 1: where that is assumed a trajectory may be none.
    (
      "param u, v\nmodel f = u*v\nclaim conserved u given u = v\nclaim conserved u given v = 1\nclaim identity u = 1 given u = v given u*v = 4\n",
      ["no witness", "?", "no witness"]
    ),
    // Any loss does not grow along gradient flow; under momentum it may.
    ("param u, v\nmodel f = u*v\nclaim nonincreasing loss\n", ["squares"]),
    ("param u, v\nmodel f = u*v\nflow momentum(tau)\nclaim nonincreasing loss\n", ["no witness"]),
  ]

  @Test("kinds of certificates", arguments: cases)
  func isDecided(text: String, expected: [String]) throws {
    let kinds = try GivenSizesTests.kinds(text)
    #expect(kinds == expected)
  }

  /// CP of order 4, n = 5, R = 3: 60 parameters and 625 derivatives of any loss, or 625 data.
  static let tensor = """
    param A[5,3], B[5,3], C[5,3], D[5,3]
    model T[i,j,k,l] = sum(r: A[i,r]*B[j,r]*C[k,r]*D[l,r])

    """
  static let laws = (1...3).flatMap { r in
    zip(["A", "B", "C"], ["B", "C", "D"]).map { "claim conserved sum(i: \($0)[i,\(r)]^2) - sum(i: \($1)[i,\(r)]^2)\n" }
  }.joined()

  @Test(
    "nine laws of a tensor of order 4",
    arguments: [
      tensor + laws, "data y[5,5,5,5]\n" + tensor + "loss 1/2*norm2(T - y)\n" + laws,
    ])
  func isFast(text: String) throws {
    let file = try GivenSizesTests.file(text)
    let prover = GivenSizesProver(file)
    let clock = ContinuousClock()
    let start = clock.now
    for claim in file.claims {
      let proof = try prover.prove(claim, called: "c")
      #expect(proof?.evidence?.kind == .identity)
    }
    let time = clock.now - start
    #expect(file.claims.count == 9)
    // Of an optimized build a second; of any build on any machine:
    #expect(time < .seconds(60))
    print("nine laws: \(time)")
  }
}
