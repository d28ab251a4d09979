import CertificateChecker
import FlowLanguage
import Foundation
import Models
import Symbolic
import Testing

/// Exports that coqc reads. Every test compiles a theorem or sees a false one rejected.
@Suite("Exports compiled by Coq", .enabled(if: ExportTools.hasCoq), .serialized)
struct ExportCoqTests {
  @Test func conservedEntriesOfAProductCompileAndNoOthers() throws {
    let text =
      "dim n = 2\nparam U[n,n], V[n,n]\nmodel X = U*V'\nclaim conserved U'*U - V'*V\nclaim conserved U*U' - V*V'"
    let file = try ExportTools.file(text)
    let right = try CoqExport(file: file, claim: file.claims[0]).text()
    let wrong = try CoqExport(file: file, claim: file.claims[1]).text()
    let result = try ExportTools.check([right, wrong])
    #expect(result.status == 1)
    #expect(result.output.contains("0.v: compiles, with no axioms but those of the real numbers"))
    #expect(result.output.contains("1.v: does not compile"))
  }

  /// An export whose theorem is not proved, or rests on an axiom of its own, is told from one that is.
  @Test func anAxiomIsFound() throws {
    let file = try ExportTools.file("param u, v\nmodel f = u*v\nclaim conserved u^2 - v^2")
    let text = try CoqExport(file: file, claim: file.claims[0]).text()
    let proof = "Proof. apply conserved. vm_compute. reflexivity. Qed."
    #expect(text.contains(proof))
    let admitted = text.replacing(proof, with: "Proof. Admitted.")
    let unprinted = text.replacing("Print Assumptions", with: "Check")
    let result = try ExportTools.check([admitted, unprinted])
    #expect(result.status == 1)
    #expect(result.output.contains("0.v: rests on the axiom claim_1_holds"))
    #expect(result.output.contains("1.v: prints no assumptions"))
  }

  /// A mutated claim that could be proved would stop the compiler.
  @Test func theMutantIsNoDecoration() throws {
    let file = try ExportTools.file("param u, v\nmodel f = u*v\nclaim conserved u^2 - v^2")
    let text = try CoqExport(file: file, claim: file.claims[0]).text()
    let result = try ExportTools.check([text.replacing("with_rate (Cst 1)", with: "with_rate (Cst 0)")])
    #expect(result.status == 1)
    #expect(result.output.contains("The command has not failed"))
  }

  /// Signs by cofactors, squares, a rate of decay and refutations at exact points.
  @Test func everyKindOfClaimCompiles() throws {
    let field = try ExportTools.file(
      """
      param x, y
      flow x' = x - y^2, y' = y*(x - y^2)
      claim invariant y^2 - x > 0 cofactor 1 - 2*y^2
      claim invariant y >= 0
      claim invariant 1 - x^2 - y^2 >= 0
      """)
    let signs = try CoqExport(
      file: field,
      claims: [
        (field.claims[0], nil), (field.claims[1], ProofEvidence(.cofactor, cofactors: ["x - y^2"])),
        (field.claims[2], ProofEvidence(.boundaryPoint, witness: .init(values: ["x": "-1"], value: "-2"))),
      ]
    ).text()
    let diagonal = try ExportTools.file(
      """
      param u[2], v[2]
      data y[2]
      let f = u.*v
      loss 1/2*norm2(f - y)
      claim nonincreasing loss
      claim nonincreasing norm2(u) + norm2(v)
      claim identity det([u[1], v[1]; u[2], v[2]]) = u[1]*v[2] - v[1]*u[2]
      """)
    let rising = ProofEvidence(
      .witness, witness: .init(values: ["u[1]": "2", "v[1]": "1", "y[1]": "4"], value: "16"))
    let falls = try CoqExport(
      file: diagonal, claims: [(diagonal.claims[0], nil), (diagonal.claims[1], rising), (diagonal.claims[2], nil)]
    ).text()
    let decay = try ExportTools.file(
      "param u, v\nmodel f = u*v\nflow gradient decay lambda\nclaim decays u^2 - v^2 rate 2*lambda\nclaim conserved u^2 - v^2"
    )
    let fades = try CoqExport(
      file: decay,
      claims: [
        (decay.claims[0], nil),
        (decay.claims[1], ProofEvidence(.witness, witness: .init(values: ["u": "1", "lambda": "1/2"], value: "-1"))),
      ]
    ).text()
    let result = try ExportTools.check([signs, falls, fades])
    #expect(result.status == 0, "\(result.output)")
  }

  /// A witness at which nothing is wrong refutes nothing.
  @Test func aFalseWitnessIsRejected() throws {
    let file = try ExportTools.file("param u, v\nmodel f = u*v\nclaim conserved u^2 - v^2\nclaim conserved u^2 + v^2")
    let witness = ProofEvidence(
      .witness, witness: .init(values: ["u": "1", "v": "2", "grad(f)": "3"], value: "1"))
    let wrong = try CoqExport(file: file, claim: file.claims[0], evidence: witness).text()
    let right = try CoqExport(file: file, claim: file.claims[1], evidence: witness).text()
    let result = try ExportTools.check([wrong, right])
    #expect(result.output.contains("0.v: does not compile"))
    #expect(result.output.contains("1.v: compiles"))
  }

  /// Names and remarks that try to speak Coq.
  @Test func namesOfCoqCompile() throws {
    let file = try ExportTools.file(ExportTools.hostile)
    let text = try CoqExport(file: file, claims: file.claims.map { ($0, nil) }).text()
    // A long remark: a number of 60000 digits would overflow Coq's stack.
    let long = try ExportTools.file(
      String(repeating: "# \"*) (* \n", count: 3000) + "param u, v\nmodel f = u*v\nclaim conserved u^2 - v^2")
    let result = try ExportTools.check([text, try CoqExport(file: long, claim: long.claims[0]).text()])
    #expect(result.status == 0, "\(result.output)")
  }

  @Test(.enabled(if: ExportTools.hasMathComp)) func matricesOfEverySizeCompileAndAFalseLawDoesNot() throws {
    let chain = try ExportTools.file(
      "dim a, b, c\nparam A[b,a], B[c,b]\nmodel X = B*A\nclaim conserved B'*B - A*A'\nclaim conserved A'*A - B'*B\n"
        .replacing("A'*A - B'*B", with: "norm2(A) + norm2(B)"))
    let turning = try ExportTools.file(
      "dim n\nparam U[n,n], V[n,n]\nmodel X = U*V'\nlet D = U'*U - V'*V\nclaim conserved tr(D*D)")
    let texts = [
      try MatrixExport(file: chain, claim: chain.claims[0]).text(),
      try MatrixExport(file: chain, claim: chain.claims[1]).text(),
      try MatrixExport(file: turning, claim: turning.claims[0]).text(),
    ]
    let result = try ExportTools.check(texts)
    #expect(result.status == 1)
    #expect(result.output.contains("0.v: compiles"))
    #expect(result.output.contains("1.v: does not compile"))
    #expect(result.output.contains("2.v: compiles"))
  }
}
