import CertificateChecker
import Symbolic
import Verdicts

/// What exact algebra says of the claims of a text: the report of `prove`, schema `flowcheck.proof/1`.
package struct ProofReport: Printable, Sendable {
  /// A claim, what is said of it, and where its certificate was written.
  package struct Item: Sendable {
    package let proof: ClaimProof
    package var certificate: String?
  }

  /// What messages call the text.
  package let name: String
  /// How parameters move, and for which losses.
  package let flow: String
  package var items: [Item]
  /// What was left out of a file for a proof assistant.
  package var remarks: [String] = []

  package var command: String { "prove" }
  package var verdict: Verdict? { Verdict.worst(items.map(\.proof.verdict)) }

  package var blocks: [Block] {
    var blocks: [Block] = [.heading(name: "prove", text: name), .fact(name: "flow", text: flow)]
    for item in items {
      blocks += [.gap, .heading(name: item.proof.claim, text: item.proof.statement)]
      if let evidence = item.proof.evidence { blocks += Self.blocks(evidence) }
      if let path = item.certificate { blocks.append(.fact(name: "certificate", text: path)) }
      blocks.append(.verdict("\(item.proof.claim): \(item.proof.words)"))
    }
    if !remarks.isEmpty { blocks += [.gap] + remarks.map { .remark($0) } }
    return blocks
  }

  package var verdictLines: [Block] { items.map { .verdict("\($0.proof.claim): \($0.proof.words)") } }

  private static func blocks(_ evidence: ProofEvidence) -> [Block] {
    var blocks: [Block] = []
    if let cofactors = evidence.cofactors, !cofactors.isEmpty {
      blocks.append(
        .fact(name: cofactors.count == 1 ? "cofactor" : "cofactors", text: shortened(cofactors.joined(separator: "; ")))
      )
    }
    if let squares = evidence.squares, !squares.isEmpty {
      let terms = squares.prefix(4).map { "\($0.coefficient)·(\($0.root))²" }.joined(separator: " + ")
      blocks.append(
        .fact(name: "squares", text: shortened(terms + (squares.count > 4 ? " + … (\(squares.count) in all)" : ""))))
    }
    if let witness = evidence.witness {
      let sizes = witness.sizes.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value)" }
      let values = witness.values.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value)" }
      blocks.append(.fact(name: "point", text: shortened((sizes + values).joined(separator: ", "))))
      blocks.append(.fact(name: "value", text: shortened(witness.value)))
    }
    return blocks
  }

  /// A text that stands in a line; the JSON has all of it.
  private static func shortened(_ text: String) -> String {
    text.count <= 300 ? text : text.prefix(300) + "…"
  }

  // MARK: Other formats

  package var csv: String {
    let header = "claim,statement,verdict,strength,sizes,certificate,reason"
    return
      ([header]
      + items.map { item in
        let proof = item.proof
        return [
          proof.claim, proof.statement, proof.verdict.rawValue, proof.strength?.rawValue ?? "",
          proof.scope?.rawValue ?? "",
          proof.evidence?.kind.rawValue ?? "", proof.reason,
        ].map(CSVText.field).joined(separator: ",")
      }).joined(separator: "\n")
  }

  package func json() throws -> String { try JSONText.encode(self) }
  package func jsonLines() throws -> String { try JSONText.lines(items) }
}

extension ClaimProof {
  /// How strongly it is known; nil where nothing is.
  package var strength: Strength? { isDecided ? .proved : nil }

  private var isDecided: Bool { verdict != .inconclusive && (evidence != nil || laws != nil) }

  /// The verdict with its reason, on one line.
  package var words: String {
    guard isDecided else { return "\(verdict.rawValue): \(reason)" }
    let sizes = scope == .all ? "for all sizes" : "at these sizes"
    return verdict == .holds ? "holds, proved \(sizes): \(reason)" : "\(verdict.rawValue), proved: \(reason)"
  }
}

extension ProofReport: Encodable {
  package func encode(to encoder: any Encoder) throws {
    let object = ReportObject(encoder)
    try object.put("schema", "flowcheck.proof/1")
    try object.put("command", command)
    try object.put("name", name)
    try object.put("flow", flow)
    try object.put("claims", each: items)
    if !remarks.isEmpty { try object.put("remarks", each: remarks) }
    try object.put("verdict", verdict?.rawValue)
  }
}

extension ProofReport.Item: Encodable {
  package func encode(to encoder: any Encoder) throws {
    let object = ReportObject(encoder)
    try object.put("claim", proof.claim)
    try object.put("statement", proof.statement)
    try object.put("verdict", proof.verdict.rawValue)
    try object.put("strength", each: proof.strength?.rawValue)
    try object.put("sizes", each: proof.scope?.rawValue)
    let isWitness = proof.evidence?.witness != nil
    try object.put("certificate", each: isWitness ? nil : proof.evidence)
    try object.put("witness", each: isWitness ? proof.evidence : nil)
    try object.put("file", certificate)
    try object.put("reason", proof.reason)
  }
}
