import FlowODE
import Verdicts

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// JSON as flowcheck prints and writes it: snake_case keys in alphabetical order, doubles in their shortest exact form.
package enum JSONText {
  package static func encode(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  /// JSON Lines: one object a claim, with the command's schema beside the claim's own keys; the whole report on one line where no
  /// claim was judged.
  package static func lines(_ report: Report) throws -> String {
    struct Line: Encodable {
      let schema: String
      let command: String
      let claim: ClaimReport

      func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(schema, forKey: .schema)
        try container.encode(command, forKey: .command)
        try claim.encode(to: encoder)
      }

      enum Key: String, CodingKey { case schema, command }
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    guard !report.claims.isEmpty else { return String(decoding: try encoder.encode(report), as: UTF8.self) }
    return try report.claims.map { claim in
      String(
        decoding: try encoder.encode(Line(schema: report.schema, command: report.command, claim: claim)), as: UTF8.self)
    }.joined(separator: "\n")
  }

  /// JSON Lines: an object a line.
  static func lines(_ items: [some Encodable]) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    return try items.map { String(decoding: try encoder.encode($0), as: UTF8.self) }.joined(separator: "\n")
  }

  /// The command and the given settings of an earlier report, or nil if the text holds none.
  package static func origin(inReport text: [UInt8]) -> (command: String, settings: [String: String])? {
    struct Earlier: Decodable {
      struct Experiment: Decodable {
        let settings: [String: String]
      }
      let command: String
      let experiment: Experiment
    }
    guard let earlier = try? JSONDecoder().decode(Earlier.self, from: Data(text)) else { return nil }
    return (earlier.command, earlier.experiment.settings)
  }
}
