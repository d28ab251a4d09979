import Foundation
import Settings
import Verdicts
import Workbench

/// A `.flow` text run without the program.
enum TextRun {
  /// The report of `run` on a text with settings by path.
  static func report(_ text: String, _ settings: [(path: String, text: String)]) throws -> Report {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("text-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("a.flow").path
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    var all = Settings(schema: ExperimentSchema.schema)
    try all.set(path: SettingKey.model.path, text: path, place: "--model")
    for (path, text) in settings { try all.set(path: path, text: text, place: path) }
    return try Run(.run, settings: all).report()
  }
}
