import Models
import Settings

/// How the command line speaks of settings: sentences of the libraries name them by path, a user reads flags.
package enum Wording {
  /// Paths and what stands for them. `run.threads` is no setting of an experiment: no number depends on it. `integration.stop-…`
  /// is all settings that begin so.
  static let words: [String: String] = {
    let flags = ExperimentSchema.settings.filter { !$0.flag.isEmpty }.map { ($0.path, $0.flag) }
    return Dictionary(uniqueKeysWithValues: flags + [("run.threads", "--threads"), ("integration.stop", "--stop")])
  }()

  /// The text with flags in place of paths; whatever else has dots stays as it is.
  package static func flags(in text: String) -> String {
    var worded = ""
    var rest = text.startIndex
    for range in dottedPaths(in: text) {
      guard let flag = words[String(text[range])] else { continue }
      worded += text[rest..<range.lowerBound] + flag
      rest = range.upperBound
    }
    return rest == text.startIndex ? text : worded + text[rest...]
  }
}

/// A refusal in the words of the command line, with the places of what caused it.
package struct WordedRefusal: Error, CustomStringConvertible {
  /// What is wrong, and what to do instead.
  package let description: String

  /// - Parameter place: where the settings stand that it is about; nil adds nothing.
  init(_ refusal: Refusal, place: String) {
    description = Wording.flags(in: "\(refusal)") + " (\(place))"
  }
}
