import Foundation

/// The fixed command lines whose JSON changes must not alter (scripts/same-json compares it between two binaries).
enum CommandLines {
  /// The root of the repository, in whose data folder the lines find their files.
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// The arguments of each line; no line quotes anything.
  static let all: [[String]] = {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("commands.txt")
    let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { $0.split(separator: " ").map(String.init) }
  }()
}
