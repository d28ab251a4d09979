import CertificateChecker
import Testing

/// `nonincreasing loss` along the gradient flow of a stated loss, by the squares of its derivatives in all parameters.
@Suite("Descent of the loss")
struct DescentTests {
  private static let texts: [(source: String, parameters: [String], scope: String)] = [
    ("dim n, m\ninput x[n], y[m]\nparam W[m,n]\nmodel f = W*x\nloss 1/2*norm2(f - y)", ["W"], ""),
    (
      "dim n, h\ninput x[n], y[n]\nparam V[n,h], W[h,n]\nmodel f = V*relu(W*x)\nloss 1/2*norm2(f - y)", ["V", "W"],
      "wherever no argument of relu is 0"
    ),
    ("dim n\ninput x[n], y\nparam w[n]\nmodel f = leaky(dot(w, x))\nloss (f - y)^2", ["w"], "leaky"),
    ("dim n\ninput x[n], y[n]\nparam w[n]\nmodel f = softmax(w.*x)\nloss -dot(y, f)", ["w"], ""),
    (
      "dim n\ninput x[n], y[n]\nparam w[n], g[n]\nmodel f = g.*rmsnorm(w.*x)\nloss norm2(f - y)", ["w", "g"],
      "where no argument of a root is 0"
    ),
    ("dim n = 3\ndata y[n] from \"y.csv\"\nparam w[n]\nloss norm2(w.*w - y)", ["w"], ""),
    ("dim n\nparam w[n], v[n]\nlet p[i] = w[i]^2*v[i]\nloss sum(i: p[i])^2 + w[1]/v[1]", ["w", "v"], "no denominator"),
    ("param u\nloss act(u)", ["u"], "for every smooth act"),
    ("param u, v\nloss log(u)*abs(v) + max(u, v)", ["u", "v"], "max compares no equal values"),
  ]

  private func check(
    _ source: String, _ squares: [ProofEvidence.Square], _ claim: String = "nonincreasing loss",
    scope: Certificate.Scope = .all, sizes: [String: Int] = [:], _ change: (inout ProofEvidence) -> Void = { _ in }
  ) -> CheckResult {
    var evidence = ProofEvidence(.squares, squares: squares)
    change(&evidence)
    return CertificateChecker.check(
      Certificate(
        program: "tests", name: "t.flow", source: source, sizes: sizes, claim: claim, verdict: "holds", scope: scope,
        evidence: evidence))
  }

  private func squares(_ names: [String]) -> [ProofEvidence.Square] { names.map { square("1", "grad(\($0))") } }

  private func expectRejected(
    _ result: CheckResult, _ part: String = "", sourceLocation: SourceLocation = #_sourceLocation
  ) {
    guard case .rejected(let reason) = result else {
      Issue.record("\(result)", sourceLocation: sourceLocation)
      return
    }
    #expect(part.isEmpty || reason.contains(part), "\(reason)", sourceLocation: sourceLocation)
  }

  @Test("every stated loss falls, of any functions, inputs and sizes", arguments: texts.indices)
  func accepted(number: Int) {
    let (source, parameters, scope) = Self.texts[number]
    guard case .accepted(let statement) = check(source, squares(parameters)) else {
      Issue.record("\(source): \(check(source, squares(parameters)))")
      return
    }
    #expect(statement.hasPrefix("holds for all sizes: nonincreasing loss"))
    #expect(scope.isEmpty || statement.contains(scope), "\(statement)")
    #expect(statement.contains("(") == !scope.isEmpty, "\(statement)")
    // In another order, and at sizes that are given.
    #expect(check(source, squares(parameters.reversed())) == .accepted(statement))
    let open = ["n", "m", "h"].filter { source.contains($0 + ",") || source.contains(" \($0)\n") }
    let sizes = Dictionary(uniqueKeysWithValues: open.map { ($0, 2) })
    if source.contains("dim n\n") || source.contains("dim n, ") {
      guard case .accepted(let own) = check(source, squares(parameters), scope: .given, sizes: sizes) else {
        Issue.record("\(source): \(check(source, squares(parameters), scope: .given, sizes: sizes))")
        return
      }
      #expect(own.hasPrefix("holds at "))
      expectRejected(check(source, squares(parameters), scope: .given), "has no number")
      expectRejected(check(source, squares(parameters), sizes: sizes), "sizes have values")
    }
  }

  @Test("evidence that names the parameters wrongly", arguments: texts.indices)
  func names(number: Int) {
    let (source, parameters, _) = Self.texts[number]
    let all = squares(parameters)
    for place in all.indices {
      var missing = all
      missing.remove(at: place)
      expectRejected(check(source, missing))
      expectRejected(check(source, all + [all[place]]), "stands twice")
      for coefficient in ["2", "1/2", "-1", "0", "1000000001/1000000000", "x", ""] {
        var changed = all
        changed[place].coefficient = coefficient
        expectRejected(check(source, changed))
      }
      for root in [
        "grad(q)", "grad(f)", "grad(W", "grad(w )", "W", "2*grad(w)", "grad()", "grad(loss)", "-grad(w)", "grad(x)",
      ] {
        var changed = all
        changed[place].root = root
        expectRejected(check(source, changed))
      }
    }
    expectRejected(check(source, []))
    for (kind, change) in [
      (ProofEvidence.Kind.squaresPlusIdeal, { (evidence: inout ProofEvidence) in evidence.kind = .squaresPlusIdeal }),
      (.squares, { $0.cofactors = ["0"] }), (.squares, { $0.entries = ["0"] }), (.squares, { $0.conserved = "0" }),
      (.squares, { $0.witness = witness([:], value: "1") }), (.identity, { $0.kind = .identity }),
      (.witness, { $0.kind = .witness }),
    ] as [(ProofEvidence.Kind, (inout ProofEvidence) -> Void)] {
      guard case .rejected = check(source, all, "nonincreasing loss", change) else {
        Issue.record("\(kind) of \(source)")
        continue
      }
    }
  }

  @Test("other flows, other values and other claims", arguments: texts.indices)
  func others(number: Int) {
    let (source, parameters, _) = Self.texts[number]
    let all = squares(parameters)
    let still = parameters.map { "\($0)' = \($0)" }.joined(separator: ", ")
    for flow in ["gradient decay 1", "gradient decay 0", "momentum(1)", "momentum(0)", "mirror", still] {
      expectRejected(check(source + "\nflow \(flow)", all))
    }
    #expect(check(source + "\nflow gradient", all) == check(source, all))
    for claim in [
      "nonincreasing -loss", "nonincreasing 2*loss", "nonincreasing loss + 1", "conserved loss", "invariant loss <= 0",
    ] {
      expectRejected(check(source, all, claim))
    }
    // The loss is any, or a program's.
    let lines = source.split(separator: "\n").filter { !$0.hasPrefix("loss") }.joined(separator: "\n")
    expectRejected(check(lines, all))
    expectRejected(check(lines + "\nloss program \"true\"", all))
  }
}
