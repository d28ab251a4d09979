import ArrayFiles
import CertificateChecker
import Verdicts

/// What the second checker says of certificates: the report of `verify`, schema `flowcheck.verification/1`.
package struct VerificationReport: Printable, Sendable {
  /// A file and what became of it.
  package struct Item: Sendable {
    package let file: String
    package let isAccepted: Bool
    /// What is proved, or why the file is rejected.
    package let words: String
  }

  package let items: [Item]

  /// Checks files, one after another.
  ///
  /// - Throws: ``FileError`` for a file that cannot be read or is damaged.
  package init(_ files: [String]) throws {
    var items: [Item] = []
    for path in files {
      let bytes = try FileBytes.read(path, memoryLimit: CertificateFile.sizeLimit)
      do {
        switch try CertificateChecker.check(bytes) {
        case .accepted(let statement): items.append(Item(file: path, isAccepted: true, words: statement))
        case .rejected(let reason): items.append(Item(file: path, isAccepted: false, words: reason))
        }
      } catch {
        throw FileError(
          .malformed, path: path, problem: error.message, remedy: "write it again with flowcheck prove or laws")
      }
    }
    self.items = items
  }

  package var command: String { "verify" }
  package var verdict: Verdict? { items.allSatisfy(\.isAccepted) ? .holds : .violated }
  package var blocks: [Block] { verdictLines }
  package var verdictLines: [Block] {
    items.map { .verdict("\($0.file): \($0.isAccepted ? "accepted" : "rejected"): \($0.words)") }
  }

  package var csv: String {
    (["file,accepted,words"]
      + items.map {
        [CSVText.field($0.file), "\($0.isAccepted)", CSVText.field($0.words)].joined(separator: ",")
      }).joined(separator: "\n")
  }

  package func json() throws -> String { try JSONText.encode(self) }
  package func jsonLines() throws -> String { try JSONText.lines(items) }
}

extension VerificationReport: Encodable {
  package func encode(to encoder: any Encoder) throws {
    let object = ReportObject(encoder)
    try object.put("schema", "flowcheck.verification/1")
    try object.put("command", command)
    try object.put("files", each: items)
    try object.put("isAccepted", items.allSatisfy(\.isAccepted))
  }
}

extension VerificationReport.Item: Encodable {
  package func encode(to encoder: any Encoder) throws {
    let object = ReportObject(encoder)
    try object.put("file", file)
    try object.put("isAccepted", isAccepted)
    try object.put("words", words)
  }
}
