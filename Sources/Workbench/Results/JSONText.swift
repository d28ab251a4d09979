import FlowODE

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
