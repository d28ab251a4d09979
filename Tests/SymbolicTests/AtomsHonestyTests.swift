import CertificateChecker
import FlowLanguage
import Models
import Symbolic
import Testing
import Verdicts

/// What atoms must not make of claims.
@Suite("atoms: honesty")
struct AtomsHonestyTests {
  /// Each with what must come out, as in ``GivenSizesTests/kinds(_:)``.
  static let traps: [(String, [String])] = [
    // A root is not negative.
    (
      """
      param x, y
      flow x' = 1, y' = 1
      claim identity sqrt(x^2) = x
      claim identity sqrt(1/x^2) = 1/x
      claim identity sqrt(x^2*y^2) = x*y
      claim identity sqrt(x/y^2) = sqrt(x)/y
      claim identity ((x - y)^2)^(3/2) = (x - y)^3
      """, Array(repeating: "no witness", count: 5)
    ),
    // What is true and not seen is not refuted.
    (
      """
      param x, y
      flow x' = 1, y' = 1
      claim identity sqrt(x^2) = abs(x)
      claim identity relu(1 + x^2) = 1 + x^2
      claim identity sqrt(x*y)^2 = sqrt(x)^2*sqrt(y)^2
      claim identity log(x^2) = 2*log(abs(x))
      claim identity exp(log(x)) = x
      """, ["?", "?", "identity", "?", "?"]
    ),
    // Zero divisors: g (1 − g) = 0, and neither factor is.
    (
      """
      param x, y
      flow x' = 1, y' = 1
      claim identity relu(x)*relu(-x)*y = 0
      claim identity relu(x)*y = 0
      claim identity relu(-x)*y = 0
      claim identity (relu(x)/x)^2 = relu(x)/x
      claim identity relu(x)/x = relu(y)/y
      claim identity relu(x - y)/(x - y) + relu(y - x)/(y - x) = 1
      claim identity relu(x - y)/(x - y) - relu(y - x)/(y - x) = 1
      """, ["identity", "no witness", "no witness", "identity", "no witness", "identity", "no witness"]
    ),
    // Velocities are means over data points.
    (
      """
      param a, w
      input x, y
      loss 1/2*(a*relu(w*x) - y)^2
      claim conserved w^2 - a^2
      claim conserved w^2 - a^2 + relu(x)
      claim identity der(a)^2 = norm2(grad(a))
      claim nonincreasing loss
      claim nonincreasing loss by grad(a), grad(w)
      """, ["identity", "-", "-", "?", "-"]
    ),
    // Without data points the loss of the text is multiplied out where symbols for its derivatives do not do.
    (
      """
      param a, w
      data x, y
      model f = a*tanh(w*x)
      loss 1/2*(f - y)^2
      claim identity der(loss) = -grad(a)^2 - grad(w)^2
      claim nonincreasing (f - y)^2 by grad(a), grad(a), grad(w), grad(w)
      claim nonincreasing loss by grad(a)
      claim identity grad(a) = (f - y)*tanh(w*x)
      claim identity grad(a) = (f - y)*tanh(w*x)^2
      claim identity der(loss) = -grad(a)^2 - 2*grad(w)^2
      """, ["identity", "identity", "no witness", "identity", "?", "no witness"]
    ),
    // Given equations are no evidence that is known with atoms.
    (
      "param x, y\nflow x' = 1, y' = 1\nclaim identity sqrt(x) = sqrt(y) given x = y\nclaim identity sqrt(x) - sqrt(x) = 0 given x = y\n",
      ["?", "identity"]
    ),
    // A sign that is kept, by a polynomial cofactor; with an atom in it nothing is said. A sign that is not kept.
    (
      """
      param x, y
      flow x' = x*(y + 1), y' = 1/x
      claim invariant x > 0
      claim invariant y > 0
      claim invariant y < 1
      claim invariant x > 0 cofactor y + 1
      claim invariant x > 0 cofactor y
      """, ["cofactor", "no boundaryPoint", "no boundaryPoint", "identity", "no witness"]
    ),
    (
      "param x\nflow x' = relu(x)\nclaim invariant x > 0\nclaim nonincreasing x\nclaim nonincreasing -x\n",
      ["?", "no witness", "?"]
    ),
    // Where a cofactor has a pole q passes 0: x' = −1 = (−1/x) x, and x' = −x log(x)² reaches 0 in finite time, as log(x)' = −log(x)².
    (
      "param x\nflow x' = -1 + 0/x\nclaim invariant x > 0 cofactor -1/x\nclaim invariant x > 0\n",
      ["?", "?"]
    ),
    ("param x\nflow x' = -x*log(x)^2\nclaim invariant x > 0 cofactor -log(x)^2\nclaim invariant x > 0\n", ["?", "?"]),
    ("param x\nflow x' = -sqrt(x)\nclaim invariant x > 0\nclaim invariant x > 0 cofactor -1/sqrt(x)\n", ["?", "?"]),
    // A derivative that is 0 wherever it is one, and a value that jumps where x passes 0; where the flow ends or turns it does not.
    (
      """
      param x, y
      flow x' = 1, y' = y
      claim conserved x/abs(x)
      claim conserved x/sqrt(x^2)
      claim conserved sqrt(x^2*y^2)/(x*y)*y/y
      claim invariant x/abs(x) > 0
      claim decays y*abs(x)/x rate -1
      claim conserved exp(relu(x)/x)
      claim conserved abs(1/x)*x
      claim conserved abs(y)/y
      claim conserved x/x + abs(y)/y
      claim conserved relu(x) - relu(-x) - abs(x) - 2*min(x, 0)
      claim conserved relu(x)*y/(1 + y^2)*exp(-y)*0 + abs(x)^2/x - x
      """, Array(repeating: "?", count: 7) + Array(repeating: "identity", count: 4)
    ),
    (
      "param x, y\nflow x' = -y, y' = x\nclaim conserved 1/norm([x, y])\nclaim conserved (x^2 + y^2)/norm([x, y])\n",
      ["identity", "identity"]
    ),
    // The program's loss, extreme entries, singular values and open sizes are left to others.
    (
      "param x[3]\nflow x' = x\nclaim conserved max(x)\nclaim conserved nuclear([x[1], x[2]; 0, 1])\nclaim laws count 1\nclaim always x[1] > 0 on [0, 1]\n",
      ["-", "-", "-", "-"]
    ),
    ("dim n\nparam x[n]\nflow x' = x\nclaim decays norm(x) rate 1\n", ["-"]),
  ]

  @Test("nothing is proved or refuted that is not shown", arguments: traps)
  func isHonest(text: String, expected: [String]) throws {
    #expect(try GivenSizesTests.kinds(text) == expected, "\(text)")
  }

  static func proof(_ text: String) throws -> ClaimProof {
    let file = try GivenSizesTests.file(text)
    return try #require(try GivenSizesProver(file).prove(file.claims[0], called: "c"))
  }

  @Test("the reason says where it holds")
  func scope() throws {
    func reason(_ text: String) throws -> String { try Self.proof(text).reason }
    #expect(
      try reason("param a, w\ninput x\nmodel f = a*relu(w*x)\nclaim conserved w^2 - a^2\n")
        == "the derivative along the flow is 0, wherever no argument of relu is 0")
    #expect(
      try reason("param x, y\nflow x' = -y, y' = x\nclaim conserved 1/norm([x, y])\n")
        == "the derivative along the flow is 0, wherever every argument of a root is positive and no denominator is 0")
    #expect(
      try reason("param x, y\nflow x' = 1, y' = 1\nclaim conserved max(x, y) - min(x, y)\n")
        == "the derivative along the flow is 0, wherever no two arguments of max or min are equal")
    // A loss that is not smooth everywhere, where only its derivatives are spoken of.
    #expect(
      try reason(
        "param a, w\ndata x, y\nmodel f = a*tanh(x)*w\nloss abs(f - y)/norm([f, 1])\nclaim conserved w^2 - a^2\n")
        == "the derivative along the flow is 0, wherever no argument of abs is 0 and every argument of a root is positive "
        + "and no denominator is 0")
    // A cofactor without denominators, though 1/q was asked for.
    #expect(
      try reason("param x, y\nflow x' = x*y, y' = exp(x)\nclaim invariant x > 0\n")
        == "its rate is a multiple of it, so that it keeps its sign")
    // 1 + e^z is positive: nothing is to be said.
    #expect(
      try reason("param x\nflow x' = 1\nclaim identity sigmoid(-x) + sigmoid(x) = 1\n") == "both sides are equal")
    #expect(
      try reason("param x\nflow x' = 1\nclaim identity log(x) = log(3*x) - log(3)\n")
        == "both sides are equal, wherever every argument of log is positive")
    // With data that stand in a file a witness chooses them.
    let text = "param a, w\ndata x[1] from \"x.csv\"\nmodel f = a*relu(w*x[1])\nclaim conserved w^2 - 2*a^2\n"
    #expect(try Self.proof(text).verdict == .inconclusive)
    #expect(try reason(text) == "it fails for some data, and whether for those of the file was not looked at")
  }

  @Test("witnesses are exact points, made simple")
  func witnesses() throws {
    let kepler = try Self.proof(
      """
      param x, y, u, v
      let r = sqrt(x^2 + y^2)
      flow x' = u, y' = v, u' = -x/r^3, v' = -y/r^3
      claim conserved r
      """)
    // r' = (x u + y v)/r.
    let point = try #require(kepler.evidence?.witness)
    let values = point.values.compactMapValues { Double($0) }
    let (x, y) = (values["x"] ?? 0, values["y"] ?? 0)
    let rate = (x * (values["u"] ?? 0) + y * (values["v"] ?? 0)) / (x * x + y * y).squareRoot()
    #expect(rate != 0 && Double(point.value) == rate)
    #expect(point.values.count == 2)
    // Numbers of more than 64 bits on the way: the cube of a root of a fraction with nine digits.
    let long = try Self.proof(
      """
      param x, u
      let d = ((x + 0.012277471)^2)^(3/2)
      flow x' = u, u' = 1/d
      claim conserved u^2/2 + 2/d^(1/3)
      """)
    #expect(long.verdict == .violated)
    // A root that is rational nowhere on the grid of small integers, and somewhere between.
    let between = try Self.proof("param x\nflow x' = 1\nclaim conserved sqrt(x^2 + 0.001)\n")
    let place = try #require(between.evidence?.witness)
    let parts = try #require(place.values["x"]).split(separator: "/").compactMap { Int($0) }
    let root = (Double(parts[0] * parts[0]) / Double(parts[1] * parts[1]) + 0.001).squareRoot()
    let value = place.value.split(separator: "/").compactMap { Double($0) }
    #expect(abs(Double(parts[0]) / Double(parts[1]) / root - value[0] / value[1]) < 1e-12)
  }

  /// Quotients without functions: the second checker reads them by itself.
  @Test(
    "certificates of quotients",
    arguments: [
      ("param x, y\nflow x' = x, y' = y\n", "conserved x/y", "conserved x^2/y"),
      ("param x, y\nflow x' = 1/y, y' = 1/x\n", "conserved x/y", "conserved x - y"),
      ("param u, v\ndata y\nloss 1/2*(u/v - y)^2\n", "conserved u^2 + v^2", "conserved u^2 - v^2"),
      ("param x, y\nflow x' = x*(y + 1), y' = 1/x\n", "invariant x > 0", "invariant y > 0"),
      ("param x, y\nflow x' = x/(1 + y^2), y' = y\n", "identity der(x*y) = x*y + x*y/(1 + y^2)", "decays x rate -1"),
    ])
  func certificates(head: String, holds: String, fails: String) throws {
    for (claim, verdict) in [(holds, "holds"), (fails, "violated")] {
      let source = head + "claim \(claim)\n"
      let proof = try Self.proof(source)
      let certificate = Certificate(
        program: "t", name: "t.flow", source: source, sizes: [:], claim: proof.statement,
        verdict: "\(proof.verdict.rawValue)", scope: .given, evidence: try #require(proof.evidence))
      #expect(certificate.verdict == verdict)
      guard case .accepted = CertificateChecker.check(certificate) else {
        Issue.record("\(claim): \(CertificateChecker.check(certificate))")
        continue
      }
      // The same evidence of the other claim.
      var other = certificate
      other.claim = claim == holds ? fails : holds
      guard case .rejected = CertificateChecker.check(other) else {
        Issue.record("accepted: \(other.claim)")
        continue
      }
    }
  }

  @Test("too much is said to be too much")
  func limits() throws {
    let clock = ContinuousClock()
    let many = (1...600).map { "act(x + \($0)*y)" }.joined(separator: " + ")
    // A root of an order that would take as many steps.
    let file = try GivenSizesTests.file("param x\nflow x' = 1\nclaim conserved x^(1/1000000007)\n")
    #expect(try GivenSizesProver(file).prove(file.claims[0], called: "c")?.verdict == .inconclusive)
    let texts = [
      "param x, y\nflow x' = 1, y' = 1\nclaim conserved \(many)\n",
      "param x[16]\nflow x' = x\nclaim conserved (sum(sqrt(norm2(x) + 1) + sum(exp(x))))^40/(1 + sum(x))^40\n",
      "param W[90,90], V[90,90], a[90]\ninput x[90]\nmodel f = dot(a, relu(V*relu(W*x)))\nclaim conserved W[1,1]^2\n",
      "param W[24,24], V[24,24], a[24]\ninput x[24]\nmodel f = dot(a, tanh(V*tanh(W*x)))\nclaim conserved W[1,1]^2\n",
    ]
    for text in texts {
      var verdict: Verdict?
      let time = try clock.measure { verdict = try Self.proof(text).verdict }
      #expect(verdict == .inconclusive)
      #expect(time < .seconds(120))
    }
  }
}
