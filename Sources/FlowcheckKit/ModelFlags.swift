import ArgumentParser
import Models
import Settings
import Workbench

/// The flags of settings that families of models take: `--core 2,2,2` for `problem.core`.
///
/// Families may come from outside, so the argument parser cannot know these flags: they are rewritten to an option of its own
/// before it reads the command line.
enum ModelFlags {
  /// The parser's option, which holds `NAME=VALUE`.
  static let option = "model-setting"

  /// Flags that stand for no setting of an experiment.
  private static let reserved: Set<String> = [
    "config", "set", "print-config", "json", "format", "output", "force", "plot", "figure-width", "report", "quiet",
    "verbose",
    "threads",
    "allow-program", "time-limit", "exit-zero", "help", "version", "markdown", option,
  ]

  /// Refuses settings of a family that cannot be flags.
  ///
  /// - Throws: ``Refusal`` for a name that cannot be typed, or that is taken by a setting or flag of another meaning.
  static func check(_ card: ModelCard) throws(Refusal) {
    let others = ExperimentSchema.settings.filter { setting in !ModelSettings.settings.contains(setting) }
    for setting in card.settings {
      let name = setting.name
      guard name.canBeTyped else {
        throw Refusal(
          "a setting of the model \(card.name) is named '\(name)'",
          remedy: "name it with small letters, digits and dashes, a letter first", settings: [])
      }
      guard !reserved.contains(name),
        !others.contains(where: { $0.flag == "--\(name)" || $0.path == "problem.\(name)" })
      else {
        throw Refusal(
          "the setting \(name) of the model \(card.name) has the name of another flag", remedy: "give it another name",
          settings: [])
      }
    }
  }

  /// The command line of an experiment with the flags of model settings rewritten. A flag without a value is left for the parser
  /// to stumble over.
  static func gathered(_ arguments: [String]) -> [String] {
    let flags = Set(ModelSettings.settings.map(\.flag))
    var result: [String] = []
    var k = 0
    while k < arguments.count, arguments[k] != "--" {
      let parts = arguments[k].split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      if flags.contains(parts[0]), parts.count == 2 {
        result += ["--\(option)", "\(parts[0].dropFirst(2))=\(parts[1])"]
      } else if flags.contains(arguments[k]), k + 1 < arguments.count, !arguments[k + 1].hasPrefix("--") {
        result += ["--\(option)", "\(arguments[k].dropFirst(2))=\(arguments[k + 1])"]
        k += 1
      } else {
        result.append(arguments[k])
      }
      k += 1
    }
    return result + arguments.dropFirst(k)
  }

  /// What was typed for each of the settings.
  static func flags(_ gathered: [String]) -> [FlagText] {
    let settings = ModelSettings.settings
    let given = gathered.map {
      $0.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    }
    return settings.map { setting in
      FlagText(setting, given.last { "--\($0[0])" == setting.flag }?.last)
    }
  }

  /// One line a setting, for the help of `--model`.
  static var help: String {
    ModelSettings.settings.map { "\($0.flag) \($0.valueName): \($0.help)" }.joined(separator: "\n")
  }
}
