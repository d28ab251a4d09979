import CertificateChecker
import FlowLanguage
import Foundation
import Models
import Symbolic
import Testing

/// What stands in exports, without a proof assistant.
@Suite("Texts of exports") struct ExportTextTests {
  private func text(_ source: String, _ evidence: ProofEvidence? = nil, claim: Int = 0) throws -> String {
    let file = try ExportTools.file(source)
    return try CoqExport(file: file, claim: file.claims[claim], evidence: evidence).text()
  }

  private func refusal(_ body: () throws -> String) -> String {
    do { return "no refusal: \(try body())" } catch { return "\(error)" }
  }

  /// Sums stand as sums over structured variables, nothing is expanded.
  @Test func indexSumsAreKept() throws {
    let text = try text(
      "param A[5,3], B[5,3], C[5,3]\nmodel T[i,j,k] = sum(r: A[i,r]*B[j,r]*C[k,r])\nclaim conserved sum(i: A[i,1]^2) - sum(i: B[i,1]^2)"
    )
    for line in [
      "Definition p_A (a1 a2 : Z) : expr := (Var (V \"A\" [a1; a2]%Z))%expr.",
      "sum 3 (fun i_r => p_A i_i_0 i_r * p_B i_j i_r * p_C i_k i_r)",
      "Definition Loss : expr := (sum 5 (fun a1 => sum 5 (fun a2 => sum 5 (fun a3 => g_T a1 a2 a3 * f_T a1 a2 a3))))%expr.",
      "Definition the_flow : flow := Gradient Loss.", "Compute List.length params.",
      "solves params the_flow th T -> rests claim_1_data th ->", "forall t, 0 <= t <= T -> ev (th t) q = ev (th 0) q.",
      "Fail Definition claim_1_mutant : claim_1_mutated = true", "Print Assumptions claim_1_holds.",
    ] {
      #expect(text.contains(line), "\(line)")
    }
    #expect(text.utf8.count < 4000)
  }

  @Test func bytesAreTheSame() throws {
    let source = "dim n = 2\nparam U[n,n], V[n,n]\nmodel X = U*V'\nclaim conserved U'*U - V'*V"
    let first = try text(source)
    for _ in 0..<3 { #expect(try text(source) == first) }
    let open = try ExportTools.file(source.replacing("n = 2", with: "n"))
    let matrices = try MatrixExport(file: open, claim: open.claims[0]).text()
    #expect(try MatrixExport(file: open, claim: open.claims[0]).text() == matrices)
  }

  /// Whatever the text holds, its remark holds no sign of Coq, and the digits are its bytes.
  @Test func nothingOfTheTextEndsARemark() throws {
    let attacks = [
      ExportTools.hostile,
      "# *) Axiom bad : False. (*\nparam u, v; model f = u*v; claim conserved u^2 - v^2",
      "# \" (* \" *) \"\nparam u, v; model f = u*v; claim conserved u^2 - v^2 # ` ' /- -/",
      "# \u{202E}*\u{0301}) \u{FEFF} ❩ ＊）\nparam u, v; model f = u*v; claim conserved u^2 - v^2",
    ]
    for source in attacks {
      let text = try text(source)
      let start = try #require(text.range(of: "line by line:"))
      let end = try #require(text.range(of: "SHA-256 of that text"))
      let remark = text[start.upperBound..<end.lowerBound]
      #expect(remark.allSatisfy { !"*()\"'`/-\\".contains($0) }, "\(remark)")
      #expect(remark.unicodeScalars.allSatisfy { $0.isASCII || "×❨❩′″−∕⟨⟩".unicodeScalars.contains($0) })
      // Two remarks of the file's own and one for the claim.
      #expect(text.components(separatedBy: "(*").count == text.components(separatedBy: "*)").count)
      let digits = Array(source.utf8).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
      #expect(text.contains("Definition source_text_1 : N := 0x\(digits)%N."))
      #expect(!text.contains("\nAxiom") && !text.contains(" Axiom bad : False. (*"))
    }
  }

  /// Names never meet a word of Coq, and two names never become one.
  @Test func namesAreSanitized() throws {
    let text = try text(ExportTools.hostile)
    for name in ["p_forall", "p_Qed", "p_th", "p__u3BB_", "p_p__x", "p_V (a1 : Z)"] {
      #expect(text.contains("Definition \(name) "), "\(name)")
    }
    let names = ["a_b", "a__b", "a", "λ", "_u3BB_", "u3BB", "aλb", "a_u3BB_b", "_", "__", "x₁", "x1"]
    #expect(Set(names.map { ExportName.encoded($0) }).count == names.count)
    #expect(names.allSatisfy { ExportName.encoded($0).utf8.allSatisfy { $0 < 128 } })
  }

  @Test func refusalsNameThePlace() throws {
    #expect(
      refusal { try text("param u, v\nmodel f = tanh(u*v)\nclaim conserved u - v") }.contains("line 2, column 11: tanh")
    )
    #expect(refusal { try text("dim n\nparam U[n]\nmodel f = U\nclaim conserved U") }.contains("'n' has no value"))
    #expect(refusal { try text("param u, v\nmodel f = u*v\nclaim laws degree 2") }.contains("a count of laws"))
    #expect(
      refusal { try text("param u, v\nmodel f = u/v\nclaim conserved u") }.contains("line 2, column 13: a division"))
    #expect(
      refusal { try text("param u, v\nmodel f = u*v\nclaim conserved u given u = v") }.contains("assumed equations"))
    #expect(refusal { try text("param u, v\nmodel f = (u+v)^20*(u-v)^20\nclaim conserved u") }.contains("expands to"))
    #expect(
      refusal { try text("param W[300,300]\nmodel f = W\nclaim conserved W[1,1]") }.contains(
        "more than 20000 variables"))
    let chain = (1...60).map { "let a\($0) = a\($0 - 1)*a\($0 - 1)" }.joined(separator: "\n")
    #expect(refusal { try text("param a0\n\(chain)\nmodel f = a60\nclaim conserved a0") }.contains("has the degree"))
    #expect(
      refusal {
        try text(
          "dim n = 3\nparam A[n,n], B[n,n], C[n,n], D[n,n]\ndata Y[n,n]\nmodel W = D*C*B*A\nloss norm2(W - Y)\nclaim nonincreasing loss"
        )
      }.contains("the squares of the loss's gradient"))
    let open = try ExportTools.file("dim n\nparam U[n,n]\nmodel X = U.*U\nclaim conserved U")
    #expect(
      refusal { try MatrixExport(file: open, claim: open.claims[0]).text() }.contains("no sum of products of matrices"))
  }

  /// Without coqc a line says so, and only with --require is that a failure.
  @Test func theCheckSaysWhatIsMissing() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("nothing-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createSymbolicLink(
      atPath: folder.appendingPathComponent("dirname").path, withDestinationPath: "/usr/bin/dirname")
    let script = ExportTools.root.appendingPathComponent("scripts/coq-check").path
    for (flag, status) in [([], 0), (["--require"], 1)] {
      let arguments = ["-c", "PATH=\(folder.path) exec /bin/sh \"$@\"", "sh", script] + flag + ["/nowhere.v"]
      let result = try ExportTools.run("/bin/sh", arguments)
      #expect(result.status == Int32(status))
      #expect(result.output.hasPrefix("skipped: no coqc"))
    }
  }

  /// A certificate's polynomials are read, never copied.
  @Test func polynomialsOfCertificates() throws {
    let file = try ExportTools.file("param u[2], λ\nmodel f = u*λ\nclaim conserved λ")
    func read(_ text: String) throws -> String {
      var reader = PolynomialText(text, file)
      return try reader.expression()
    }
    #expect(
      try read("3/2*u[1]^2*λ - grad(f)[2] + 7")
        == "(Cst (3 # 2) * pow (Var (V \"u\" [1]%Z)) 2 * Var (V \"_u3BB_\" []%Z) - Var (Grad \"f\" [2]%Z) + Cst (7 # 1))"
    )
    #expect(try read("-u[1]") == "(- (Var (V \"u\" [1]%Z)))")
    for bad in [
      "u[3]", "u[0]", "u", "w", "u[1]) . Axiom x : False. (", "u[1]^999", "1/0", "u[1] u[2]", "", "(u[1])", "\"",
      "grad(f",
      "u[1]*", "+u[1]", "λ[1]", "1/", "u[1]^-1", "u[١]",
    ] {
      #expect(throws: Refusal.self, "\(bad)") { try read(bad) }
    }
  }

  /// The gradient of ⟨G, X⟩, and words under traces, against hand-made ones.
  @Test func matricesOfEverySize() throws {
    let file = try ExportTools.file(
      "dim a, b, c, d\nparam W1[b,a], W2[c,b], W3[d,c]\nmodel W = W3*W2*W1\nclaim conserved W2'*W2 - W1*W1'")
    let text = try MatrixExport(file: file, claim: file.claims[0]).text()
    for line in [
      "Definition vel_p_W1 (K : comRingType) (n_a n_b n_c n_d : nat)", "  (- ((p_W3 *m p_W2)^T *m g_W)).",
      "  (- (p_W3^T *m (g_W *m p_W1^T))).", "Lemma claim_identity (K : comRingType)", "ncnorm. zmod. Qed.",
      "Fail Definition claim_mutant : claim_mutated", "Theorem claim_holds", "Print Assumptions claim_holds.",
    ] {
      #expect(text.contains(line), "\(line)")
    }
    let word = [("A", false), ("B", true), ("C", false)].map { TraceWord.Letter(name: $0.0, isTransposed: $0.1) }
    let turned = Array(word[1...] + word[..<1])
    let transposed = word.reversed().map { TraceWord.Letter(name: $0.name, isTransposed: !$0.isTransposed) }
    #expect(TraceWord(letters: turned).canonical.letters == word)
    #expect(TraceWord(letters: turned).canonical.turn == 2)
    #expect(TraceWord(letters: transposed).canonical.letters == word)
    #expect(TraceWord(letters: transposed).canonical.isTransposed)
  }

  /// Long chains and large powers are refused before they are written out.
  @Test func matricesThatGrowAreRefused() throws {
    func export(_ text: String) throws -> String {
      let file = try ExportTools.file(text)
      return try MatrixExport(file: file, claim: file.claims[0]).text()
    }
    let chain = (1...3000).map { "let a\($0) = a\($0 - 1)'" }.joined(separator: "\n")
    #expect(
      refusal { try export("dim n\nparam a0[n,n]\n\(chain)\nmodel X = a3000\nclaim conserved a0") }.contains("50 deep"))
    #expect(
      refusal { try export("dim n\nparam A[n,n], B[n,n]\nmodel X = (A+B)^20\nclaim conserved A - B") }
        .contains("more than 1000 words"))
    #expect(
      refusal { try export("dim n\nparam A[n,n], B[n,n]\nmodel X = A*B\nclaim conserved tr((A+B)^15)") }
        .contains("more than 1000 words"))
  }

  @Test func leanSaysThatItWasNotCompiled() throws {
    let file = try ExportTools.file(
      "dim n, r\nparam E[n,r], W[r,r]\nmodel X = E*W*E'\nclaim conserved E'*E - W*W' - W'*W")
    let text = try LeanExport(file: file, claim: file.claims[0]).text()
    #expect(text.hasPrefix("-- Not compiled by this program's tests"))
    #expect(text.contains("theorem claim_identity {R : Type*} [CommRing R] {n_n n_r : ℕ}"))
    #expect(text.contains("(p_E : Matrix (Fin n_n) (Fin n_r) R)"))
    #expect(text.contains("abel"))
    #expect(!text.contains("sorry"))
  }
}
