import CertificateChecker
import Testing

/// What grows past every limit.
@Suite("Limits")
struct LimitTests {
  @Test("texts and numbers that grow past every limit")
  func explosions() {
    var bomb = Cases.given[0].certificate
    for cofactor in [
      "(u + v + grad(f) + 1)^1000", "u^99999999999999999999", "((u + v)^100 + 1)^1000",
      String(repeating: "(", count: 100_000),
      String(repeating: "(u+1)*", count: 3000) + "1", "1/0", "u/v", "u^-1", String(repeating: "9", count: 20_000),
      "(10^9999)^9999", "",
      "2^100000^2", "u[9999999999999999999]", "u[", "grad(", "grad(f", "u**v", "u^^2", "π", "1e5", "0.5",
    ] {
      bomb.evidence.cofactors = [cofactor]
      guard case .rejected = CertificateChecker.check(bomb, work: 100_000) else {
        Issue.record("\(cofactor.prefix(40))")
        continue
      }
    }
    for (source, claim) in [
      ("param u, v\nmodel f = (u + v)^1000*(u - 2*v + 1)^1000", "conserved u"),
      ("dim n = 200\nparam W[n,n]\nmodel f = det(W)", "conserved W[1,1]"),
      ("dim n = 9\nparam W[n,n]\nmodel f = det(W)", "conserved det(W)^9"),
      ("dim n = 1000000\nparam W[n,n,n,n]\nmodel f = sum(W)", "conserved sum(W)"),
      ("dim n = 1000000\nparam W[n]\nmodel f = sum(i,j,k: W[i]*W[j]*W[k])", "conserved W[1]"),
      ("dim n = 60\nparam W[n,n]\nmodel f = W^100", "conserved W[1,1]"),
      ("param u\nmodel f = ((((u^1000)^1000)^1000)^1000)^1000", "conserved u"),
      ("param u\nmodel f = ((((7^1000)^1000)^1000)^1000)*u", "conserved u"),
      ("param u, v\nlet a = u + v; let b = a^50; let c = b^50; let d = c^50\nmodel f = d", "conserved u"),
    ] {
      bomb = Cases.given[0].certificate
      (bomb.source, bomb.claim, bomb.evidence) = (source, claim, ProofEvidence(.identity))
      for scope in [Certificate.Scope.given, .all] {
        bomb.scope = scope
        guard case .rejected = CertificateChecker.check(bomb, work: 100_000) else {
          Issue.record("\(claim) of \(source)")
          continue
        }
      }
    }
  }
}
