#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// JSON as flowcheck prints and writes it: snake_case keys in alphabetical order, doubles in their shortest exact form.
enum JSONText {
  static func encode(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  /// The given settings of an earlier report, or nil if the text holds none.
  static func settings(inReport text: [UInt8]) -> [String: String]? {
    struct Earlier: Decodable {
      struct Experiment: Decodable {
        let settings: [String: String]
      }
      let experiment: Experiment
    }
    return try? JSONDecoder().decode(Earlier.self, from: Data(text)).experiment.settings
  }
}
