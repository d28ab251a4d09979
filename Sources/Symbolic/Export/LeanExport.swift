import FlowLanguage
import Models

/// A claim about matrices of every size as Lean 4 text over Mathlib: the identity Q' = 0, or Q' + r Q = 0, over every commutative ring.
///
/// The text is written, not compiled: nothing that tests this program runs Lean. Its first line says so.
public struct LeanExport: Sendable {
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
    guard case .matrix = statement.quantity else {
      throw file.exportRefusal(
        claim.span, "a number that is conserved, for all sizes, has no counterpart in the Lean export",
        "export it to Coq")
    }
    let source = CarriedSource(file.source)
    let remark = source.lines.map { "--   \($0)\n" }.joined()
    let dialect = MatrixDialect.mathlib
    var binders = "{R : Type*} [CommRing R]"
    if !flow.sizes.isEmpty { binders += " {\(flow.sizes.joined(separator: " ")) : ℕ}" }
    for letter in flow.letters {
      let type = letter.sides.map { "Matrix (Fin \($0.rows)) (Fin \($0.columns)) R" } ?? "R"
      binders += "\n    (\(letter.name) : \(type))"
    }
    // Velocities stand in place of their letters.
    func velocity(_ name: String) -> MatrixExpression? { flow.letters.first { $0.name == name }?.velocity }
    return """
      -- Not compiled by this program's tests: written for Lean 4 with Mathlib, to be checked by its reader.
      -- From the text:
      \(remark)-- SHA-256 of that text: \(source.digest)
      import Mathlib

      -- \(CarriedSource.harmless(claim.text))
      theorem claim_identity \(binders) :
          \(statement.left(velocity, dialect)) = 0 := by
        simp only [Matrix.transpose_add, Matrix.transpose_sub, Matrix.transpose_neg, Matrix.transpose_mul,
          Matrix.transpose_transpose, Matrix.transpose_smul, Matrix.transpose_zero, Matrix.transpose_one, Matrix.add_mul,
          Matrix.mul_add, Matrix.sub_mul, Matrix.mul_sub, Matrix.neg_mul, Matrix.mul_neg, Matrix.smul_mul, Matrix.mul_smul,
          Matrix.zero_mul, Matrix.mul_zero, Matrix.one_mul, Matrix.mul_one, Matrix.mul_assoc, smul_add, smul_sub, smul_neg]
        \(statement.rate == nil ? "abel" : "module")

      """
  }
}
