import CertificateChecker
import Testing

/// What a checker of functions that are no polynomials could believe too easily, and what could keep it busy.
@Suite("What atoms do not prove")
struct AtomSoundnessTests {
  private func check(
    _ source: String, _ claim: String, _ evidence: ProofEvidence = .init(.identity), _ verdict: String = "holds",
    scope: Certificate.Scope = .given, work: Int = Budget.workLimit
  ) -> CheckResult {
    CertificateChecker.check(
      Certificate(
        program: "tests", name: "t.flow", source: source, sizes: [:], claim: claim, verdict: verdict, scope: scope,
        evidence: evidence), work: work)
  }

  private func expectRejected(
    _ result: CheckResult, _ part: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    guard case .rejected(let reason) = result else {
      Issue.record("\(result)", sourceLocation: sourceLocation)
      return
    }
    #expect(part.isEmpty || reason.contains(part), "\(reason)", sourceLocation: sourceLocation)
  }

  private func expectAccepted(_ result: CheckResult, _ part: String, sourceLocation: SourceLocation = #_sourceLocation)
  {
    guard case .accepted(let statement) = result else {
      Issue.record("\(result)", sourceLocation: sourceLocation)
      return
    }
    #expect(statement.contains(part), "\(statement)", sourceLocation: sourceLocation)
  }

  @Test("a data point within a function")
  func dataPoints() {
    let source = "input x\nparam a, w\nmodel f = a*relu(w*x)"
    expectAccepted(check(source, "conserved w^2 - a^2"), "relu")
    expectRejected(check(source, "conserved relu(x)*(w^2 - a^2)"), "data point")
    expectRejected(check(source, "conserved exp(w^2 - a^2 + act(x) - act(x)*x)"), "data point")
    // True of one point and false of the mean over two.
    let square = "identity der(w)^2*w^2 = der(a)^2*a^2"
    expectAccepted(check(source.replacing("input x", with: "data x"), square), "relu")
    expectRejected(check(source, square), "mean over data points")
    expectRejected(check(source, "identity a*der(a) = w*der(w)"), "mean over data points")
  }

  @Test("a loss that depends on parameters beside the model is not taken for any")
  func losses() {
    let source = "param a, w\nmodel f = a*relu(w)\n"
    for loss in ["1/2*f^2", "exp(f)", "abs(f - 1)", "act(f)"] {
      expectAccepted(check(source + "loss \(loss)", "conserved w^2 - a^2"), "relu is 0")
    }
    expectAccepted(check(source + "loss abs(f - 1)", "conserved w^2 - a^2"), "no argument of abs or relu is 0")
    expectAccepted(check(source + "loss 1/f", "conserved w^2 - a^2"), "no denominator is 0")
    for loss in ["1/2*f^2 + w", "exp(f*a)", "f^2 + act(w)"] {
      expectRejected(check(source + "loss \(loss)", "conserved w^2 - a^2"), "is not 0")
    }
    expectRejected(check(source + "let b = w\nlet c = b^2\nloss f^2 + c", "conserved w^2 - a^2"), "is not 0")
    expectRejected(check(source + "loss program \"true\"", "conserved w^2 - a^2"), "program")
    // What holds of this loss and of no other.
    let round = "param u, v\nlet s = exp(0*u)\nmodel f = [u*s, v]\nloss f[1]^2 - f[2]^2"
    expectAccepted(check(round, "conserved u*v"), "holds")
    expectRejected(check(round.replacing("- f[2]", with: "+ f[2]"), "conserved u*v"), "is not 0")
    // How grad moves is not known.
    expectRejected(check(source, "conserved grad(f)"), "grad")
    expectRejected(check(source, "identity der(der(w)) = 0"), "grad")
    expectRejected(check(source, "conserved exp(grad(f))"), "grad")
  }

  @Test("signs and other evidence")
  func kinds() {
    let source = "param u, v\nmodel f = v*relu(u)"
    for (claim, evidence) in [
      ("invariant v > 0", ProofEvidence(.cofactor, cofactors: ["0"])),
      ("invariant v > 0 cofactor relu(u)", ProofEvidence(.identity)),
      ("conserved u^2 - v^2", ProofEvidence(.rationalLaw)),
      ("conserved u^2 - v^2 given u = 0", ProofEvidence(.ideal, cofactors: ["0"])),
      ("conserved u^2 - v^2 given u = 0", ProofEvidence(.cofactorModulo, cofactors: ["0", "0"])),
      ("invariant [u, v] = 0", ProofEvidence(.vectorCofactor, cofactors: ["0", "0", "0", "0"], entries: ["u", "v"])),
    ] {
      expectRejected(check(source, claim, evidence), "functions that are no polynomials")
    }
    // u' = 1/sqrt(u)…: a pole would let q pass 0, and so no sign is read.
    expectRejected(
      check("param u\nflow u' = 1", "invariant u < 0 cofactor 1/sqrt(u^2)*sqrt(u^2)/u"),
      "functions that are no polynomials")
    // Squares of polynomials are read.
    let energy = "param u\nmodel f = tanh(u)\nloss f^2\nflow momentum(2)"
    let squares = ProofEvidence(.squares, squares: [square("2", "v_u")])
    expectAccepted(check(energy, "nonincreasing loss + 1/2*v_u^2", squares), "holds")
    expectAccepted(check(energy.replacing("(2)", with: "(0)"), "nonincreasing loss + 1/2*v_u^2"), "holds")
    expectRejected(check(energy, "nonincreasing loss + v_u^2", squares), "is not 0")
    expectRejected(check(energy.replacing("(2)", with: "(1)"), "nonincreasing loss + 1/2*v_u^2", squares), "is not 0")
    expectRejected(check(energy, "nonincreasing loss + 1/2*v_u^2"), "is not 0")
    expectAccepted(check("param u\nflow u' = -exp(u)", "nonincreasing exp(u) by exp(u)"), "holds")
    expectRejected(check("param u\nflow u' = -exp(u)", "nonincreasing exp(u) by 2*exp(u)"), "is not 0")
    for text in ["#0", "", "relu(u)", "g", "exp(u)"] {
      expectRejected(check(energy, "nonincreasing loss + 1/2*v_u^2", .init(.squares, squares: [square("2", text)])), "")
    }
  }

  @Test("what divides by 0, and roots of negative numbers")
  func poles() {
    let source = "param u\nmodel f = u"
    for claim in [
      "identity 1/(relu(u) + relu(-u) - abs(u)) = 1", "identity 1/(exp(u) - exp(u)) = 1",
      "identity u/(sqrt(u)^2 - u) = 1",
      "identity 1/(relu(u)*relu(-u)) = 1", "identity 1/(sigmoid(u) + sigmoid(-u) - 1) = 2",
      "identity layernorm([u]) = [u]",
      "identity 1/sqrt(0) = exp(u)",
    ] {
      expectRejected(check(source, claim), "divides by 0")
    }
    expectRejected(check(source, "identity sqrt(-4) = u"), "root of -4")
    expectRejected(check(source, "identity log(-4 + 0*u) = u"), "logarithm of -4")
    expectRejected(check(source, "identity nuclear([u, 0; 0, u]) = 2*u"), "nuclear")
  }

  @Test("relations between functions that are not known prove nothing")
  func unknown() {
    let source = "param u, v\nmodel f = u"
    for claim in [
      "identity log(u*v) = log(u) + log(v)", "identity sqrt(u*v) = sqrt(u)*sqrt(v)", "identity sqrt(u^2) = u",
      "identity relu(u^3) = u^2*relu(u)", "identity act(u) = act(v)", "identity relu(u)*relu(-v) = relu(-u*v)",
    ] {
      expectRejected(check(source, claim), "is not 0")
    }
  }

  @Test("what grows past every limit")
  func explosions() {
    let nested = { (function: String, count: Int) in
      String(repeating: "\(function)(1 + ", count: count) + "u" + String(repeating: ")", count: count)
    }
    let chain = (0..<300).map { "let a\($0 + 1) = relu(a\($0) + 1)" }.joined(separator: "\n")
    for (source, claim) in [
      ("param u\nmodel f = \(nested("exp", 40))", "conserved u"),
      ("param u\nmodel f = \(nested("relu", 40))", "conserved u"),
      ("param u\nlet a0 = u\n\(chain)\nmodel f = a300", "conserved u"),
      ("param u\nmodel f = exp(1000000*u)*exp(u)", "conserved u"),
      ("param u\nmodel f = exp(u)*exp(u/1009)", "conserved u"),
      ("param u\nmodel f = exp(u)^100000", "conserved u"),
      ("param u\nmodel f = sqrt(u)^(99999/2)", "conserved u"),
      ("dim n = 60\nparam W[n,n]\nmodel f = softmax(W*W*W)", "conserved W[1,1]"),
      ("dim n = 3000\nparam W[n,n]\nmodel f = sum(relu(W))", "conserved W[1,1]"),
      ("param u, v\nmodel f = relu((u + v)^1000*(u - 2*v + 1)^1000)", "conserved u"),
      ("dim n = 30\nparam w[n]\nflow w' = w\n", "conserved sum(i: 1/(exp(w[i]) + 1))"),
      (
        "param u\nmodel f = act(u)",
        "identity \(String(repeating: "der(", count: 60))f\(String(repeating: ")", count: 60)) = 0"
      ),
    ] {
      for (verdict, evidence) in [
        ("holds", ProofEvidence(.identity)), ("violated", ProofEvidence(.witness, witness: witness([:], value: "1"))),
      ] {
        expectRejected(check(source, claim, evidence, verdict, work: 50_000), "")
      }
    }
  }

  @Test("definitions that name each other in a long chain")
  func chains() {
    func source(_ form: String, _ count: Int) -> String {
      let chain = (0..<count).map { "let a\($0 + 1) = " + form.replacing("$", with: "\($0)") }.joined(separator: "\n")
      return "param u, v\nlet a0 = u\n\(chain)\nloss 1/2*(a\(count) - v)^2"
    }
    expectAccepted(check(source("a$ + 1", 2_000), "conserved u + v"), "holds")
    expectRejected(check(source("a$ - 1", 2_000), "conserved u - v"), "is not 0")
    expectRejected(check(source("relu(a$ + 1)", 2_000), "conserved u"), "more than 64 deep")
    expectRejected(check(source("a$ + 1", 2_000) + "\nlet b = grad(a1)", "identity b = 1"), "is not 0")
  }
}
