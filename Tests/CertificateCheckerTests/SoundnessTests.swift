import CertificateChecker
import Testing

/// What a checker could believe too easily.
@Suite("What proves nothing")
struct SoundnessTests {
  private func check(
    _ source: String, _ claim: String, _ evidence: ProofEvidence, _ verdict: String = "holds",
    scope: Certificate.Scope = .given, sizes: [String: Int] = [:]
  ) -> CheckResult {
    CertificateChecker.check(
      Certificate(
        program: "tests", name: "t.flow", source: source, sizes: sizes, claim: claim, verdict: verdict, scope: scope,
        evidence: evidence))
  }

  private func expectRejected(_ result: CheckResult, _ part: String, sourceLocation: SourceLocation = #_sourceLocation)
  {
    guard case .rejected(let reason) = result else {
      Issue.record("\(result)", sourceLocation: sourceLocation)
      return
    }
    #expect(reason.contains(part), "\(reason)", sourceLocation: sourceLocation)
  }

  @Test("a claim's text is one claim")
  func claimTexts() {
    let source = "param u, v\nmodel f = u*v"
    for claim in [
      "conserved u\nclaim conserved u^2 - v^2", "conserved u\rclaim conserved u^2 - v^2",
      "conserved u; claim conserved u^2 - v^2",
      "conserved u^2 - v^2 # + u", "conserved u; let g = u; claim conserved u^2 - v^2", "", "claim conserved u^2 - v^2",
      "a: conserved u^2 - v^2", "as scale -> 0: conserved u^2 - v^2", "conserved u^2 - v^2\u{0}",
    ] {
      guard case .rejected = check(source, claim, .init(.identity)) else {
        Issue.record("\(claim)")
        continue
      }
    }
    // Two lines of the text itself, and a remark that ends with its line.
    #expect(
      check(source + "\n# \"", "conserved u^2 - v^2", .init(.identity)) == .accepted("holds: conserved u^2 - v^2"))
    expectRejected(check(source + "\nflow w' = 1", "conserved u^2 - v^2", .init(.identity)), "the text has an error")
  }

  @Test("velocities are means over data points: nothing that is not linear follows from one of them")
  func dataPoints() {
    let source = "input x\nparam a, w\nmodel f = a*w*x"
    #expect(check(source, "conserved a^2 - w^2", .init(.identity)) == .accepted("holds: conserved a^2 - w^2"))
    // True for one point, where w' = −g a x and a' = −g w x; false for two.
    let square = "identity der(w)^2*w^2 = der(a)^2*a^2"
    guard case .accepted = check("data x\nparam a, w\nmodel f = a*w*x", square, .init(.identity)) else {
      Issue.record("one point")
      return
    }
    expectRejected(check(source, square, .init(.identity)), "mean over data points")
    expectRejected(check(source, "conserved f*0 + x*(a^2 - w^2)", .init(.identity)), "data point")
    expectRejected(
      check(source, "identity a = a given grad(f) = 0", .init(.ideal, cofactors: ["0"])), "mean over data points")
    let matrices = "dim n, m\ninput x[n]\nparam W[m,n], V[n,m]\nmodel f = V*W*x"
    expectRejected(
      check(matrices, "identity der(W) = -V'*grad(f)*x'", .init(.identity), scope: .all), "mean over data points")
    #expect(
      check(matrices, "conserved V'*V - W*W'", .init(.identity), scope: .all)
        == .accepted("holds for all sizes: conserved V'*V - W*W'"))
  }

  @Test("a cofactor with a pole keeps no sign")
  func poles() {
    // u < 0 with u' = 1 reaches 0, although u' = (1/u) u.
    expectRejected(check("param u\nflow u' = 1", "invariant u < 0 cofactor 1/u", .init(.identity)), "denominator")
    expectRejected(
      check("param u\nflow u' = 1", "invariant 1/u < 0", .init(.cofactor, cofactors: ["1"])), "denominator")
  }

  @Test("entries of a file are not chosen by a witness")
  func files() {
    let source = "param u\ndata y from \"y.csv\"\nmodel f = u*y"
    let own = source.replacing("data y from", with: "data y[1] from").replacing("u*y", with: "u*y[1]")
    let point = witness(["y[1]": "1", "grad(f)": "1"], value: "-1")
    expectRejected(check(own, "conserved u", .init(.witness, witness: point), "violated"), "file")
    #expect(
      check(own.replacing(" from \"y.csv\"", with: ""), "conserved u", .init(.witness, witness: point), "violated")
        == .accepted("violated: conserved u (what the claim says is 0 is -1)"))
  }

  @Test("a vector that is 0 only by assumption")
  func vectors() {
    // u' = v, v' = 0: {u = 0} alone is left.
    let source = "param u, v\nflow u' = v, v' = 0"
    let evidence = ProofEvidence(.vectorCofactor, cofactors: ["0", "1", "0", "0"], entries: ["u", "v"])
    expectRejected(check(source, "invariant u = 0", evidence), "none of what the claim assumes")
    #expect(check(source, "invariant [u, v] = 0", evidence) == .accepted("holds: invariant [u, v] = 0"))
    expectRejected(check(source, "invariant [u, v] >= 0", evidence), "keeps v = 0")
  }

  @Test("boundary points of comparisons")
  func boundaries() {
    let source = "param u, v\nflow u' = -1, v' = 0"
    func at(_ values: [String: String], _ claim: String, _ value: String, entry: [Int] = []) -> CheckResult {
      check(source, claim, .init(.boundaryPoint, witness: witness(values, entry: entry, value: value)), "violated")
    }
    guard case .accepted = at([:], "invariant u >= 0", "-1") else {
      Issue.record("u >= 0")
      return
    }
    expectRejected(at(["u": "1"], "invariant u >= 0", "-1"), "not 0")
    expectRejected(at([:], "invariant u <= 0", "-1"), "does not leave")
    expectRejected(at([:], "invariant -u >= 0", "1"), "does not leave")
    // The other entry is false there, or on the boundary of a strict comparison.
    expectRejected(at(["v": "-1"], "invariant [u, v] >= 0", "-1", entry: [1]), "another entry")
    expectRejected(at([:], "invariant [u, v] > 0", "-1", entry: [1]), "another entry")
    expectRejected(at([:], "invariant u >= 0 given v = 1", "-1"), "given equation")
    expectRejected(at([:], "invariant u >= 0 given v = 0", "-1"), "assumes equations")
  }

  @Test("what the normal form of words does not read is rejected")
  func unread() {
    let evidence = ProofEvidence(.identity)
    for (source, claim) in [
      ("dim n\nparam u[n], v[n]\nmodel f = u.*v", "conserved norm2(u) - norm2(v)"),
      ("dim n\nparam W[n,n]\nmodel f = tanh(W)", "conserved W"),
      ("dim n\nparam W[n,n]\nmodel f = W[1,1]", "conserved W"),
      ("dim n\nparam W[n,n]\nmodel f = W\nflow mirror", "conserved W - W"),
      ("dim n\nparam W[n,n]\nmodel f = W", "laws count 0"),
      ("dim n\nparam T[n,n,n]\nmodel f = sum(T)", "conserved sum(T)"),
      ("param u\nloss program \"true\"", "conserved u - u"),
    ] {
      guard case .rejected = check(source, claim, evidence, scope: .all) else {
        Issue.record("\(claim) of \(source)")
        continue
      }
    }
    // True for 1 × 1 only, and for square matrices in traces only.
    let pair = "dim n, r\nparam U[n,r], V[n,r]\nmodel X = U*V'"
    expectRejected(check(pair, "conserved U*U' - V*V'", evidence, scope: .all), "not 0 for all sizes")
    #expect(
      check(pair, "conserved tr(U*U') - tr(V'*V)", evidence, scope: .all)
        == .accepted("holds for all sizes: conserved tr(U*U') - tr(V'*V)"))
    #expect(
      check(pair, "conserved U*U' - V*V'", evidence, sizes: ["n": 1, "r": 1])
        == .accepted("holds at n = 1, r = 1: conserved U*U' - V*V'"))
    expectRejected(check(pair, "conserved U*U' - V*V'", evidence, sizes: ["n": 2, "r": 1]), "not 0")
    expectRejected(check(pair, "conserved U*U' - V*V'", evidence), "has no number")
    expectRejected(check(pair, "conserved U'*U - V'*V", evidence, scope: .all, sizes: ["n": 2]), "sizes have values")
  }

  @Test("vectors, rows and their 1 × 1 products are numbers")
  func vectorWords() {
    let source = "dim n\nparam x[n], y[n]\nmodel f = x*y'"
    for claim in [
      "identity (x*y')*(x*y') = dot(x, y)*(x*y')", "identity tr(x*y') = y'*x",
      "identity norm2(x*y') = norm2(x)*norm2(y)",
      "conserved norm2(x) - norm2(y)", "identity x'*y*x'*y = dot(y, x)^2",
    ] {
      #expect(check(source, claim, .init(.identity), scope: .all) == .accepted("holds for all sizes: \(claim)"))
    }
    expectRejected(check(source, "identity x*y' = y*x'", .init(.identity), scope: .all), "not 0")
    expectRejected(check(source, "identity norm2(x*y') = norm2(x)*norm2(x)", .init(.identity), scope: .all), "not 0")
  }
}
