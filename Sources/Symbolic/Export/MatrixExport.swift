import FlowLanguage
import Models

/// A claim of a `.flow` text about matrices of every size as a Coq file over MathComp and `Resources/coq/Matrices.v`.
///
/// The file proves the identity Q' = 0 (Q' + r Q = 0 for `decays`) for every commutative ring and all sizes, without an axiom, and from
/// it that Q is constant (an exponential) along every solution in a ring inside the real numbers. The derivative of the loss in the
/// model is an arbitrary function of time.
public struct MatrixExport: Sendable {
  private let file: CheckedFile
  private let claim: CheckedClaim

  /// An export of one claim; nothing is read before ``text()``.
  public init(file: CheckedFile, claim: CheckedClaim) { (self.file, self.claim) = (file, claim) }

  /// The file; the same bytes for the same text and claim.
  ///
  /// - Throws: A ``Refusal`` that names the place of what is no sum of products of matrices, or the kind of claim without a counterpart.
  public func text() throws(Refusal) -> String {
    let flow = try MatrixFlow(file)
    let statement = try MatrixStatement(file, claim, flow)
    let source = CarriedSource(file.source)
    let remark = source.lines.map { "     \($0)\n" }.joined()
    var text = """
      (* Written by flowcheck. To check: coqc -Q FOLDER Flow on FlowCheck.v, Matrices.v, then on this file.
         For matrices of every size over every commutative ring:

      \(remark)
         SHA-256 of that text: \(source.digest) *)
      From Coq Require Import NArith.
      (* The bytes of the text as numbers in base 256, 500 in each. *)
      \(source.definitions)
      From mathcomp Require Import all_ssreflect all_algebra.
      From Flow Require Import Matrices.
      Import GRing.Theory.
      Local Open Scope ring_scope.


      """
    let types = Types(flow)
    let dialect = MatrixDialect.mathComp
    let arguments = flow.letters.map(\.name).joined(separator: " ")
    for letter in flow.letters {
      guard let velocity = letter.velocity, let sides = letter.sides else { continue }
      let type = "'M[K]_(\(sides.rows), \(sides.columns))"
      text +=
        "Definition vel_\(letter.name) (K : comRingType)\(types.sizes)\(types.points) : \(type) :=\n  \(dialect.text(velocity)).\n"
      text += "Arguments vel_\(letter.name) {K\(flow.sizes.map { " " + $0 }.joined())}.\n"
    }
    func velocity(_ name: String) -> MatrixExpression? {
      flow.letters.first { $0.name == name && $0.velocity != nil }.map { _ in .letter("(vel_\(name) \(arguments))") }
    }
    text += gradientLemmas(flow, types)
    // The words under traces, in the letters themselves.
    func expanded(_ name: String) -> MatrixExpression? { flow.letters.first { $0.name == name }?.velocity }
    let moving = flow.letters.filter { $0.velocity != nil }.map { "vel_\($0.name)" }.joined(separator: " ")
    let unfold = "cbv beta delta [\(moving)]"
    text += "\n(* \(CarriedSource.harmless(claim.text)) *)\n"
    text += "Lemma claim_identity (K : comRingType)\(types.sizes)\(types.points) :\n"
    text += "  \(statement.equation(velocity)).\n"
    text += "Proof. \(unfold). ncnorm.\(statement.traceSteps(expanded)) zmod. Qed.\n\n"
    text += statement.mutant(velocity, types, unfold) + "\n"
    text += statement.corollary(flow, types)
    text += "\nPrint Assumptions claim_identity.\nPrint Assumptions claim_holds.\n"
    return text
  }

  /// That what the velocities are made of is the gradient: ⟨g, dX(H)⟩ = ⟨gradient, H⟩ for every direction H of a parameter.
  private func gradientLemmas(_ flow: MatrixFlow, _ types: Types) -> String {
    guard let model = flow.model else { return "" }
    let dialect = MatrixDialect.mathComp
    var text = "\n(* The gradient of <g, X> in a parameter: g against the derivative of X in the direction H. *)\n"
    for letter in flow.letters {
      guard let gradient = flow.gradients[letter.name], letter.velocity != nil, let sides = letter.sides else {
        continue
      }
      let change = model.derivative { $0 == letter.name ? .letter("H") : nil }
      let left = MatrixExpression.product(.transpose(.letter(flow.cotangent)), change)
      let right = MatrixExpression.product(.transpose(gradient), .letter("H"))
      text += "Lemma gradient_\(letter.name) (K : comRingType)\(types.sizes)\(types.points)"
      text += " (H : 'M[K]_(\(sides.rows), \(sides.columns))) :\n"
      text += "  \\tr \(dialect.text(left)) = \\tr \(dialect.text(right)).\n"
      text += "Proof. ncnorm.\(MatrixStatement.steps([left, right])) zmod. Qed.\n"
    }
    return text
  }

  /// Binders of sizes and letters.
  package struct Types {
    package let sizes: String
    /// Letters at a point.
    package let points: String
    /// Letters as functions of time; numbers and data rest.
    package let curves: String

    package init(_ flow: MatrixFlow) {
      sizes = flow.sizes.isEmpty ? "" : " (\(flow.sizes.joined(separator: " ")) : nat)"
      func type(_ letter: MatrixFlow.Letter) -> String {
        letter.sides.map { "'M[K]_(\($0.rows), \($0.columns))" } ?? "K"
      }
      points = flow.letters.map { " (\($0.name) : \(type($0)))" }.joined()
      curves = flow.letters.map { letter in
        let isCurve = letter.velocity != nil || letter.isFree || letter.sides == nil
        return " (\(letter.name) : \(isCurve ? "real -> " : "")\(type(letter)))"
      }.joined()
    }
  }
}
