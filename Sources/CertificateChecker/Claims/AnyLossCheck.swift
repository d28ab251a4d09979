import FlowLanguage

/// Looks whether what is claimed of a stated loss holds for every loss of the model, which takes much less work: with L = ℓ(f, …)
/// the parameters move by Σ_k (∂ℓ/∂f_k) ∂f_k/∂θ, and what is 0 for all numbers in place of ∂ℓ/∂f_k is 0.
package struct AnyLossCheck {
  private let file: CheckedFile
  private let claim: CheckedClaim
  private let evidence: ProofEvidence
  private let budget: Budget

  /// A check of the evidence of a claim.
  package init(_ file: CheckedFile, _ claim: CheckedClaim, _ evidence: ProofEvidence, _ budget: Budget) {
    (self.file, self.claim, self.evidence, self.budget) = (file, claim, evidence, budget)
  }

  /// - Returns: Remarks on the scope of what is proved; nil where it is not so, or not of this form: that says nothing.
  /// - Throws: If the work for it takes too long.
  package func check() throws(Rejection) -> [String]? {
    switch claim.form {
    case .conserved, .decays: break
    default: return nil
    }
    guard evidence.kind == .identity, let model = file.model, let loss = file.loss, file.program == nil else {
      return nil
    }
    if case .field = file.flow { return nil }
    let scan = try FunctionScan(file, claim, budget)
    guard !scan.isRational, try isThroughModel(loss, model) else { return nil }
    let variables = Variables()
    let expander = Expander(file, variables, budget, atoms: Atoms(variables, budget), takesAnyLoss: true)
    guard let remarks = try? ProofCheck(ClaimReading(claim, expander), evidence).check() else { return nil }
    // The stated loss is not read, and may bend or have poles itself.
    let own = remarks.filter { !$0.hasPrefix(Atoms.bends) }
    return own + scan.remarks.filter { !own.contains($0) }
  }

  /// Whether a loss depends on parameters through the model alone.
  private func isThroughModel(_ loss: Term, _ model: Int) throws(Rejection) -> Bool {
    var (waiting, seen) = ([loss], Set([model]))
    while let term = waiting.popLast() {
      try budget.spend()
      switch term.kind {
      case .declared(let position):
        guard seen.insert(position).inserted else { continue }
        if file.declarations[position].role == .parameter { return false }
        if let value = file.declarations[position].value { waiting.append(value) }
      case .velocity, .loss, .derivative, .gradient: return false
      default: waiting += term.kind.parts
      }
    }
    return true
  }
}
