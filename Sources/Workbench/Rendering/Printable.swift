import Verdicts

/// What a command found out, as every format can print it.
package protocol Printable {
  /// The command's name.
  var command: String { get }
  /// The worst verdict; nil where nothing was judged.
  var verdict: Verdict? { get }
  /// What people read.
  var blocks: [Block] { get }
  /// The verdicts alone, one line each.
  var verdictLines: [Block] { get }
  /// The numbers that the verdict rests on, as CSV.
  var csv: String { get }
  /// One JSON object.
  func json() throws -> String
  /// JSON Lines: an object a claim.
  func jsonLines() throws -> String
  /// Curves.
  var figures: [Figure] { get }
}

extension Printable {
  package var figures: [Figure] { [] }
}

extension Report: Printable {
  package var blocks: [Block] { ReportOutline.blocks(self) }
  package var verdictLines: [Block] { ReportOutline.verdicts(self) }
  package var csv: String { CSVText.render(self) }
  package func json() throws -> String { try JSONText.encode(self) }
  package func jsonLines() throws -> String { try JSONText.lines(self) }
}
