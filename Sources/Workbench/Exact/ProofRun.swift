import ArrayFiles
import CertificateChecker
import FlowLanguage
import FlowODE
import Models
import Presentation
import Settings
import Symbolic
import Verdicts

/// What `prove` is asked.
package struct ProofRequest: Sendable {
  /// The `.flow` file; nil for a built-in model.
  package var path: String?
  /// The model and its settings, where no file is named.
  package var settings: Settings
  /// Claims in the file's language besides its own.
  package var further: [String] = []
  /// Values of open sizes, `n=4` each.
  package var sizes: [String] = []
  /// Labels or positions (from 1) of the claims that are asked about; nil for all.
  package var claims: [String]?
  /// The directory that certificates are written into; nil writes none.
  package var certificates: String?
  /// Whether certificates of another text may be overwritten there.
  package var force = false
  /// Files that the decided claims are written to for Coq, and for Lean.
  package var coq: String?
  package var lean: String?
  /// The most memory of the algebra, in bytes.
  package var memory = 4 << 30
  /// The seed of random points.
  package var seed: UInt64 = 1
  package var verbose = false

  package init(_ settings: Settings) { self.settings = settings }
}

/// `prove`'s run: a text in, what exact algebra says of its claims out.
///
/// Every claim is read as one about all sizes, then as one about polynomials at the given sizes. Nothing is called proved that the
/// second checker, which shares nothing with the provers but the reading of the text, has not accepted.
package struct ProofRun {
  private let request: ProofRequest
  private let text: FlowText

  /// - Throws: ``FileError``, ``FlowTextErrors``, or ``Refusal`` for a claim that is none of the file's.
  package init(_ request: ProofRequest) throws {
    self.request = request
    text = try Self.text(request)
    guard !text.checked.claims.isEmpty else {
      throw Refusal(
        "\(text.path) claims nothing",
        remedy: "add a line such as: claim conserved norm2(U) - norm2(V), or ask with --claim", settings: [])
    }
    _ = try chosen()
    if let path = request.coq { try ProofExport.check(path, ending: ".v", flag: "--coq") }
    if let path = request.lean { try ProofExport.check(path, ending: ".lean", flag: "--lean") }
  }

  /// The text whose claims are asked about: the file's, or a built-in model's with the laws that its labels show.
  private static func text(_ request: ProofRequest) throws -> FlowText {
    guard let path = request.path else { return try builtIn(request) }
    let text = try FlowText(path, sizes: request.sizes)
    return request.further.isEmpty ? text : try text.claiming(request.further)
  }

  private static func builtIn(_ request: ProofRequest) throws -> FlowText {
    let model = try LawsRun.builtIn(request.settings)
    guard let written = ModelText(model) else {
      throw Refusal(
        "\(model.summary) has parts that the language of .flow files has no words for",
        remedy: "describe it in a .flow file; 'flowcheck laws' counts its laws", settings: [])
    }
    var claims = try ModelClaims(model).laws
    if model.parameterCount <= largestCounted {
      let count = try LawSearch(model, seed: request.seed).run()
      for family in count.families where family.proof == .expansion {
        claims.append(("law\(claims.count + 1)", "conserved \(family.text)"))
      }
      if count.isComplete, !model.hasGates { claims.append(("complete", "laws count \(count.proved)")) }
    }
    let text = try FlowText(content: written.text(claims), name: model.summary)
    return request.further.isEmpty ? text : try text.claiming(request.further)
  }

  /// The most parameters of a built-in model whose laws are counted unasked.
  private static let largestCounted = 100

  /// The claims that are asked about, with what they are called.
  private func chosen() throws(Refusal) -> [(name: String, claim: CheckedClaim)] {
    let all = text.checked.claims.enumerated().map {
      (name: $0.element.label ?? "claim \($0.offset + 1)", claim: $0.element)
    }
    guard let wanted = request.claims else { return all }
    var found: [(name: String, claim: CheckedClaim)] = []
    for name in wanted {
      // A name without its number stands for all of them.
      let family = all.filter { item in
        guard let label = item.claim.label, label.hasPrefix(name) else { return false }
        return Int(label.dropFirst(name.count)) != nil
      }
      if request.path == nil, !family.isEmpty {
        found += family
        continue
      }
      let position = Int(name).map { $0 - 1 }
      guard
        let item = all.enumerated().first(where: { $0.element.claim.label == name || $0.offset == position })?.element
      else {
        throw Refusal(
          "--claims \(name): \(text.path) has no such claim",
          remedy: "choose from: \(all.map(\.name).joined(separator: ", "))", settings: [])
      }
      found.append(item)
    }
    return found
  }

  /// - Throws: ``Refusal`` where the algebra needs more than it may have, ``FileError`` for certificates that cannot be written,
  ///   ``Interrupted``.
  package func run() throws -> ProofReport {
    ExactMemory.limit(request.memory)
    let claims = try chosen()
    let progress = ProgressLine(parts: [counted(claims.count, "claim")], isTimed: true, verbose: request.verbose)
    defer { progress.finish() }
    let provers = ClaimProver(text.checked, seed: request.seed)
    let store = try request.certificates.map { try CertificateStore($0, force: request.force) }
    var decided: [ProofExport.Item] = []
    var report = ProofReport(name: text.name, flow: provers.flow, items: [])
    for (number, item) in claims.enumerated() {
      guard !Interruption.shared.requested else { throw Interrupted() }
      progress.report(0, fraction: Double(number) / Double(claims.count))
      let certified = try CertifiedProof(
        proof(item.claim, item.name, provers, isAlone: claims.count == 1), of: text, seed: request.seed)
      let path = try certified.certificate.flatMap { try store?.write($0, number + 1, item.name) }
      if let evidence = certified.proof.evidence { decided.append((item.name, item.claim, evidence)) }
      report.items.append(ProofReport.Item(proof: certified.proof, certificate: path))
    }
    let export = ProofExport(file: text.checked, items: decided)
    if let path = request.coq {
      let file = try export.coq()
      try AtomicFile.write(file.text, to: path)
      report.remarks = file.omitted
    }
    if let path = request.lean { try AtomicFile.write(export.lean(), to: path) }
    return report
  }

  /// What is said of a claim. That one of several is too large says nothing of the others; an error of the text, which has a place, ends all.
  private func proof(
    _ claim: CheckedClaim, _ name: String, _ provers: ClaimProver, isAlone: Bool
  ) throws(Refusal) -> ClaimProof {
    do { return try provers.prove(claim, called: name) } catch {
      guard !isAlone, !error.problem.hasPrefix("\(text.path):") else { throw error }
      return ClaimProof(
        claim: name, statement: claim.text, verdict: .inconclusive, scope: nil, evidence: nil, reason: "\(error)")
    }
  }
}
