import FlowLanguage

/// Checks that a stated loss does not increase along its gradient flow: L' = −Σ_P |∂L/∂P|² by the chain rule, whatever the loss is made
/// of, of all sizes, and with inputs as well, where L is the mean over the data points and the gradient is that of the mean.
///
/// The evidence names every parameter once, as the square of `grad(P)` with the coefficient 1, and nothing else.
package struct DescentCheck {
  private let file: CheckedFile
  private let claim: CheckedClaim
  private let certificate: Certificate
  private let budget: Budget

  /// A check of a certificate of a claim.
  package init(_ file: CheckedFile, _ claim: CheckedClaim, _ certificate: Certificate, _ budget: Budget) {
    (self.file, self.claim, self.certificate, self.budget) = (file, claim, certificate, budget)
  }

  /// - Returns: Remarks on the scope of what is proved; nil where claim, flow or evidence are others, which other checks read.
  /// - Throws: If the evidence is of this kind and does not name the parameters.
  package func check() throws(Rejection) -> [String]? {
    let evidence = certificate.evidence
    guard case .nonincreasing(let value, by: []) = claim.form, value.kind == .loss,
      case .gradient(decay: nil) = file.flow,
      file.loss != nil, file.program == nil, evidence.kind == .squares, let squares = evidence.squares,
      squares.contains(where: { $0.root.hasPrefix("grad(") })
    else { return nil }
    guard evidence.cofactors == nil, evidence.entries == nil, evidence.conserved == nil, evidence.witness == nil else {
      throw Rejection("evidence of kind squares has squares and nothing else")
    }
    if certificate.scope == .given, let open = file.openSizes.first {
      throw Rejection("the size \(open) has no number")
    }
    try checkNames(squares)
    let scan = try FunctionScan(lossOf: file, budget)
    return scan.remarks
  }

  private func checkNames(_ squares: [ProofEvidence.Square]) throws(Rejection) {
    let roots = Dictionary(
      file.declarations.filter { $0.role == .parameter }.map { ("grad(\($0.name))", $0.name) },
      uniquingKeysWith: { first, _ in first })
    var found: Set<String> = []
    for square in squares {
      try budget.spend()
      guard let name = roots[square.root] else {
        throw Rejection("the square of '\(shortened(square.root))' is not that of the loss's derivative in a parameter")
      }
      guard try Fraction.parse(square.coefficient) == .one else {
        throw Rejection("the square of '\(shortened(square.root))' has another coefficient than 1")
      }
      guard found.insert(name).inserted else {
        throw Rejection("the square of '\(shortened(square.root))' stands twice in the evidence")
      }
    }
    guard found.count == roots.count else {
      let missing = roots.values.filter { !found.contains($0) }.sorted().first ?? ""
      throw Rejection("the evidence does not name the parameter '\(shortened(missing))'")
    }
  }
}
