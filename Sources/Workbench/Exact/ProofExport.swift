import CertificateChecker
import FlowLanguage
import Models
import Symbolic

/// Decided claims as texts for proof assistants.
struct ProofExport {
  typealias Item = (name: String, claim: CheckedClaim, evidence: ProofEvidence)

  let file: CheckedFile
  let items: [Item]

  /// Looks, before anything long runs, whether the file can be written.
  static func check(_ path: String, ending: String, flag: String) throws(Refusal) {
    guard path.hasSuffix(ending), path.count > ending.count else {
      throw Refusal(
        "\(flag) \(path): the ending does not say \(ending)", remedy: "name a file that ends in \(ending)", settings: []
      )
    }
    try FilePlace.check(path, flag: flag)
  }

  /// A Coq file: of all claims at given sizes, over FlowCheck.v; of one for all sizes, over MathComp. With why claims without a
  /// counterpart were left out.
  ///
  /// - Throws: ``Refusal`` where no claim has one.
  func coq() throws(Refusal) -> (text: String, omitted: [String]) {
    guard file.openSizes.isEmpty else { return (try MatrixExport(file: file, claim: single("--coq")).text(), []) }
    guard !items.isEmpty else { throw nothing }
    var (kept, omitted) = ([Item](), [String]())
    var first: Refusal?
    for item in items {
      do {
        _ = try CoqExport(file: file, claim: item.claim, evidence: item.evidence).text()
        kept.append(item)
      } catch {
        omitted.append("--coq leaves out \(item.name): \(error.problem)")
        first = first ?? error
      }
    }
    if kept.isEmpty, let first { throw first }
    return (try CoqExport(file: file, claims: kept.map { ($0.claim, $0.evidence) }).text(), omitted)
  }

  /// A Lean file of one claim for all sizes.
  ///
  /// - Throws: ``Refusal`` for claims without a counterpart.
  func lean() throws(Refusal) -> String { try LeanExport(file: file, claim: single("--lean")).text() }

  private func single(_ flag: String) throws(Refusal) -> CheckedClaim {
    guard let item = items.first else { throw nothing }
    guard items.count == 1 else {
      throw Refusal(
        "\(flag) writes one claim for all sizes, and \(items.count) are decided",
        remedy: "choose one with --claims, such as --claims '\(item.name)'", settings: [])
    }
    return item.claim
  }

  private var nothing: Refusal {
    Refusal(
      "no claim was decided that could be written", remedy: "see the report without --coq and --lean", settings: [])
  }
}
