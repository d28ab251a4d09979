import ArgumentParser
import Presentation
import Settings
import Workbench

/// What is wrong with a command line that the argument parser refused, in the words of all other errors: one line that
/// starts `error:`, naming the argument and the remedy.
struct Usage {
  /// The names of the program's commands.
  let commands: [String]

  /// The sentence for an error of the argument parser, from what the parser says of it.
  func sentence(for message: String, arguments: [String]) -> String {
    if let unknown = unknownCommand(arguments) { return unknown }
    if let missing = missingValue(arguments) { return missing }
    // The first line says what is wrong; the usage line that follows tells the command.
    let lines = message.split(separator: "\n").map(String.init)
    var problem = lines.first ?? "the arguments cannot be understood"
    for prefix in ["Error: ", "error: "] where problem.hasPrefix(prefix) { problem.removeFirst(prefix.count) }
    // "Unknown option '--dept'. Did you mean '--depth'?" becomes one sentence.
    problem = modelFlag(in: problem) ?? problem.replacing(". Did you mean", with: "; did you mean")
    let command = path(arguments).joined(separator: " ")
    return "\(problem); '\(command) --help' shows what there is"
  }

  /// The sentence about an unknown option that is nearer to the flag of a family of models, which the parser does not know, than
  /// to what it proposes.
  private func modelFlag(in problem: String) -> String? {
    let quoted = problem.split(separator: "'", omittingEmptySubsequences: false).map(String.init)
    guard problem.hasPrefix("Unknown option '"), quoted.count >= 3 else { return nil }
    let proposed = quoted.count >= 5 ? [quoted[3]] : []
    let flags = ModelSettings.settings.map(\.flag)
    // Of two that are as near, the first.
    guard let nearest = nearestName(to: quoted[1], among: flags + proposed), flags.contains(nearest),
      nearest.hasPrefix(quoted[1].prefix(4))
    else { return nil }
    return "Unknown option '\(quoted[1])'; did you mean '\(nearest)'?"
  }

  /// The program's name and the command the arguments name.
  private func path(_ arguments: [String]) -> [String] {
    guard let first = arguments.first, commands.contains(first) else { return ["flowcheck"] }
    return ["flowcheck", first]
  }

  private func unknownCommand(_ arguments: [String]) -> String? {
    guard let first = arguments.first, !first.hasPrefix("-"), !commands.contains(first) else { return nil }
    let similar = commands.filter { $0.first == first.first }
    let nearest = nearestName(to: first, among: similar).map { "did you mean '\($0)'? " } ?? ""
    return "there is no command '\(first)'; \(nearest)the commands are \(commands.joined(separator: ", "))"
  }

  /// A flag that wants a value and is followed by another flag or by nothing: the parser takes the next flag for the value
  /// and stumbles later.
  private func missingValue(_ arguments: [String]) -> String? {
    let flags = Set(ExperimentSchema.settings.filter { $0.kind != .boolean && !$0.flag.isEmpty }.map(\.flag))
    for (k, argument) in arguments.enumerated() where flags.contains(argument) {
      guard k + 1 < arguments.count else { return "\(argument) has no value; write one after it" }
      if arguments[k + 1].hasPrefix("--") {
        return "\(argument) has no value, '\(arguments[k + 1])' follows it; write a value after \(argument)"
      }
    }
    return nil
  }
}
