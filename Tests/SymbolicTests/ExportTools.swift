import FlowLanguage
import Foundation
import Models
import Symbolic
import Testing

enum ExportTools {
  static let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static let hasCoq = (try? run("/bin/sh", ["-c", "command -v coqc"]).status) == 0
  static let hasMathComp =
    hasCoq && (try? run("/bin/sh", ["-c", "test -d \"$(coqc -where)/user-contrib/mathcomp/algebra\""]).status) == 0

  /// Names that are words of Coq, and remarks that try to end the remark of the export.
  static let hostile = """
    # *) Axiom bad : False. (* " ' ` (* *) "
    param forall, Qed, th, λ, p_x, V[2]
    loss 1/2*(forall*Qed - th*λ)^2 + p_x^2*V[1]
    claim λ: conserved forall^2 - Qed^2 # "*) Axiom bad : False.
    claim Axiom: conserved th^2 - λ^2
    """

  static func file(_ text: String, sizes: [String: Int] = [:]) throws -> CheckedFile {
    let check = FlowFile.parse(text, name: "export.flow").check(sizes: sizes)
    return try #require(check.file, "\(check.diagnostics.map(\.text))")
  }

  /// Runs `scripts/coq-check` on texts, named 0.v, 1.v, …
  static func check(_ texts: [String]) throws -> (status: Int32, output: String) {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("exports-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var paths: [String] = []
    for (number, text) in texts.enumerated() {
      let path = folder.appendingPathComponent("\(number).v")
      try text.write(to: path, atomically: true, encoding: .utf8)
      paths.append(path.path)
    }
    return try run(root.appendingPathComponent("scripts/coq-check").path, paths)
  }

  static func run(_ program: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }
}
