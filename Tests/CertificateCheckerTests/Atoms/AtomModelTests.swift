import CertificateChecker
import Foundation
import Testing

/// The models of the repository whose functions are no polynomials.
@Suite("Atoms in the models")
struct AtomModelTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "models")

  /// Names of models, claims that hold and claims that do not.
  static let models: [(name: String, holds: [String], fails: [String])] = [
    (
      "kepler",
      [
        "conserved 1/2*(u^2 + v^2) - 1/r", "conserved x*v - y*u", "conserved v*(x*v - y*u) - x/r",
        "identity der(x*u + y*v) = u^2 + v^2 - 1/r",
      ],
      [
        "conserved 1/2*(u^2 + v^2) - 2/r", "conserved 1/2*(u^2 + v^2) + 1/r", "conserved 1/2*(u^2 + v^2) - 1/r^2",
        "conserved x*v + y*u", "conserved v*(x*v - y*u) - y/r", "conserved r",
        "identity der(x*u + y*v) = u^2 + v^2 - 1/r^2",
      ]
    ),
    ("two-layer-leaky", ["conserved sum(j: W[1,j]^2) - a[1]^2"], ["conserved sum(j: W[1,j]*W[2,j]) - a[1]*a[2]"]),
    (
      "two-layer-relu", ["conserved sum(j: W[1,j]^2) - a[1]^2"], ["conserved sum(j: W[1,j]*W[2,j]) - a[1]*a[2]"]
    ),
    ("gated-unit", ["conserved norm2(U) - norm2(O)"], ["conserved norm2(G) - norm2(U)"]),
    (
      "norm-layer", ["conserved norm2(a) + norm2(b) + norm2(c)"],
      ["conserved norm2(a)", "conserved norm2(a) + norm2(b) + norm2(c) - norm2(g)"]
    ),
    ("norm-layer-epsilon", [], ["conserved norm2(a) + norm2(b) + norm2(c)"]),
    ("attention", ["conserved Q*Q' - K*K'", "conserved V*V' - O'*O"], []),
    (
      "multi-head-attention", ["conserved Q*Q' - K*K'", "conserved U*U' - P'*P"], []
    ),
    (
      "pleiades",
      ["conserved dot(m, x.*v - y.*u)", "conserved dot(m, u.*u + v.*v) - sum(i, j: m[i]*m[j]/sqrt(E[i,j]))"], []
    ),
    (
      "convolution-relu", ["conserved W[1,1]^2 + W[1,2]^2 - V[1,1]^2 - V[1,2]^2"],
      ["conserved W[1,1]*W[2,1] + W[1,2]*W[2,2] - V[1,1]*V[2,1] - V[1,2]*V[2,2]"]
    ),
  ]

  @Test(arguments: models.indices)
  func claims(number: Int) throws {
    let (name, holds, fails) = Self.models[number]
    let source = try String(contentsOf: Self.folder.appending(path: "\(name).flow"), encoding: .utf8)
    func check(_ claim: String) -> CheckResult {
      CertificateChecker.check(
        Certificate(
          program: "tests", name: "\(name).flow", source: source, sizes: [:], claim: claim, verdict: "holds",
          scope: .given, evidence: ProofEvidence(.identity)))
    }
    for claim in holds {
      let result = check(claim)
      guard case .accepted = result else {
        Issue.record("\(name): \(claim): \(result)")
        continue
      }
    }
    for claim in fails {
      let result = check(claim)
      guard case .rejected(let reason) = result, reason.contains("is not 0:") else {
        Issue.record("\(name): \(claim): \(result)")
        continue
      }
    }
  }
}
