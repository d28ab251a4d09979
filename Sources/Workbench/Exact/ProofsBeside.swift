import FlowLanguage
import Models
import Symbolic
import Verdicts

/// What exact algebra says of a report's claims, beside their numerical verdicts.
///
/// Of a file's claims each is asked; of the claim `balancedness` on any model the laws that its labels show, in the language of its text.
/// Only what the second checker accepts is said. Large models and what algebra cannot decide go without a word.
struct ProofsBeside {
  private let flow: FlowModel?
  private let model: Model

  /// Parameters up to which formulas at given sizes are expanded of a file, of whatever functions they are: some tenths of a second.
  private static let mostParameters = 16
  /// Parameters up to which a built-in model is expanded, which is a polynomial or has relu.
  private static let mostBuiltIn = 150
  /// Parameters up to which laws are looked for in labels at all.
  private static let mostLabelled = 4_000
  /// The most entries of a built-in model that is expanded.
  private static let mostEntries = 300
  /// The most laws that are asked about.
  private static let mostLaws = 200

  init(flow: FlowModel?, model: Model) { (self.flow, self.model) = (flow, model) }

  func add(to report: inout Report) {
    guard flow?.external == nil else { return }
    if let flow, let text = try? FlowText(content: flow.content, name: flow.path, sizes: flow.sizes) {
      let provers = ClaimProver(text.checked)
      for (number, claim) in text.checked.claims.enumerated() {
        let name = FlowClaimNames.name(claim, number: number + 1)
        guard let place = report.claims.firstIndex(where: { $0.claim == name }) else { continue }
        // Products of whole matrices take no time, whatever their sizes are.
        report.claims[place].proof =
          note(try? AllSizesProver(text.checked).prove(claim, called: name), text)
          ?? (isSmall(text.checked) ? note(claim, name, provers, text) : nil)
      }
    }
    if let place = report.claims.firstIndex(where: { $0.claim == "balancedness" }), let note = balancedness() {
      report.claims[place].proof = note
    }
  }

  private func isSmall(_ file: CheckedFile) -> Bool {
    let counts = file.declarations.filter { $0.role == .parameter }.map {
      $0.shape.sizes.reduce(1) { $0 * ($1.number ?? 1) }
    }
    return counts.reduce(0, +) <= Self.mostParameters
  }

  private func note(_ claim: CheckedClaim, _ name: String, _ provers: ClaimProver, _ text: FlowText) -> ProofNote? {
    if case .laws = claim.form { return nil }
    return note(try? provers.prove(claim, called: name), text)
  }

  /// What the second checker accepts of a proof.
  private func note(_ proof: ClaimProof?, _ text: FlowText) -> ProofNote? {
    guard let proof, proof.verdict != .inconclusive,
      let certified = try? CertifiedProof(proof, of: text, seed: 1).proof, certified.verdict != .inconclusive
    else { return nil }
    return ProofNote(certified.verdict, certified.words)
  }

  /// One note of all laws that labels show.
  private func balancedness() -> ProofNote? {
    guard flow == nil, model.program.layout.count <= Self.mostLabelled, let laws = try? LawModel(model),
      let claims = try? ModelClaims(laws).laws,
      let written = ModelText(laws), !claims.isEmpty, claims.count <= Self.mostLaws,
      claims.allSatisfy({ !$0.claim.contains("[") })
        || laws.parameterCount <= Self.mostBuiltIn && laws.program[laws.output].count <= Self.mostEntries,
      let text = try? FlowText(content: written.text(claims), name: model.summary)
    else { return nil }
    let provers = ClaimProver(text.checked)
    for (claim, item) in zip(text.checked.claims, claims) {
      guard note(claim, item.label, provers, text)?.verdict == .holds else { return nil }
    }
    let first = claims[0].claim.dropFirst("conserved ".count)
    let others = claims.count == 1 ? "is" : "and \(claims.count - 1) more are"
    return ProofNote(.holds, "holds, proved at these sizes for any loss: \(first) \(others) constant")
  }
}
