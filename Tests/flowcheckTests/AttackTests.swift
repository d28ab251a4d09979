import Foundation
import Testing

/// The interpreter that the script needs.
enum PythonInterpreter {
  static let isInstalled = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    .contains { FileManager.default.isExecutableFile(atPath: "\($0)/python3") }
}

/// Problems whose answers are known, as `scripts/attack` draws them, against the built program.
@Suite("Attack on verdicts", .enabled(if: PythonInterpreter.isInstalled, "python3 is not in PATH"))
struct AttackTests {
  private static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("scripts/attack").path

  private func attack(_ flags: String) throws -> Ending {
    try Tool.shell("'\(Self.script)' --binary \"$F\" \(flags)", in: try Folder())
  }

  /// No wrong word on 60 problems of as many kinds as there are.
  @Test func noWrongWord() throws {
    let ending = try attack("--count 60 --seed 7")
    #expect(ending.status == 0, "\(ending)")
    #expect(ending.lastLine.hasPrefix("60 problems: 0 wrong, 0 crash"), "\(ending)")
  }

  /// A number of a seed is one problem, files included, whatever else is asked for.
  @Test func sameProblems() throws {
    let few = try attack("--list --count 60 --seed 5")
    let many = try attack("--list --count 200 --seed 5 --jobs 1")
    #expect(few.status == 0 && many.status == 0)
    let lines = few.output.split(separator: "\n")
    #expect(lines.count == 60)
    #expect(lines == Array(many.output.split(separator: "\n").prefix(60)))
    let kind = try attack("--list --count 200 --seed 5 --kinds crossed-kink")
    let chosen = kind.output.split(separator: "\n")
    #expect(!chosen.isEmpty && Set(chosen).isSubset(of: Set(many.output.split(separator: "\n"))))
    #expect(try attack("--list --count 60 --seed 6").output != few.output)
  }

  @Test(arguments: ["--count 0", "--kinds nothing", "--binary nowhere", "--baseline shares.json"])
  func usage(flags: String) throws {
    let ending = try attack(flags)
    #expect(ending.status == 64 && ending.output.isEmpty && ending.message.contains("error: "), "\(ending)")
  }
}
